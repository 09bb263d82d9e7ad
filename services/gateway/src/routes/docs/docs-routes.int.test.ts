import { randomUUID } from 'node:crypto';

import { Api, isSigned, operations, permissions, rolePermissions, roles } from '@oms/contracts/http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startTestGateway, type TestGateway } from '../../testing/test-gateway.js';
import { mintToken } from '../../testing/tokens.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

/** The operations that need a token or an API key. */
const called = operations.filter(({ api }) => !isSigned(api));
const anyPath = (path: string): string => path.replaceAll(/\{\w+\}/g, randomUUID());

describe('/openapi.json', () => {
  it('documents every operation, to anybody', async () => {
    const response = await fetch(`${gateway.url}/openapi.json`);
    const { openapi, paths } = (await response.json()) as { openapi: string; paths: Record<string, object> };
    expect(openapi).toMatch(/^3\.1\./);
    for (const { method, path } of operations) expect(paths[path]).toHaveProperty(method.toLowerCase());
  });

  it('documents exactly the operations that are served', async () => {
    expect(new Set(gateway.routes.map(({ operation }) => operation))).toEqual(new Set(called));
    expect(gateway.routes).toHaveLength(called.length);
    // No operation answers like an unknown path.
    for (const { method, path } of called) {
      const answer = await fetch(`${gateway.url}${anyPath(path)}`, { method, headers: gateway.headers });
      const { error = '' } = (await answer.json()) as { error?: string };
      expect(`${method} ${path}: ${error}`).not.toMatch(/nothing at this path|has no method/);
    }
  });
});

describe('the permission of an operation', () => {
  it('is a separate one for refunds and for decisions on returns', () => {
    const order = '/api/v1/oms/orders/{orderID}';
    const needs = Object.fromEntries(
      operations.map(({ method, path, permission }) => [`${method} ${path}`, permission]),
    );
    expect(needs).toMatchObject({
      [`POST ${order}/refunds`]: 'refunds:write',
      [`POST ${order}/returns/{returnID}/approve`]: 'returns:write',
      [`POST ${order}/returns/{returnID}/decline`]: 'returns:write',
      [`POST ${order}/returns/{returnID}/receive`]: 'returns:write',
      [`POST ${order}/returns`]: 'orders:write',
      [`GET ${order}/refunds`]: 'orders:read',
      [`POST ${order}/cancel`]: 'orders:write',
    });
  });

  it('is required: a token with all other permissions is refused with the name of the missing one', async () => {
    const byToken = called.filter(({ api }) => api !== Api.Commerce);
    expect(byToken.length).toBeGreaterThan(40);
    for (const { method, path, permission = '' } of byToken) {
      const call = (granted: readonly string[]) =>
        fetch(`${gateway.url}${anyPath(path)}`, {
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
        { error: `the token does not carry the permission ${permission}`, code: 'FORBIDDEN' },
      ]);
      expect((await call([permission])).status, `${method} ${path}`).not.toBe(403);
    }
  });
});

describe.each(roles)('the role %s', (role) => {
  const granted: readonly string[] = rolePermissions[role];

  it.each(called.filter(({ api }) => api !== Api.Commerce))(
    'may call $id exactly if it carries the permission',
    async ({ method, path, permission = '' }) => {
      const { status } = await fetch(`${gateway.url}${anyPath(path)}`, {
        method,
        headers: {
          ...gateway.headers,
          authorization: `Bearer ${mintToken(gateway.identity, { roles: [role] })}`,
        },
      });
      expect(status === 403).toBe(!granted.includes(permission));
    },
  );
});

describe('/docs', () => {
  it('loads only files from the same server, and its policy forbids others', async () => {
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
