import { randomUUID } from 'node:crypto';

import { permissions } from '@oms/contracts/http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startTestGateway, type TestGateway } from '../../testing/test-gateway.js';
import { mintToken } from '../../testing/tokens.js';

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

describe('what an operation needs', () => {
  const templateOf = (path: string): string => path.replaceAll(/:(\w+)/g, '{$1}');

  it('is said by the document, of every operation that needs a token or a key', async () => {
    const response = await fetch(`${gateway.url}/openapi.json`);
    const { paths } = (await response.json()) as {
      paths: Record<string, Record<string, { operationId?: string; description?: string }>>;
    };
    const documented = Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).flatMap(([method, { operationId, description = '' }]) => {
        if (operationId === undefined || path.startsWith('/webhooks/')) return [];
        const [, needed] = /(?:^|\n\n)Permission: `([a-z_]+:[a-z]+)`[^\n]*\.$/.exec(description) ?? [];
        return [`${method} ${path}: ${needed ?? 'nothing'}`];
      }),
    );
    // The scopes of API keys are called otherwise than the permissions of tokens.
    const nameOf = ({ path, permission }: (typeof gateway.routes)[number]): string =>
      path.startsWith('/v1/') ? permission.replace('orders:', 'order:') : permission;
    const declared = gateway.routes.map(
      (route) => `${route.method.toLowerCase()} ${templateOf(route.path)}: ${nameOf(route)}`,
    );
    expect(documented.sort()).toEqual(declared.sort());
  });

  it('is of its own where money is given back or goods are taken back', () => {
    const order = '/api/v1/oms/orders/:orderID';
    const needs = Object.fromEntries(
      gateway.routes.map(({ method, path, permission }) => [`${method} ${path}`, permission]),
    );
    expect(needs).toMatchObject({
      [`POST ${order}/refunds`]: 'refunds:write',
      [`POST ${order}/returns/:returnID/approve`]: 'returns:write',
      [`POST ${order}/returns/:returnID/decline`]: 'returns:write',
      [`POST ${order}/returns/:returnID/receive`]: 'returns:write',
      [`POST ${order}/returns`]: 'orders:write',
      [`GET ${order}/refunds`]: 'orders:read',
      [`POST ${order}/cancel`]: 'orders:write',
    });
  });

  it('is needed: a token with all other permissions is refused, and told which it lacks', async () => {
    const byToken = gateway.routes.filter(({ path }) => path.startsWith('/api/'));
    expect(byToken.length).toBeGreaterThan(40);
    for (const { method, path, permission } of byToken) {
      const call = (granted: readonly string[]) =>
        fetch(`${gateway.url}${path.replaceAll(/:\w+/g, randomUUID())}`, {
          method,
          headers: {
            ...gateway.headers,
            authorization: `Bearer ${mintToken(gateway.identity, { roles: [], permissions: granted })}`,
          },
        });
      const refusal = await call(permissions.filter((one) => one !== permission));
      expect([`${method} ${path}`, refusal.status, await refusal.json()]).toEqual([
        `${method} ${path}`,
        403,
        { error: `the token does not carry the permission ${permission}` },
      ]);
      expect((await call([permission])).status, `${method} ${path}`).not.toBe(403);
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
