import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { orderBody } from '../testing/orders.js';
import { errorOf, startTestGateway, type TestGateway } from '../testing/test-gateway.js';
import { mintToken, newIdentity } from '../testing/tokens.js';

const path = '/api/v1/oms/orders';
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

/** Sends a request with valid headers, apart from the given changes; `null` removes a header. */
async function getWith(changes: Readonly<Record<string, string | null>>): Promise<Response> {
  const headers = Object.entries({ ...gateway.headers, ...changes }).filter(([, value]) => value !== null);
  return fetch(`${gateway.url}${path}`, { headers: headers });
}

const withToken = (
  claims: Readonly<Record<string, unknown>>,
  options: Parameters<typeof mintToken>[2] = {},
) => getWith({ authorization: `Bearer ${mintToken(gateway.identity, claims, options)}` });

describe('401: not authenticated', () => {
  it.each([
    ['no Authorization header', null],
    ['an empty one', ''],
    ['another scheme', 'Basic dXNlcjpwYXNz'],
    ['no token after the scheme', 'Bearer'],
    ['something that is no token', 'Bearer abc'],
    ['two tokens', 'Bearer a.b.c d.e.f'],
  ])('%s', async (_what, authorization) => {
    const response = await getWith({ authorization });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
    expect(await errorOf(response)).toEqual(expect.any(String));
  });

  it('an expired token, with that reason', async () => {
    const response = await withToken({}, { expiresIn: -60 });
    expect([response.status, await errorOf(response)]).toEqual([401, 'the token has expired']);
  });

  it('a token for another audience, of another issuer, or of another secret', async () => {
    expect((await withToken({}, { audience: 'other' })).status).toBe(401);
    expect((await withToken({}, { issuer: 'other' })).status).toBe(401);
    const stranger = { ...gateway.identity, secret: newIdentity().secret };
    expect((await getWith({ authorization: `Bearer ${mintToken(stranger)}` })).status).toBe(401);
  });

  it('before anything else is checked', async () => {
    expect((await getWith({ authorization: null, 'x-tenant-id': null, 'x-org-id': 'x' })).status).toBe(401);
    const response = await gateway.post('{broken', {
      authorization: 'Bearer x',
      'content-type': 'text/plain',
    });
    expect(response.status).toBe(401);
  });
});

describe('400: tenant or organisation is missing', () => {
  it.each(['x-tenant-id', 'x-org-id'])('%s is missing, or not a UUID', async (header) => {
    const missing = await getWith({ [header]: null });
    expect([missing.status, await errorOf(missing)]).toEqual([400, expect.stringMatching(/is missing$/)]);
    const malformed = await getWith({ [header]: 'acme' });
    expect([malformed.status, await errorOf(malformed)]).toEqual([
      400,
      expect.stringMatching(/must be a UUID$/),
    ]);
  });
});

describe('403: authenticated, but not permitted', () => {
  it.each(['sub', 'tenant_id', 'org_id', 'roles'])('the claim %s is missing', async (claim) => {
    const response = await withToken({ [claim]: undefined });
    expect([response.status, await errorOf(response)]).toEqual([403, expect.stringContaining(claim)]);
  });

  it.each([
    ['tenant_id', 'acme'],
    ['org_id', 7],
    ['roles', 'admin'],
    ['roles', [1]],
    ['permissions', 'orders:read'],
    ['sub', ''],
    ['sub', ' \t'],
    ['sub', 'a\r\nb'],
    ['sub', 'a\u0000b'],
    ['sub', 'half of a character: \ud83d'],
    ['sub', 'x'.repeat(256)],
    ['tenant_id', '00000000-0000-0000-0000-00000000000\u0000'],
  ])('the claim %s is %j', async (claim, value) => {
    expect((await withToken({ [claim]: value })).status).toBe(403);
  });

  it.each(['x-tenant-id', 'x-org-id'])('%s is not that of the token', async (header) => {
    const response = await getWith({ [header]: randomUUID() });
    expect([response.status, await errorOf(response)]).toEqual([403, expect.stringContaining('another')]);
  });

  it('no role of the token permits it', async () => {
    expect((await withToken({ roles: [] })).status).toBe(403);
    expect((await withToken({ roles: ['auditor'] })).status).toBe(403);
  });

  it('a viewer may read but not write, and the refusal names the missing permission', async () => {
    const authorization = `Bearer ${mintToken(gateway.identity, { roles: ['viewer'] })}`;
    expect((await getWith({ authorization })).status).toBe(200);
    const response = await gateway.post(orderBody(), { authorization });
    expect([response.status, await errorOf(response)]).toEqual([
      403,
      expect.stringContaining('orders:write'),
    ]);
    expect(gateway.orders.calls).toEqual([]);
  });
});

describe('admitted', () => {
  it('with ids and scheme in any letter case', async () => {
    const { tenantId, orgId } = gateway.identity;
    const token = mintToken(gateway.identity, { tenant_id: tenantId.toUpperCase() });
    const response = await getWith({
      authorization: `bearer ${token}`,
      'x-tenant-id': tenantId,
      'x-org-id': orgId.toUpperCase(),
    });
    expect(response.status).toBe(200);
  });

  it('with a single permission in the token', async () => {
    expect((await withToken({ roles: [], permissions: ['orders:read'] })).status).toBe(200);
  });
});
