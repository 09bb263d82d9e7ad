import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

import { Router, type RequestHandler } from 'express';

import { onlyMethods } from '../../http/only-methods.js';
import { render } from '../../http/render.js';
import { docsPage, docsScript } from './docs-page.js';

/**
 * The page's content policy: no other servers. Inline styles are allowed, because Swagger UI makes them at run time.
 */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The files of Swagger UI that the page loads. The package has more files. */
const assets: Readonly<Record<string, string>> = {
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'swagger-ui.css': 'text/css; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

const require = createRequire(import.meta.url);

/** Serves `/openapi.json`, and a page at `/docs` that shows it and lets people try operations. */
export function docsRoutes(openApi: object): RequestHandler {
  const router = Router({ caseSensitive: true });
  router.get('/openapi.json', (_request, response) => render(response, { status: 200, body: openApi }));
  router.get('/docs', (_request, response) => {
    response.setHeader('Content-Security-Policy', pagePolicy);
    response.type('html').send(docsPage);
  });
  router.get('/docs/start.js', (_request, response) => {
    response.type('text/javascript; charset=utf-8').send(docsScript);
  });
  for (const [name, type] of Object.entries(assets)) router.get(`/docs/${name}`, asset(name, type));
  for (const path of [
    '/openapi.json',
    '/docs',
    '/docs/start.js',
    ...Object.keys(assets).map((name) => `/docs/${name}`),
  ]) {
    router.all(path, onlyMethods(['GET']));
  }
  return router;
}

/** Serves a file of Swagger UI. Reads it at the first request and keeps it in memory. */
function asset(name: string, type: string): RequestHandler {
  let content: Promise<Buffer> | undefined;
  return async (_request, response) => {
    content ??= readFile(require.resolve(`swagger-ui-dist/${name}`));
    const bytes = await content.catch((error: unknown) => {
      content = undefined;
      throw error;
    });
    response.setHeader('Cache-Control', 'public, max-age=3600');
    response.type(type).send(bytes);
  };
}
