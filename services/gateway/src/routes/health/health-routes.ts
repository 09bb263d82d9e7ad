import { sharedReadiness, type HealthCheck } from '@oms/observability';
import { Router, type RequestHandler } from 'express';

import { onlyMethods } from '../../http/only-methods.js';
import { render } from '../../http/render.js';

export interface HealthRoutesDeps {
  /** The dependencies that must answer for this process to be ready, by name. */
  readonly checks: Readonly<Record<string, HealthCheck>>;
}

const paths: ReadonlySet<string> = new Set(['/healthz', '/readyz']);

/** Whether a path is that of a probe. Probes are exempt from rate limits. */
export function isHealthPath(path: string): boolean {
  return paths.has(path);
}

/**
 * `/healthz`: 200 while the process runs. `/readyz`: 200 while all dependencies answer, otherwise 503 with the names
 * of the others.
 */
export function healthRoutes({ checks }: HealthRoutesDeps): RequestHandler {
  const readiness = sharedReadiness(checks);
  const router = Router({ caseSensitive: true, strict: true });
  router.get('/healthz', (_request, response) => render(response, { status: 200, body: { status: 'ok' } }));
  router.get('/readyz', async (_request, response) => {
    const body = await readiness();
    render(response, { status: body.ready ? 200 : 503, body });
  });
  for (const path of paths) router.all(path, onlyMethods(['GET']));
  return router;
}
