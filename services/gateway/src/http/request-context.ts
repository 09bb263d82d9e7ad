import type { IncomingMessage } from 'node:http';
import { randomUUID } from 'node:crypto';

import type { Logger } from '@oms/observability';
import type { Request, RequestHandler, Response } from 'express';

/** The id and the logger of one request. */
export interface RequestContext {
  /** Sent to the client, and in each log line about the request. Not unique: a client may choose it. */
  readonly requestId: string;
  readonly log: Logger;
}

export const requestIdHeader = 'X-Request-Id';

const saneRequestId = /^[A-Za-z0-9._-]{1,64}$/;
const contexts = new WeakMap<IncomingMessage, RequestContext>();

/** The context of a request that {@link requestContext} has seen. */
export function contextOf(request: IncomingMessage): RequestContext {
  const context = contexts.get(request);
  if (!context) throw new Error('the request has no context: requestContext must be the first middleware');
  return context;
}

/** The client's own id if it is safe in headers and logs, otherwise a new one. */
export function requestIdFor(given: string | undefined): string {
  return given !== undefined && saneRequestId.test(given) ? given : randomUUID();
}

/** Gives each request its id and its logger. Logs one line when the request is answered. */
export function requestContext(log: Logger): RequestHandler {
  return (request, response, next) => {
    const requestId = requestIdFor(request.get(requestIdHeader));
    const context = { requestId, log: log.child({ requestId }) };
    contexts.set(request, context);
    response.setHeader(requestIdHeader, requestId);
    logWhenAnswered(request, response, context.log);
    next();
  };
}

function logWhenAnswered(request: Request, response: Response, log: Logger): void {
  const startedAtMs = performance.now();
  response.once('close', () => {
    log.info(
      {
        method: request.method,
        // The path alone: a query may contain personal data.
        path: request.path,
        status: response.statusCode,
        durationMs: Math.round(performance.now() - startedAtMs),
        ...(response.writableFinished ? {} : { aborted: true }),
      },
      'request',
    );
  });
}
