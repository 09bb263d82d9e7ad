import { randomUUID } from 'node:crypto';

import { commerceOrderId, salesOrderId } from '@oms/contracts/http';
import { orderFlags } from '@oms/domain';
import {
  changeAsClientsDo,
  createApiKeyOf,
  createSalesClient,
  orderBody,
  orderBodyTotalMinor,
  orderItem,
  placeAsClientsDo,
  type ApiResponse,
} from '@oms/testing';
import { useCommerceClient, useSalesClient, useSharedStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

describe('the lists of orders', () => {
  const stack = useSharedStack();
  const sales = useSalesClient(stack);
  const commerce = useCommerceClient(stack);

  /** The list of each API, and an order's id there. */
  const lists = {
    Orders: {
      list: (query: string): Promise<ApiResponse> => stack.api.request('GET', `/api/v1/oms/orders?${query}`),
      idOf: (id: string) => id,
    },
    Sales: { list: (query: string) => sales.get(`/orders?${query}`), idOf: salesOrderId },
    Commerce: { list: (query: string) => commerce.list(`?${query}`), idOf: commerceOrderId },
  };
  const idsIn = ({ status, body }: ApiResponse): readonly string[] => {
    expect(status, JSON.stringify(body)).toBe(200);
    return (body['orders'] as { id: string }[]).map(({ id }) => id);
  };

  async function placed(changes: Readonly<Record<string, unknown>> = {}, captured?: number) {
    const reference = await stack.simulator.authorization(captured ?? orderBodyTotalMinor);
    if (captured !== undefined) await stack.simulator.captureByHand(reference);
    const sku = `LAMP-${randomUUID()}`;
    const items = [orderItem({ ...(await stack.stock(5)), sku })];
    const body = orderBody({ payment_reference: reference, items, ...changes });
    const id = (await placeAsClientsDo(stack.api, body)).body.order_id;
    const order = await stack.orderReaching(id, ['confirmed']);
    return { id, reference, sku, order };
  }

  it('find an order by its flag, payment, e-mail address, SKU and last change, alike on each API', async () => {
    const email = `Ada.${randomUUID()}@Example.com`;
    // 180.98 are captured for a total of 179.98.
    const { id, reference, sku, order } = await placed(
      { billing_address: { line1: '1 Main St', city: 'Austin', country: 'US', email } },
      orderBodyTotalMinor + 100,
    );
    await placed();
    // Its notifications may change it once more.
    const changed = String(order['updated_at']);
    const found = [
      `sku=${sku}`,
      `payment_reference=${reference}`,
      `customer_email=${email.toLowerCase()}`,
      `customer_email=${email}&flags=overpaid&payment_status=captured&sort=-updated_at`,
      `sku=${sku}&flags[]=disputed&flags[]=overpaid`,
      `sku=${sku}&payment_status[]=captured&payment_status[]=voided`,
      `sku=${sku}&updated_from=${changed}&updated_before=2100-01-01`,
    ];
    const missed = [
      `sku=${sku.toLowerCase()}`,
      `payment_reference=${reference}x`,
      `customer_email=x${email}`,
      `sku=${sku}&flags=disputed`,
      `sku=${sku}&payment_status=voided`,
      `sku=${sku}&updated_from=2100-01-01`,
      `sku=${sku}&updated_before=${String(order['created_at'])}`,
    ];
    for (const { list, idOf } of Object.values(lists)) {
      for (const query of found) expect(idsIn(await list(query)), query).toEqual([idOf(id)]);
      for (const query of missed) expect(idsIn(await list(query)), query).toEqual([]);
    }
    const open = { Orders: 'confirmed', Sales: 'confirmed', Commerce: 'pending' } as const;
    for (const [name, status] of Object.entries(open)) {
      const { list, idOf } = lists[name as keyof typeof lists];
      expect(idsIn(await list(`sku=${sku}&status[]=${status}&status[]=cancelled`))).toEqual([idOf(id)]);
      expect(idsIn(await list(`sku=${sku}&status=${status}&status=cancelled`))).toEqual([idOf(id)]);
      expect(idsIn(await list(`sku=${sku}&status[]=cancelled`))).toEqual([]);
    }
  });

  it('show nothing of another tenant or organisation, whatever they are searched by', async () => {
    const email = `ada.${randomUUID()}@example.com`;
    const { reference, sku } = await placed({
      shipping_address: { line1: '1 Main St', city: 'Austin', country: 'US', email },
    });
    for (const claims of [{ tenantId: randomUUID() }, { orgId: randomUUID() }]) {
      const stranger = stack.apiAs(claims);
      const theirSales = createSalesClient({ baseUrl: stack.gatewayUrl, token: stack.token(claims) });
      const authorization = `Bearer ${await createApiKeyOf(stranger)}`;
      for (const query of [`sku=${sku}`, `payment_reference=${reference}`, `customer_email=${email}`]) {
        expect(idsIn(await stranger.request('GET', `/api/v1/oms/orders?${query}`))).toEqual([]);
        expect(idsIn(await theirSales.get(`/orders?${query}`))).toEqual([]);
        expect(idsIn(await commerce.request('GET', `?${query}`, undefined, { authorization }))).toEqual([]);
      }
    }
  });

  it.each(['Orders', 'Sales', 'Commerce'] as const)(
    'on the %s API, an unknown value → 400 with the parameter and what is allowed',
    async (name) => {
      const payments = {
        Orders: 'pending, authorized',
        Sales: 'pending, authorized',
        Commerce: 'authorized, captured',
      };
      const statuses = { Orders: 'draft, pending', Sales: 'draft, pending', Commerce: 'pending, processing' };
      for (const [query, error] of [
        ['flags=lost', `flags[0] must be one of: ${orderFlags.join(', ')}`],
        ['payment_status=paid', `payment_status[0] must be one of: ${payments[name]}`],
        ['status[]=lost', `status[0] must be one of: ${statuses[name]}`],
        ['sort=email', 'sort must be one of: created_at, -created_at, updated_at, -updated_at'],
        ['updated_from=yesterday', 'updated_from must be an ISO 8601 date'],
      ] as const) {
        const { status, body } = await lists[name].list(query);
        expect([status, String(body['error']).slice(0, error.length)]).toEqual([400, error]);
      }
    },
  );

  it('of drafts by the last change, followed while they change → each once, and each changed one at the end as it is by then', async () => {
    const customer = `customer_id=cust_${randomUUID().replaceAll('-', '')}`;
    const product_id = await sales.product(5);
    const drafted = async (): Promise<string> => {
      const body = {
        customer_id: customer.split('=')[1],
        currency: 'USD',
        line_items: [{ product_id, quantity: 1 }],
      };
      const id = String((await changeAsClientsDo(sales, '/orders', body)).body['id']);
      await expect.poll(async () => (await sales.get(`/orders/${id}`)).status).toBe(200);
      return id;
    };
    const [first, second, third, fourth] = [
      await drafted(),
      await drafted(),
      await drafted(),
      await drafted(),
    ];
    const change = async (id: string): Promise<void> => {
      await changeAsClientsDo(sales, `/orders/${id}`, { shipping_amount: '7.00' }, 'PATCH');
      await expect.poll(async () => (await sales.get(`/orders/${id}`)).body['shipping_amount']).toBe('7.00');
    };
    const page = async (query: string) => {
      const { body } = await sales.get(`/orders?${customer}&limit=2&${query}`);
      const listed = body['orders'] as { id: string; shipping_amount: string }[];
      return {
        orders: listed.map(({ id, shipping_amount: shipping }) => ({ id, shipping })),
        cursor: body['next_cursor'],
      };
    };
    const down = await page('sort=-updated_at');
    expect(down.orders).toEqual([
      { id: fourth, shipping: '0.00' },
      { id: third, shipping: '0.00' },
    ]);
    // An order that the list has not come to, and then one that it has shown.
    await change(first);
    await change(third);
    const rest = await page(`sort=-updated_at&cursor=${String(down.cursor)}`);
    expect(rest.orders).toEqual([
      { id: second, shipping: '0.00' },
      { id: first, shipping: '7.00' },
    ]);
    expect(await page(`sort=-updated_at&cursor=${String(rest.cursor)}`)).toEqual({
      orders: [{ id: third, shipping: '7.00' }],
      cursor: null,
    });
    const up = await page('sort=updated_at');
    expect(up.orders.map(({ id }) => id)).toEqual([second, fourth]);
    await change(second);
    expect(await page(`sort=updated_at&cursor=${String(up.cursor)}`)).toMatchObject({
      orders: [{ id: first }, { id: third }],
    });
    expect(await sales.get(`/orders?sort=updated_at&cursor=${String(down.cursor)}`)).toMatchObject({
      status: 400,
      body: { error: 'cursor is of a list that is sorted by -updated_at, not updated_at' },
    });
  });
});
