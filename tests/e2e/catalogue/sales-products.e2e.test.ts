import { randomUUID } from 'node:crypto';

import { createSalesClient, remainingImbalances } from '@oms/testing';
import { useSalesClient, useSharedStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

interface ProductBody {
  readonly id: string;
  readonly stock_quantity: number;
  readonly variants: readonly { readonly id: string; readonly price: string; readonly sku: string | null }[];
}

describe('products of the Sales API', () => {
  const stack = useSharedStack();
  const sales = useSalesClient(stack);

  const sku = () => `SKU-${randomUUID()}`;
  async function product(stock = 10, variants = 1) {
    const body = {
      title: 'Lamp',
      variants: Array.from({ length: variants }, () => ({
        sku: sku(),
        price: '10.00',
        stock_quantity: stock,
      })),
    };
    return (await sales.post('/products', body)).body as unknown as ProductBody;
  }
  const order = (productId: string, quantity: number) =>
    sales.post('/orders', { customer_id: 'cust_1', line_items: [{ product_id: productId, quantity }] });

  it('change title, price and SKU, and keep the price of existing drafts', async () => {
    const { id } = await product();
    const draft = await order(id, 1);
    const wanted = sku();
    const changed = await sales.patch(`/products/${id}`, {
      ...{ title: 'Desk Lamp', description: 'Brass' },
      variants: [{ price: '12.50', sku: wanted }],
    });
    expect(changed).toMatchObject({
      status: 200,
      body: { title: 'Desk Lamp', description: 'Brass', variants: [{ price: '12.50', sku: wanted }] },
    });
    expect((await sales.get(`/products/${id}`)).body).toEqual(changed.body);
    expect((await sales.get(`/orders/${String(draft.body['id'])}`)).body).toMatchObject({ total: '10.00' });
    expect((await order(id, 1)).body).toMatchObject({ total: '12.50', line_items: [{ sku: wanted }] });
    const levels = await stack.database.prisma.inventoryLevel.findMany({ where: { sku: wanted } });
    expect(levels).toHaveLength(1);
  });

  it('add and remove stock, each with a ledger entry and its reason', async () => {
    const { id } = await product(10);
    const change = (quantity: number, reason: string) =>
      sales.post(`/products/${id}/stock`, { quantity, reason });
    expect(await change(5, 'delivery')).toMatchObject({ status: 201, body: { stock_quantity: 15 } });
    const { body } = await order(id, 12);
    await sales.status(String(body['id']), { status: 'confirmed' });
    expect(await change(-4, 'broken')).toMatchObject({
      status: 422,
      body: { error: '4 units cannot go: 3 are there and not reserved' },
    });
    expect(await change(-3, 'broken')).toMatchObject({ status: 201, body: { stock_quantity: 0 } });
    const entries = await stack.database.prisma.stockLedgerEntry.findMany({
      where: { kind: { in: ['receive', 'adjust'] }, reason: { in: ['delivery', 'broken'] } },
      orderBy: { id: 'asc' },
    });
    expect(entries.map(({ reason, onHandDelta }) => [reason, Number(onHandDelta)])).toEqual([
      ['delivery', 5],
      ['broken', -3],
    ]);
    expect(await remainingImbalances(stack)).toEqual([]);
  });

  it('never remove units that a concurrent order reserves', async () => {
    const { id } = await product(3);
    const drafts = await Promise.all([order(id, 1), order(id, 1), order(id, 1)]);
    const answers = await Promise.all([
      ...drafts.map(({ body }) => sales.status(String(body['id']), { status: 'confirmed' })),
      ...[1, 2, 3].map(() => sales.post(`/products/${id}/stock`, { quantity: -1, reason: 'gone' })),
    ]);
    expect(answers.filter(({ status }) => status < 300)).toHaveLength(3);
    expect((await sales.get(`/products/${id}`)).body).toMatchObject({ stock_quantity: 0 });
    expect(await remainingImbalances(stack)).toEqual([]);
  });

  it('refuse a SKU in use, an unknown variant, and an unnamed variant of several', async () => {
    const [one, two] = [await product(1), await product(1, 2)];
    const taken = one.variants[0]?.sku;
    const [first, second] = two.variants;
    const patch = (variants: unknown) => sales.patch(`/products/${two.id}`, { variants });
    expect(await patch([{ id: first?.id, sku: taken }])).toMatchObject({
      status: 422,
      body: { error: `there is a product with the SKU ${String(taken)} already` },
    });
    expect(await patch([{ price: '1' }])).toMatchObject({
      status: 422,
      body: { error: 'the product has several variants: name one' },
    });
    expect(await patch([{ id: one.variants[0]?.id, price: '1' }])).toMatchObject({
      status: 422,
      body: { error: 'the product has no such variant' },
    });
    expect(await sales.post(`/products/${two.id}/stock`, { quantity: 1, reason: 'r' })).toMatchObject({
      status: 422,
    });
    expect((await sales.get(`/products/${two.id}`)).body).toEqual(two);
    const swapped = await patch([
      { id: first?.id, sku: second?.sku },
      { id: second?.id, sku: first?.sku },
    ]);
    expect(swapped).toMatchObject({
      status: 200,
      body: { variants: [{ sku: second?.sku }, { sku: first?.sku }] },
    });
  });

  it.each([
    ['PATCH', '', {}, 'the body must name at least one field to change'],
    ['PATCH', '', { price: '1' }, 'price is not a known field'],
    ['PATCH', '', { variants: [{}] }, 'variants[0] must name at least one field to change'],
    ['PATCH', '', { variants: [{ price: '1.001' }] }, 'variants[0].price must have at most 2 decimals'],
    ['POST', '/stock', { quantity: 0, reason: 'r' }, 'quantity must be an integer'],
    ['POST', '/stock', { quantity: 1 }, 'reason is required'],
  ])('answer %s %s with 400 for the body %j', async (method, path, body, message) => {
    const { id } = await product(1);
    const answer = await sales.request(method, `/products/${id}${path}`, body);
    expect(answer).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining(message) as string },
    });
  });

  it('are listed page by page, newest first, once each while others come', async () => {
    const claims = { tenantId: randomUUID(), orgId: randomUUID() };
    const other = createSalesClient({ baseUrl: stack.gatewayUrl, token: stack.token(claims) });
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) ids.push(await other.product(1));
    // Some at the same time: their ids then say which is first.
    const { prisma } = stack.database;
    await prisma.product.updateMany({
      where: { id: { in: ids.slice(1, 4) } },
      data: { createdAt: new Date(0) },
    });
    await prisma.product.updateMany({
      where: { id: { in: ids.slice(4) } },
      data: { createdAt: new Date(1) },
    });
    const read: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await other.get(`/products?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      read.push(...(body['products'] as { id: string }[]).map(({ id }) => id));
      cursor = body['next_cursor'] as string | null; // As the documentation has it.
      await other.product(1);
    }
    expect(read).toEqual([ids[0], ids[4], ...ids.slice(1, 4).sort().reverse()]);
  });

  it("answer 404 for another tenant's product", async () => {
    const { id } = await product(1);
    const claims = { tenantId: randomUUID(), orgId: randomUUID() };
    const other = createSalesClient({ baseUrl: stack.gatewayUrl, token: stack.token(claims) });
    expect((await other.patch(`/products/${id}`, { title: 'x' })).status).toBe(404);
    expect((await other.post(`/products/${id}/stock`, { quantity: 1, reason: 'r' })).status).toBe(404);
  });

  it.each(['a%00b', 'prod_%00', 'prod_', `prod_${'x'.repeat(65)}`, 'prod_%E4%B8%AD', 'cust_1', 'prod_1%0A'])(
    'answer 404 for the invalid id %s',
    async (id) => {
      const notFound = { status: 404, body: { error: 'there is no such product' } };
      expect(await sales.get(`/products/${id}`)).toMatchObject(notFound);
      expect(await sales.patch(`/products/${id}`, { title: 'Lamp' })).toMatchObject(notFound);
      expect(await sales.post(`/products/${id}/stock`, { quantity: 1, reason: 'x' })).toMatchObject(notFound);
    },
  );
});
