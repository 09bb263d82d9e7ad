import { RefusalCode } from '@oms/domain';
import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import { Api, renderError } from '@oms/contracts/http';
import type { Logger } from '@oms/observability';

import { clientOf } from '../rate-limit/client-address.js';
import { rateLimitHeaders, tooManyRequests, type RateLimitDeps } from '../rate-limit/rate-limit.js';
import { statusOf } from './public-api.js';
import { HttpRefusal } from './refuse.js';
import { requestIdHeader } from './request-context.js';

/** Answers bytes that are not an HTTP request and therefore never reach the application. */
export type RefuseRaw = (socket: Duplex, error: HttpRefusal) => void;

/**
 * Makes the function that answers bytes which are not HTTP. The answer has a JSON error and the headers of every
 * answer: the rate limit, and a request id that is in the log. The bytes count towards the rate limit of their
 * address. The connection is closed after the answer.
 */
export function rawRefusal(log: Logger, limits: RateLimitDeps): RefuseRaw {
  return (socket, error) => {
    const requestId = randomUUID();
    // A proxy sends valid HTTP, so the peer of this connection is the client itself.
    const client =
      clientOf('remoteAddress' in socket ? (socket as Socket).remoteAddress : undefined) ?? 'unknown';
    limits.store
      .hit(client, limits.clock())
      .catch(() => ({ allowed: true, limit: limits.limit, remaining: limits.limit, retryAfterMs: 0 }))
      .then((state) => {
        const answer = state.allowed ? error : tooManyRequests(state);
        // Logs the code alone: Node's error contains the received bytes, which may include a token.
        log.info(
          { requestId, status: statusOf(Api.Orders, answer.refusal.code), code: codeOf(error.cause) },
          'not a request',
        );
        if (!socket.writable) return;
        socket.end(toHttp(answer, { ...rateLimitHeaders(state), [requestIdHeader]: requestId }));
      })
      .catch((fault: unknown) => {
        log.warn({ err: fault, requestId }, 'a connection could not be answered');
        socket.destroy();
      });
  };
}

/** The refusal of bytes that Node could not parse as a request. */
export function describeParseFault(error: Error): HttpRefusal {
  const code = codeOf(error);
  if (code === 'HPE_HEADER_OVERFLOW')
    return new HttpRefusal(RefusalCode.InvalidRequest, 'the headers are too large', { cause: error });
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new HttpRefusal(RefusalCode.InvalidRequest, 'the request did not arrive in time', {
      cause: error,
    });
  }
  return new HttpRefusal(RefusalCode.InvalidRequest, 'the request is not valid HTTP', { cause: error });
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function toHttp(error: HttpRefusal, headers: Readonly<Record<string, string>>): string {
  const status = statusOf(Api.Orders, error.refusal.code);
  const body = JSON.stringify(renderError(error.refusal, error.message));
  const lines = Object.entries({
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    Connection: 'close',
    ...headers,
    ...error.headers,
  }).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, '', body].join('\r\n');
}
