import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';

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
export function rateLimit(
  deps: RateLimitDeps,
  isExempt: (request: Pick<Request, 'method' | 'path'>) => boolean,
): RequestHandler {
  return async (request, response, next) => {
    const client = clientOf(request.ip);
    const exempt = isExempt(request);
    const state = await stateOf(deps, request, (nowMs) =>
      exempt ? deps.store.peek(client, nowMs) : deps.store.hit(client, nowMs),
    );
    setHeaders(response, state);
    if (!exempt && !state.allowed) throw tooManyRequests(state);
    next();
  };
}

/**
 * Counts the requests of an address that were refused for what they are (400, 413), apart from its other ones, and
 * refuses with 429 those that are over the limit. What is accepted is neither counted nor refused, whoever sends it.
 *
 * @param kind of the requests, which are counted together
 */
export function limitRefusals(deps: RateLimitDeps, kind: string): ErrorRequestHandler {
  return async (error: unknown, request, response, next) => {
    if (error instanceof HttpError && (error.status === 400 || error.status === 413)) {
      const client = `${kind} ${clientOf(request.ip)}`;
      const state = await stateOf(deps, request, (nowMs) => deps.store.hit(client, nowMs));
      setHeaders(response, state);
      if (!state.allowed) throw tooManyRequests(state);
    }
    next(error);
  };
}

/** Where the client stands; a store that cannot tell stops nobody. */
async function stateOf(
  { clock, limit }: RateLimitDeps,
  request: Request,
  ask: (nowMs: number) => Promise<RateLimitState>,
): Promise<RateLimitState> {
  try {
    return await ask(clock());
  } catch (error) {
    contextOf(request).log.error({ err: error }, 'the rate limit cannot be told; the request passes');
    return { allowed: true, limit, remaining: limit, retryAfterMs: 0 };
  }
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
