import type { Logger } from '@oms/observability';
import express, {
  type ErrorRequestHandler,
  type Express,
  type Request,
  type Response,
  type Router,
} from 'express';

import { assignRequestId, requestIdOf } from './request-id.js';

/** A part of the simulator below a path: a provider's API, or the control API. */
export interface Mount {
  readonly path: string;
  readonly router: Router;
  /** Answers an error that the router threw, in the format of its API. */
  readonly onError: (error: unknown, request: Request, response: Response) => void;
}

/** The HTTP application: probes and the given mounts. */
export function createApp(options: {
  readonly log: Logger;
  readonly isReady: () => boolean;
  readonly mounts: readonly Mount[];
}): Express {
  const { log, isReady, mounts } = options;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  app.get('/readyz', (_request, response) => {
    const ready = isReady();
    response
      .status(ready ? 200 : 503)
      .json({ ready, checks: { state: ready ? 'ok' : 'the state file cannot be written' } });
  });
  app.use((request, response, next) => {
    const requestId = assignRequestId(response);
    const startMs = performance.now();
    response.once('close', () => {
      const durationMs = Math.round((performance.now() - startMs) * 10) / 10;
      const { method, originalUrl: url } = request;
      const status = response.writableFinished ? response.statusCode : null;
      log.debug({ requestId, method, url, status, durationMs }, 'request');
    });
    next();
  });
  for (const { path, router, onError } of mounts) {
    app.use(path, router);
    const handleError: ErrorRequestHandler = (error: unknown, request, response, _next) => {
      if (isUnexpected(error))
        log.error({ err: error, requestId: requestIdOf(response) }, 'a request failed');
      onError(error, request, response);
    };
    app.use(path, handleError);
  }
  app.use((_request, response) => {
    response.status(404).json({ error: 'unknown path; GET /control lists the control API' });
  });
  return app;
}

/** Whether an error is a failure of the simulator itself, and not an answer to the client. */
function isUnexpected(error: unknown): boolean {
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  return (
    typeof status !== 'number' || (status >= 500 && error instanceof Error && error.name !== 'StripeError')
  );
}
