import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { orderBody } from '../testing/orders.js';
import { errorOf, startTestGateway, type TestGateway } from '../testing/test-gateway.js';

const path = '/api/v1/oms/orders';
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

/** One request of each kind, and the status that it gets. */
const requests: readonly (readonly [number, string, (gateway: TestGateway) => Promise<Response>])[] = [
  [200, 'a list', (to) => to.get(path)],
  [200, 'a probe', (to) => to.get('/healthz')],
  [200, 'the documentation', (to) => to.get('/docs')],
  [200, 'its script', (to) => to.get('/docs/swagger-ui-bundle.js')],
  [201, 'a new order', (to) => to.post(orderBody())],
  [400, 'a body that is not JSON', (to) => to.post('{')],
  [401, 'no token', (to) => fetch(`${to.url}${path}`)],
  [403, 'another tenant', (to) => to.get(path, { 'x-tenant-id': randomUUID() })],
  [404, 'an unknown path', (to) => to.get('/nowhere')],
  [404, 'an unknown order', (to) => to.get(`${path}/${randomUUID()}`)],
  [413, 'a body over 10 MB', (to) => to.post(`"${'x'.repeat(10 * 1024 * 1024)}"`)],
];

describe('every answer', () => {
  it.each(requests)(
    '%i, %s: carries the rate limit, an id and the browsers’ restrictions',
    async (status, _what, ask) => {
      const response = await ask(gateway);
      expect(response.status).toBe(status);
      expect(response.headers.get('x-ratelimit-limit')).toBe('1000');
      expect(response.headers.get('x-ratelimit-remaining')).toMatch(/^\d+$/);
      expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(response.headers.get('x-powered-by')).toBeNull();
      expect(response.headers.get('etag')).toBeNull();
      await response.arrayBuffer();
    },
  );
});

describe('the request id', () => {
  it('is the client’s own where that is harmless', async () => {
    const id = `trace_${randomUUID()}`;
    expect((await gateway.get(path, { 'x-request-id': id })).headers.get('x-request-id')).toBe(id);
  });

  it.each(['', 'a b', 'x'.repeat(65), '<script>', 'a,b', '{"a":1}'])('is not %j', async (given) => {
    const id = (await gateway.get(path, { 'x-request-id': given })).headers.get('x-request-id');
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('is in the log with the request, and with the fault that is hidden from the client', async () => {
    const id = `trace_${randomUUID()}`;
    gateway.orders.databaseFault = new Error('connection to 10.0.0.7 refused');
    const response = await gateway.get(`${path}?channel=secret-channel`, { 'x-request-id': id });
    delete gateway.orders.databaseFault;
    expect([response.status, await errorOf(response)]).toEqual([
      500,
      expect.not.stringContaining('10.0.0.7'),
    ]);

    await expect.poll(() => gateway.lines.filter((line) => line['requestId'] === id)).toHaveLength(2);
    const [fault, request] = gateway.lines.filter((line) => line['requestId'] === id);
    expect(fault).toMatchObject({ level: 50, err: { message: 'connection to 10.0.0.7 refused' } });
    expect(request).toMatchObject({ msg: 'request', method: 'GET', path, status: 500 });
  });

  it('stands beside no token and no query in the log', async () => {
    await gateway.get(`${path}?channel=secret-channel`);
    const log = JSON.stringify(gateway.lines);
    expect(log).not.toContain('secret-channel');
    expect(log).not.toContain(gateway.headers.authorization.slice('Bearer '.length));
  });
});
