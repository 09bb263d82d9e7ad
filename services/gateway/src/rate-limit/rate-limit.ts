import { RefusalCode } from '@oms/domain';
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';

import type { Principal } from '../auth/principal.js';
import { HttpRefusal } from '../http/refuse.js';
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
    const client = clientOfRequest(request);
    const exempt = isExempt(request);
    const state = await stateOf(deps, request, (nowMs) =>
      exempt ? deps.store.peek(client, nowMs) : deps.store.hit(client, nowMs),
    );
    setHeaders(response, state);
    if (!exempt && !state.allowed) throw tooManyRequests(state);
    assertValidAddress(request);
    next();
  };
}

/** Counts a request for who makes it. @throws HttpRefusal when it is over the limit */
export type LimitPrincipal = (request: Request, response: Response, principal: Principal) => Promise<void>;

/**
 * Counts each request of a token's subject within its tenant, or of an API key, from however many addresses it comes. It
 * is counted for its address, too; the headers tell of whichever of the two leaves less.
 *
 * @param deps without which nobody is limited by who they are
 */
export function limitPrincipals(deps: RateLimitDeps | undefined): LimitPrincipal {
  if (!deps) return () => Promise.resolve();
  return async (request, response, { scope, actorType, subject }) => {
    const principal = `${scope.tenantId} ${actorType} ${subject}`;
    const state = await stateOf(deps, request, (nowMs) => deps.store.hit(principal, nowMs));
    const ofAddress = Number(response.getHeader(remainingHeader) ?? Number.POSITIVE_INFINITY);
    if (!state.allowed || state.remaining < ofAddress) setHeaders(response, state);
    if (!state.allowed) throw tooManyRequests(state);
  };
}

/** What limits requests by how many of an address were refused for what they are, apart from all others of it. */
export interface RefusalLimit {
  /** Refuses with 429 what comes from an address that is over the limit. It counts nothing. */
  readonly stop: RequestHandler;
  /** Counts a refusal. What is accepted is not counted, whoever sends it. */
  readonly count: ErrorRequestHandler;
}

/**
 * @param kind of the requests, which are counted together
 * @param isRefusal whether it is the request that is at fault
 */
export function limitRefusals(
  deps: RateLimitDeps,
  kind: string,
  isRefusal: (error: unknown) => boolean,
): RefusalLimit {
  const bucketOf = (request: Request): string => `${kind} ${clientOfRequest(request)}`;
  return {
    stop: async (request, response, next) => {
      const state = await stateOf(deps, request, (nowMs) => deps.store.peek(bucketOf(request), nowMs));
      if (!state.allowed) {
        setHeaders(response, state);
        throw tooManyRequests(state);
      }
      next();
    },
    count: async (error: unknown, request, response, next) => {
      if (isRefusal(error)) {
        const state = await stateOf(deps, request, (nowMs) => deps.store.hit(bucketOf(request), nowMs));
        setHeaders(response, state);
        if (!state.allowed) throw tooManyRequests(state);
      }
      next(error);
    },
  };
}

/** The client that a request is counted for. An invalid forwarded address counts for the proxy that sent it. */
function clientOfRequest({ ip, socket }: Request): string {
  return clientOf(ip) ?? clientOf(socket.remoteAddress) ?? 'unknown';
}

/** @throws HttpRefusal for an invalid address from a trusted proxy: the limit by address would hold for nobody */
function assertValidAddress({ ip }: Request): void {
  if (ip !== undefined && clientOf(ip) === undefined) {
    throw new HttpRefusal(
      RefusalCode.InvalidRequest,
      'X-Forwarded-For: must name the client by its IP address',
    );
  }
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

const remainingHeader = 'X-RateLimit-Remaining';

/** The headers that every answer carries. */
export function rateLimitHeaders(state: RateLimitState): Record<string, string> {
  return {
    'X-RateLimit-Limit': String(state.limit),
    [remainingHeader]: String(Math.max(0, state.remaining)),
  };
}

function setHeaders(response: Response, state: RateLimitState): void {
  for (const [name, value] of Object.entries(rateLimitHeaders(state))) response.setHeader(name, value);
}

/** The refusal of a request that is over the limit. */
export function tooManyRequests(state: RateLimitState): HttpRefusal {
  // Rounded up, and never 0: a client that waits this long is let in.
  const seconds = Math.max(1, Math.ceil(state.retryAfterMs / 1_000));
  return new HttpRefusal(RefusalCode.RateLimited, `too many requests; retry after ${seconds} s`, {
    headers: { 'Retry-After': String(seconds) },
  });
}
