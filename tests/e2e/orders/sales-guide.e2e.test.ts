import { randomUUID } from 'node:crypto';

import { eventually } from '@oms/stack';
import { useSalesClient, useTestStack } from '@oms/testing/vitest';
import { beforeAll, describe, expect, it } from 'vitest';

/** The bodies of the guide, word for word. */
const guide = {
  customer_id: 'cust_01J9RPMNVK4W',
  currency: 'USD',
  line_items: [{ product_id: 'prod_01JM5XQVZ3K7', quantity: 2, unit_price: 129.99 }],
  shipping_address: {
    line1: '123 Commerce St',
    city: 'Austin',
    state: 'TX',
    postal_code: '78701',
    country: 'US',
  },
};

describe("the Sales API's guide", () => {
  // A busy machine takes its time to record an order, and longer where no worker is there.
  const stack = useTestStack({ env: { RECORD_TIMEOUT_MS: '8000', CHANGE_TIMEOUT_MS: '8000' } });
  const sales = useSalesClient(stack);

  beforeAll(async () => {
    const lamp = {
      id: 'prod_01JM5XQVZ3K7',
      title: 'Desk Lamp',
      variants: [{ sku: 'LAMP', price: '149.99', stock_quantity: 5 }],
    };
    expect(await sales.post('/products', lamp)).toMatchObject({ status: 201, body: { id: lamp.id } });
  });

  it('can be followed from start to end', async () => {
    const created = await sales.post('/orders', guide);
    expect(created).toMatchObject({ status: 201, body: { status: 'draft', total: '259.98' } });
    expect(created.body['order_number']).toBeTruthy();
    const id = String(created.body['id']);
    const stock = async () => (await sales.get('/products/prod_01JM5XQVZ3K7')).body['stock_quantity'];
    const before = Number(await stock());
    expect((await sales.status(id, { status: 'confirmed' })).body['status']).toBe('confirmed');
    expect(await stock()).toBe(before - 2);
    const { body } = await sales.get(`/invoices?order_id=${id}`);
    const [invoice] = body['invoices'] as { id: string }[];
    for (const [status, more] of [
      ['processing', {}],
      ['shipped', { tracking_number: '1Z999AA10123456784', carrier: 'UPS' }],
      ['delivered', {}],
    ] as const) {
      expect((await sales.status(id, { status, ...more })).body['status']).toBe(status);
    }
    const paid = await sales.post('/payments', {
      invoice_id: invoice?.id,
      amount: 259.98,
      currency: 'USD',
      payment_method: 'bank_transfer',
      reference: 'TXN-20260128-001',
    });
    expect(paid.status).toBe(201);
    expect((await sales.status(id, { status: 'closed' })).body['status']).toBe('closed');
    expect((await sales.get(`/invoices/${String(invoice?.id)}`)).body).toMatchObject({ status: 'paid' });
  });

  it('places orders that the Orders API shows as its own', async () => {
    const { body } = await sales.post('/orders', guide);
    const { body: list } = await stack.api.listOrders('?status=draft&limit=1');
    expect(list.orders).toMatchObject([
      { number: body['order_number'], status: 'draft', total_amount: '259.98' },
    ]);
  });

  it.each([
    [
      { product_id: 'prod_unknown', quantity: 1, unit_price: 1 },
      'line_items[0].product_id: there is no such product',
    ],
    [
      { product_id: 'prod_01JM5XQVZ3K7', variant_id: 'var_00000000000000000000000001', quantity: 1 },
      'line_items[0].variant_id: the product has no such variant',
    ],
  ])('refuses a line of what is not sold: %j', async (line, error) => {
    expect(await sales.post('/orders', { ...guide, line_items: [line] })).toMatchObject({
      status: 422,
      body: { error },
    });
  });

  it('makes a product once per Idempotency-Key, and no second one with its SKU', async () => {
    const body = {
      title: 'Chair',
      variants: [{ sku: `CHAIR-${randomUUID()}`, price: 80, stock_quantity: 3 }],
    };
    const key = randomUUID();
    const first = await sales.post('/products', body, key);
    const again = await sales.post('/products', body, key);
    expect(again).toMatchObject({ status: 201, body: { id: first.body['id'], stock_quantity: 3 } });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await sales.post('/products', { ...body, title: 'Stool' }, key)).toMatchObject({ status: 422 });
    expect(await sales.post('/products', body)).toMatchObject({
      status: 422,
      body: { error: expect.stringContaining('already') as string },
    });
    const { body: list } = await sales.get('/products?limit=100');
    const ids = (list['products'] as { id: string }[]).map(({ id }) => id);
    expect(ids.filter((id) => id === first.body['id'])).toHaveLength(1);
  });

  it('accepts a draft while no worker runs, and records it when one is back', async () => {
    const worker = stack.service('order-worker');
    await worker.stop('SIGKILL');
    const draft = await sales.post('/orders', guide);
    expect(draft).toMatchObject({ status: 202, body: { status: 'accepted' } });
    const id = String(draft.body['id']);
    expect(await sales.get(`/orders/${id}`)).toMatchObject({ status: 202, body: { id, status: 'accepted' } });
    // A product waits for no worker.
    const table = { title: 'Table', variants: [{ price: 200 }] };
    expect(await sales.post('/products', table)).toMatchObject({ status: 201 });
    await worker.start();
    await eventually('the draft', async () =>
      (await sales.get(`/orders/${id}`)).status === 200 ? true : undefined,
    );
    expect(await sales.get(`/orders/${id}`)).toMatchObject({ body: { status: 'draft', total: '259.98' } });
  });
});
