import { RefusalCode } from '@oms/domain';
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';

import type { Principal } from '../auth/principal.js';
import { HttpRefusal } from '../http/refuse.js';
import { contextOf } from '../http/request-context.js';
import { clientOf } from './client-address.js';
import type { RateLimitState, RateLimitStore } from './rate-limit-store.js';

export interface RateLimitDeps {
  readonly store: RateLimitStore;
  /** The limit that answers show when the store fails. */
  readonly limit: number;
  /** Milliseconds of a monotonic clock. */
  readonly clock: () => number;
}

/**
 * Counts each request of an address, and refuses those over the limit with 429. A request that is exempt (`isExempt`)
 * is not counted; its answer still shows the state of the address.
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

/**
 * Counts a request of a principal.
 *
 * @throws HttpRefusal 429 when the principal is over its limit
 */
export type LimitPrincipal = (request: Request, response: Response, principal: Principal) => Promise<void>;

/**
 * Counts each request of a token's subject within its tenant, or of an API key, from any address. The request counts
 * for its address too; the headers show the limit that leaves less.
 *
 * @param deps `undefined`: principals are not limited
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

/** Limits the refused requests of an address, independently of its other requests. */
export interface RefusalLimit {
  /** Refuses a request with 429 if its address is over the limit. Counts nothing. */
  readonly stop: RequestHandler;
  /** Counts a refused request. Accepted requests are never counted. */
  readonly count: ErrorRequestHandler;
}

/**
 * @param kind the kind of requests that are counted together
 * @param isRefusal whether the request itself caused the error
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

/**
 * The client that a request counts for. A request with an invalid forwarded address counts for the proxy that sent
 * it.
 */
function clientOfRequest({ ip, socket }: Request): string {
  return clientOf(ip) ?? clientOf(socket.remoteAddress) ?? 'unknown';
}

/** @throws HttpRefusal for an invalid address from a trusted proxy, which would evade the limit by address */
function assertValidAddress({ ip }: Request): void {
  if (ip !== undefined && clientOf(ip) === undefined) {
    throw new HttpRefusal(
      RefusalCode.InvalidRequest,
      'X-Forwarded-For: must name the client by its IP address',
    );
  }
}

/** The state of a client. If the store fails, the request may pass. */
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

/** The headers of every answer. */
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
  // Rounded up, and never 0, so that a client which waits this long is admitted.
  const seconds = Math.max(1, Math.ceil(state.retryAfterMs / 1_000));
  return new HttpRefusal(RefusalCode.RateLimited, `too many requests; retry after ${seconds} s`, {
    headers: { 'Retry-After': String(seconds) },
  });
}
