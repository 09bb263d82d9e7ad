import { randomUUID } from 'node:crypto';

import { orderIdFor } from '@oms/contracts/temporal';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { orderBody } from '../../testing/orders.js';
import { errorOf, startTestGateway, type TestGateway } from '../../testing/test-gateway.js';
import { mintToken } from '../../testing/tokens.js';

const path = '/api/v1/oms/orders';
let gateway: TestGateway;
beforeEach(async () => {
  gateway = await startTestGateway();
});
afterEach(() => gateway.close());

const answer = async (response: Response) => ({
  status: response.status,
  replayed: response.headers.get('idempotent-replayed'),
  body: (await response.json()) as Record<string, unknown>,
});

/** Headers with a token of another tenant from the same issuer. */
function stranger(): Record<string, string> {
  const identity = { ...gateway.identity, tenantId: randomUUID() };
  return { authorization: `Bearer ${mintToken(identity)}`, 'x-tenant-id': identity.tenantId };
}

describe('POST: an order that is recorded', () => {
  it('is answered 201 with its id, and its path in Location', async () => {
    const body = orderBody();
    const response = await gateway.post(body);
    const orderId = orderIdFor(gateway.identity, String(body['idempotency_key']));
    expect(response.headers.get('location')).toBe(`${path}/${orderId}`);
    expect(await answer(response)).toEqual({ status: 201, replayed: null, body: { order_id: orderId } });
  });

  it('posted again → 200 with the same body and Idempotent-Replayed', async () => {
    const body = orderBody();
    const first = await answer(await gateway.post(body));
    expect(await answer(await gateway.post(body))).toEqual({
      status: 200,
      replayed: 'true',
      body: first.body,
    });
  });

  it('under a key that placed another order → 400 with the reason', async () => {
    const body = orderBody();
    await gateway.post(body);
    const response = await gateway.post({ ...body, channel: 'another' });
    expect([response.status, await errorOf(response)]).toEqual([
      400,
      'the idempotency key was used before with another request; nothing was changed',
    ]);
  });

  it('has an id of its own in another tenant, under the same key', async () => {
    const body = orderBody();
    const [mine, theirs] = await Promise.all([gateway.post(body), gateway.post(body, stranger())]);
    expect([mine.status, theirs.status]).toEqual([201, 201]);
    expect((await answer(mine)).body).not.toEqual((await answer(theirs)).body);
  });

  it('is placed by the token’s subject, under an id of the request that no client can choose', async () => {
    const body = orderBody();
    await gateway.post(body, { 'x-request-id': 'chosen' });
    await gateway.post(body, { 'x-request-id': 'chosen' });
    const [first, second] = gateway.orders.calls;
    expect(first?.actor).toEqual({ type: 'user', id: 'user-1' });
    expect(first?.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(second?.requestId).not.toBe(first?.requestId);
    expect(second?.requestHash).toBe(first?.requestHash);
  });

  it('is placed by a service where the token is a program’s', async () => {
    const token = mintToken(gateway.identity, { sub: 'erp-sync', roles: ['service'] });
    await gateway.post(orderBody(), { authorization: `Bearer ${token}` });
    expect(gateway.orders.calls[0]?.actor).toEqual({ type: 'service', id: 'erp-sync' });
  });

  it('with an invalid body → is not placed', async () => {
    const { variant_id, ...item } = { ...(orderBody()['items'] as Record<string, unknown>[])[0] };
    const response = await gateway.post(
      orderBody({ items: [{ ...item, variant_id, location_id: undefined }] }),
    );
    expect([response.status, await errorOf(response)]).toEqual([
      400,
      'location_id is required for inventory-backed items',
    ]);
    expect(gateway.orders.calls).toEqual([]);
  });
});

describe('POST: an order that is accepted and not yet recorded', () => {
  it('is answered 202 with its id, also when posted again, and can be read by its id', async () => {
    gateway.orders.mode = 'accepting';
    const body = orderBody();
    const orderId = orderIdFor(gateway.identity, String(body['idempotency_key']));
    const accepted = { order_id: orderId, status: 'pending' };
    expect(await answer(await gateway.post(body))).toEqual({ status: 202, replayed: null, body: accepted });
    expect(await answer(await gateway.post(body))).toEqual({ status: 202, replayed: 'true', body: accepted });

    const found = { status: 202, replayed: null, body: { id: orderId, status: 'pending' } };
    expect(await answer(await gateway.get(`${path}/${orderId}`))).toEqual(found);
    expect(await answer(await gateway.get(`${path}/${orderId}/events`))).toEqual(found);
  });
});

describe('POST: while Temporal is away', () => {
  it('is answered 500 with the advice to retry with the same key, without the cause', async () => {
    gateway.orders.temporalFault = new Error('14 UNAVAILABLE: 10.0.0.9:7233');
    const response = await gateway.post(orderBody());
    expect([response.status, await errorOf(response)]).toEqual([
      500,
      'the order could not be placed now; retry with the same idempotency_key',
    ]);
    await expect.poll(() => JSON.stringify(gateway.lines)).toContain('10.0.0.9:7233');
  });
});

describe('GET: an order', () => {
  const place = async (): Promise<string> => {
    const { body } = await answer(await gateway.post(orderBody()));
    return String(body['order_id']);
  };

  it('is shown with its history', async () => {
    const id = await place();
    const { status, body } = await answer(await gateway.get(`${path}/${id.toUpperCase()}`));
    expect([status, body['id'], body['total_amount']]).toEqual([200, id, '179.98']);
    const history = await answer(await gateway.get(`${path}/${id}/events`));
    expect(history).toMatchObject({ status: 200, body: { events: [{ sequence: 1, type: 'order.placed' }] } });
  });

  it('is 404 for another tenant, recorded or not', async () => {
    const recorded = await place();
    gateway.orders.mode = 'accepting';
    const accepted = await place();
    for (const id of [recorded, accepted, randomUUID()]) {
      for (const suffix of ['', '/events']) {
        const response = await gateway.get(`${path}/${id}${suffix}`, stranger());
        expect([response.status, await errorOf(response)]).toEqual([404, 'there is no such order']);
      }
    }
  });

  it('that is recorded between the reads of database and Temporal is shown', async () => {
    gateway.orders.mode = 'accepting';
    const id = await place();
    const find = gateway.orders.find.bind(gateway.orders);
    gateway.orders.find = (scope, orderId) => {
      gateway.orders.record({ ...scope, orderId });
      return find(scope, orderId);
    };
    expect((await gateway.get(`${path}/${id}`)).status).toBe(200);
  });

  it('while the database is away: an accepted order → 202, any other → 500, never 404', async () => {
    gateway.orders.mode = 'accepting';
    const accepted = await place();
    gateway.orders.mode = 'recording';
    const recorded = await place();
    gateway.orders.databaseFault = new Error('the database is away');
    expect((await gateway.get(`${path}/${accepted}`)).status).toBe(202);
    expect((await gateway.get(`${path}/${recorded}`)).status).toBe(500);
    expect((await gateway.get(`${path}/${randomUUID()}`)).status).toBe(500);
  });

  it('that is not recorded, while Temporal is away → 500, never 404', async () => {
    const recorded = await place();
    gateway.orders.temporalFault = new Error('Temporal is away');
    expect((await gateway.get(`${path}/${randomUUID()}`)).status).toBe(500);
    expect((await gateway.get(`${path}/${recorded}`)).status).toBe(200);
  });
});

describe('GET: the list', () => {
  it('holds the orders of the tenant and says which page it is', async () => {
    await gateway.post(orderBody());
    await gateway.post(orderBody());
    await gateway.post(orderBody(), stranger());
    const { status, body } = await answer(await gateway.get(`${path}?limit=1&offset=1`));
    expect(status).toBe(200);
    expect(body).toMatchObject({ limit: 1, offset: 1, orders: [{ number: 'ORD-10001' }] });
    const all = await answer(await gateway.get(path));
    expect(all.body).toMatchObject({ limit: 50, offset: 0 });
    expect(all.body['orders']).toHaveLength(2);
  });

  it.each(['limit=0', 'limit=101', 'limit=ten', 'offset=-1', 'limit=1&limit=2', 'status=lost', 'colour=red'])(
    'is 400 for ?%s',
    async (query) => {
      const response = await gateway.get(`${path}?${query}`);
      expect([response.status, await errorOf(response)]).toEqual([400, expect.any(String)]);
    },
  );
});

describe('/readyz', () => {
  it('is 503 with the names of services that do not answer, and 200 when all answer', async () => {
    expect(await answer(await gateway.get('/readyz'))).toMatchObject({ status: 200, body: { ready: true } });
    gateway.orders.databaseFault = new Error('the database is away');
    expect(await answer(await gateway.get('/readyz'))).toMatchObject({
      status: 503,
      body: { ready: false, checks: { database: 'does not answer' } },
    });
    expect((await gateway.get('/healthz')).status).toBe(200);
  });
});
