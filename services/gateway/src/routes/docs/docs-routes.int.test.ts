import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startTestGateway, type TestGateway } from '../../testing/test-gateway.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

describe('/openapi.json', () => {
  it('documents every route that there is, to anybody', async () => {
    const response = await fetch(`${gateway.url}/openapi.json`);
    const { openapi, paths } = (await response.json()) as { openapi: string; paths: Record<string, object> };
    expect(openapi).toMatch(/^3\.1\./);
    const operations = Object.entries(paths).flatMap(([path, item]) =>
      Object.keys(item)
        .filter((key) => key !== 'parameters')
        .map((method) => `${method} ${path}`),
    );
    expect(operations.length).toBeGreaterThan(15);
    // Nothing is there that is not documented.
    for (const { method, path } of gateway.routes) {
      const template = path.replaceAll(/:(\w+)/g, '{$1}');
      expect(operations).toContain(`${method.toLowerCase()} ${template}`);
    }
    // What is documented is there: no answer is the one of a path that does not exist.
    for (const operation of operations) {
      const [method = '', template = ''] = operation.split(' ');
      // Webhooks are there for the providers that are configured, and this gateway has none.
      if (template.startsWith('/webhooks/')) continue;
      const path = template.replaceAll(/\{\w+\}/g, randomUUID());
      const answer = await fetch(`${gateway.url}${path}`, { method, headers: gateway.headers });
      const { error = '' } = (await answer.json()) as { error?: string };
      expect(`${operation}: ${error}`).not.toMatch(/nothing at this path|has no method/);
    }
  });
});

describe('/docs', () => {
  it('loads nothing that is not served beside it, and may not', async () => {
    const page = await fetch(`${gateway.url}/docs`);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).not.toMatch(/https?:|\*|unsafe-eval/);

    const loaded = [...(await page.text()).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url ?? '');
    expect(loaded.length).toBeGreaterThanOrEqual(4);
    for (const url of loaded) {
      expect(url).toMatch(/^\/(docs\/|openapi\.json)/);
      const response = await fetch(`${gateway.url}${url}`);
      expect([url, response.status]).toEqual([url, 200]);
      expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(0);
    }
  });
});
