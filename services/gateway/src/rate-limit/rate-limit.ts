import type { RequestHandler, Response } from 'express';

import { HttpError } from '../http/http-error.js';
import { contextOf } from '../http/request-context.js';
import { clientOf } from './client-address.js';
import type { RateLimitState, RateLimitStore } from './rate-limit-store.js';

export interface RateLimitDeps {
  readonly store: RateLimitStore;
  /** What an answer says when the store cannot tell. */
  readonly limit: number;
  /** Milliseconds of a clock that never goes back. */
  readonly clock: () => number;
}

/**
 * Counts each request of an address and refuses what is over the limit with 429. The answer to a request that
 * is not counted (`isExempt`) says where the client stands as well.
 */
export function rateLimit(deps: RateLimitDeps, isExempt: (path: string) => boolean): RequestHandler {
  return async (request, response, next) => {
    const client = clientOf(request.ip);
    const nowMs = deps.clock();
    const exempt = isExempt(request.path);
    let state: RateLimitState;
    try {
      state = await (exempt ? deps.store.peek(client, nowMs) : deps.store.hit(client, nowMs));
    } catch (error) {
      contextOf(request).log.error({ err: error }, 'the rate limit cannot be told; the request passes');
      state = { allowed: true, limit: deps.limit, remaining: deps.limit, retryAfterMs: 0 };
    }
    setHeaders(response, state);
    if (!exempt && !state.allowed) throw tooManyRequests(state);
    next();
  };
}

/** The headers that every answer carries. */
export function rateLimitHeaders(state: RateLimitState): Record<string, string> {
  return {
    'X-RateLimit-Limit': String(state.limit),
    'X-RateLimit-Remaining': String(Math.max(0, state.remaining)),
  };
}

function setHeaders(response: Response, state: RateLimitState): void {
  for (const [name, value] of Object.entries(rateLimitHeaders(state))) response.setHeader(name, value);
}

/** The refusal of a request that is over the limit. */
export function tooManyRequests(state: RateLimitState): HttpError {
  // Rounded up, and never 0: a client that waits this long is let in.
  const seconds = Math.max(1, Math.ceil(state.retryAfterMs / 1_000));
  return new HttpError(429, `too many requests; retry after ${seconds} s`, {
    headers: { 'Retry-After': String(seconds) },
  });
}
