import { Router, type RequestHandler } from 'express';

import { onlyMethods } from '../../http/only-methods.js';
import { render } from '../../http/render.js';

/** `/openapi.json`, and a page at `/docs` that shows it. */
export function docsRoutes(openApi: object): RequestHandler {
  const router = Router({ caseSensitive: true });
  router.get('/openapi.json', (_request, response) => render(response, { status: 200, body: openApi }));
  router.all('/openapi.json', onlyMethods(['GET']));
  return router;
}
