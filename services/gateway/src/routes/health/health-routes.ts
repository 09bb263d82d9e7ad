import { sharedReadiness, type HealthCheck } from '@oms/observability';
import { Router, type RequestHandler } from 'express';

import { onlyMethods } from '../../http/only-methods.js';
import { render } from '../../http/render.js';

export interface HealthRoutesDeps {
  /** What must answer for this process to be ready, by name. */
  readonly checks: Readonly<Record<string, HealthCheck>>;
}

const paths: ReadonlySet<string> = new Set(['/healthz', '/readyz']);

/** Probes are not counted against anybody's rate limit. */
export function isHealthPath(path: string): boolean {
  return paths.has(path);
}

/** `/healthz`: the process is alive. `/readyz`: its dependencies answer; 503 that names those that do not. */
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
