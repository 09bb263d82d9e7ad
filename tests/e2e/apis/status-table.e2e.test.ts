import { randomUUID } from 'node:crypto';

import { createOrderExample } from '@oms/contracts/http';
import { receiveStock } from '@oms/database';
import { createApiClient, orderBody, orderItem } from '@oms/testing';
import { useTestStack } from '@oms/testing/vitest';
import { beforeAll, describe, expect, it } from 'vitest';

const orders = '/api/v1/oms/orders';
const [line] = createOrderExample.items;

/** The API's documentation, exactly: its example requests, and the table of its status codes. */
describe('the documented API', () => {
  // A busy machine takes its time to record an order.
  const stack = useTestStack({ env: { RECORD_TIMEOUT_MS: '8000' } });
  let exampleId: string;
  /** The documented example, with a payment of this tenant: the documented one belongs to the demo tenant. */
  let example: Readonly<Record<string, unknown>>;

  beforeAll(async () => {
    example = { ...createOrderExample, payment_reference: await stack.simulator.authorization(17_998) };
    await receiveStock(stack.database, {
      tenantId: stack.tenantId,
      orgId: stack.orgId,
      variantId: line?.variant_id ?? '',
      locationId: line?.location_id ?? '',
      quantity: 10,
      reason: 'test',
    });
  });

  it('201: creates the example order, whose body holds the new order id and no more', async () => {
    const { status, body, headers } = await stack.api.request<{ order_id: string }>('POST', orders, example);
    expect(status).toBe(201);
    expect(body).toEqual({ order_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string });
    expect(headers.get('content-type')).toContain('application/json');
    exampleId = body.order_id;
    expect(await stack.orderReaching(exampleId, ['confirmed', 'cancelled'])).toMatchObject({
      status: 'confirmed',
      payment_status: 'captured',
      currency: 'USD',
      total_amount: '179.98',
      channel: 'web-storefront',
    });
  });

  it('200: gets it by its UUID', async () => {
    const { status, body } = await stack.api.getOrder(exampleId);
    expect(status).toBe(200);
    expect(body.id).toBe(exampleId);
    expect(body.items).toMatchObject([
      { product_title: 'Classic Wool Sweater', sku: 'WOOL-SWTR-M-BLU', quantity: 2, unit_price: '89.99' },
    ]);
  });

  it('200: lists it, and repeats limit and offset', async () => {
    const { status, body } = await stack.api.listOrders('?limit=20&offset=0');
    expect(status).toBe(200);
    expect(body).toMatchObject({ limit: 20, offset: 0, orders: [{ id: exampleId }] });
    expect((await stack.api.listOrders()).body).toMatchObject({ limit: 50, offset: 0 });
    expect((await stack.api.listOrders('?limit=101')).status).toBe(400);
  });

  it('200: answers a repeated request with the first order, and says that it is a replay', async () => {
    const { status, body, headers } = await stack.api.request('POST', orders, example);
    expect({ status, body }).toEqual({ status: 200, body: { order_id: exampleId } });
    expect(headers.get('idempotent-replayed')).toBe('true');
    expect((await stack.api.listOrders()).body.orders).toHaveLength(1);
  });

  it('202: accepts an order that no worker can record yet', async () => {
    let placed: Awaited<ReturnType<typeof stack.api.placeOrder>>;
    await stack.service('order-worker').stop('SIGKILL');
    try {
      placed = await stack.api.placeOrder(orderBody());
      expect(placed.status).toBe(202);
      expect(await stack.api.getOrder(placed.body.order_id)).toMatchObject({
        status: 202,
        body: { id: placed.body.order_id, status: 'pending' },
      });
    } finally {
      await stack.service('order-worker').start();
    }
    // It is in lists from then on.
    await stack.orderReaching(placed.body.order_id, ['cancelled']);
  });

  it('400: names the rule when a line has a variant and no location, and makes no order', async () => {
    const before = (await stack.api.listOrders()).body.orders.length;
    const answer = await stack.api.placeOrder(
      orderBody({ items: [orderItem({ variant_id: randomUUID() })] }),
    );
    expect(answer.status).toBe(400);
    expect(answer.body.error).toContain('location_id is required for inventory-backed items');
    expect((await stack.api.listOrders()).body.orders).toHaveLength(before);
  });

  it.each(['authorization', 'x-tenant-id', 'x-org-id'])(
    'answers without %s as the table says',
    async (name) => {
      const headers: Record<string, string> = {
        authorization: `Bearer ${stack.token({})}`,
        'x-tenant-id': stack.tenantId,
        'x-org-id': stack.orgId,
      };
      const { [name]: _, ...rest } = headers;
      const response = await fetch(`${stack.gatewayUrl}${orders}`, { headers: rest });
      expect(response.status).toBe(name === 'authorization' ? 401 : 400);
      expect(await response.json()).toEqual({
        error: expect.any(String) as string,
        code: name === 'authorization' ? 'INVALID_AUTH' : 'INVALID_REQUEST',
      });
    },
  );

  it('401: refuses a token that was signed by somebody else', async () => {
    const stranger = createApiClient({
      baseUrl: stack.gatewayUrl,
      tenantId: stack.tenantId,
      orgId: stack.orgId,
      token: `${stack.token({}).slice(0, -3)}AAA`,
    });
    expect((await stranger.listOrders()).status).toBe(401);
  });

  it('403: lets a viewer read and not write', async () => {
    const viewer = stack.apiAs({ role: 'viewer' });
    expect((await viewer.listOrders()).status).toBe(200);
    const refused = await viewer.placeOrder(orderBody());
    expect(refused.status).toBe(403);
    expect(refused.body).toEqual({ error: expect.any(String) as string, code: 'FORBIDDEN' });
  });

  it('403: refuses a token without the claims', async () => {
    const token = stack.token({ role: 'nothing' });
    const api = createApiClient({
      baseUrl: stack.gatewayUrl,
      tenantId: stack.tenantId,
      orgId: stack.orgId,
      token,
    });
    expect((await api.listOrders()).status).toBe(403);
  });

  it('404: hides an order of another tenant, and does not know one that was never placed', async () => {
    const other = stack.apiAs({ tenantId: randomUUID(), orgId: randomUUID() });
    expect((await other.getOrder(exampleId)).status).toBe(404);
    expect((await stack.api.getOrder(randomUUID())).status).toBe(404);
    expect((await stack.api.request('GET', '/api/v1/nothing')).status).toBe(404);
  });

  it('413: refuses a body of more than 10 MB', async () => {
    const { status, body } = await stack.api.placeOrder(
      orderBody({ metadata: { note: 'x'.repeat(10_500_000) } }),
    );
    expect(status).toBe(413);
    expect(body).toEqual({ error: expect.any(String) as string, code: 'TOO_LARGE' });
  });

  it('shows on every answer how many requests are left', async () => {
    for (const path of [orders, `${orders}/nonsense`, '/api/v1/nothing', '/openapi.json']) {
      const { headers } = await stack.api.request('GET', path);
      expect(headers.get('x-ratelimit-limit'), path).toMatch(/^\d+$/);
      expect(headers.get('x-ratelimit-remaining'), path).toMatch(/^\d+$/);
      expect(headers.get('retry-after'), path).toBeNull();
    }
  });
});

describe('the documented rate limit', () => {
  const stack = useTestStack({ services: ['gateway'], env: { RATE_LIMIT_MAX: '100' } });

  it('429: lets 100 requests a minute pass, and refuses more with Retry-After', async () => {
    const answers = await Promise.all(Array.from({ length: 130 }, () => stack.api.listOrders()));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(30);
    // Some requests that pass may find the database too busy. Their answers differ, but they count as well.
    expect(answers.map(({ status }) => status)).toContain(200);
    for (const { headers, body } of refused) {
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      expect(headers.get('x-ratelimit-remaining')).toBe('0');
      expect(body).toEqual({ error: expect.any(String) as string, code: 'RATE_LIMITED' });
    }
  });
});
