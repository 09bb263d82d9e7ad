import { randomUUID } from 'node:crypto';

import { commerceOrderId, orderIdOfSales, uuidOfTypeId } from '@oms/contracts/http';
import { eventually } from '@oms/stack';
import { changeAsClientsDo, commerceOrderBody, remainingImbalances, holdLock } from '@oms/testing';
import { useCommerceClient, useSalesClient, useSharedStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

const isRequired = 'is required: units are left that have to be shipped';

/** Sentences of the guides that no other test covers, each quoted. */
describe('the sentences of the guides, word for word', () => {
  const stack = useSharedStack();
  const sales = useSalesClient(stack);
  const commerce = useCommerceClient(stack);

  const stockOf = async (productId: string) =>
    (await sales.get(`/products/${productId}`)).body['stock_quantity'];

  async function draftOf(...lines: readonly object[]): Promise<string> {
    const { status, body } = await sales.post('/orders', {
      customer_id: 'cust_01J9RPMNVK4W',
      line_items: lines,
    });
    expect(status).toBe(201);
    return String(body['id']);
  }

  it('“Pricing is captured at creation time to lock in rates.”', async () => {
    const productId = await sales.product(5);
    const id = await draftOf({ product_id: productId, quantity: 2 });
    const { body: product } = await sales.get(`/products/${productId}`);
    const [variant] = product['variants'] as { id: string }[];
    await stack.database.prisma.productVariant.updateMany({
      where: { tenantId: stack.tenantId, id: uuidOfTypeId('var', variant?.id ?? '') ?? '' },
      data: { priceMinor: 99_900n },
    });
    const other = await sales.get(`/orders/${await draftOf({ product_id: productId, quantity: 2 })}`);
    expect(other.body['total']).toBe('1998.00');
    await sales.status(id, { status: 'confirmed' });
    expect((await sales.get(`/orders/${id}`)).body).toMatchObject({
      status: 'confirmed',
      total: '200.00',
      line_items: [{ unit_price: '100.00' }],
    });
    const { body } = await sales.get(`/invoices?order_id=${id}`);
    expect(body['invoices']).toMatchObject([{ total: '200.00' }]);
  });

  it('“Stock is reserved at this point - the stock_quantity of each variant product is decremented.”', async () => {
    const [one, other] = [await sales.product(5), await sales.product(7)];
    const id = await draftOf({ product_id: one, quantity: 2 }, { product_id: other, quantity: 3 });
    expect([await stockOf(one), await stockOf(other)]).toEqual([5, 7]);
    await sales.status(id, { status: 'confirmed' });
    expect([await stockOf(one), await stockOf(other)]).toEqual([3, 4]);
  });

  it('“…if a line item’s variant has insufficient stock will return a 422”: then no line’s stock is taken', async () => {
    const [enough, short] = [await sales.product(5), await sales.product(1)];
    const id = await draftOf({ product_id: enough, quantity: 2 }, { product_id: short, quantity: 2 });
    expect((await sales.status(id, { status: 'confirmed' })).status).toBe(422);
    expect([await stockOf(enough), await stockOf(short)]).toEqual([5, 1]);
    expect((await sales.get(`/orders/${id}`)).body['status']).toBe('draft');
  });

  it.each([
    [{ status: 'shipped', carrier: 'UPS' }, `tracking_number ${isRequired}`],
    [{ status: 'shipped', tracking_number: '1Z999AA10123456784' }, `carrier ${isRequired}`],
    [{ status: 'processing', carrier: 'UPS' }, 'carrier is only for the status shipped'],
    [
      { status: 'shipped', tracking_number: '1Z', carrier: 'UPS', reason: 'x' },
      'reason is only for the status cancelled',
    ],
  ])(
    '“When the order leaves the warehouse, update with tracking information”: %j is refused',
    async (body, error) => {
      const id = await draftOf({ product_id: await sales.product(5), quantity: 1 });
      await sales.status(id, { status: 'confirmed' });
      const before = (await sales.get(`/orders/${id}`)).body;
      expect(await sales.status(id, body)).toMatchObject({ status: 400, body: { error } });
      expect((await sales.get(`/orders/${id}`)).body).toEqual(before);
    },
  );

  it('“Closing the order triggers invoice finalisation if it hasn’t happened already.”', async () => {
    const id = await draftOf({ product_id: await sales.product(5), quantity: 1 });
    const invoice = async () => {
      const { body } = await sales.get(`/invoices?order_id=${id}`);
      return (body['invoices'] as { status: string }[]).map(({ status }) => status);
    };
    await sales.status(id, { status: 'confirmed' });
    await sales.status(id, { status: 'processing' });
    await sales.status(id, { status: 'shipped', tracking_number: '1Z', carrier: 'UPS' });
    await sales.status(id, { status: 'delivered' });
    expect(await invoice()).toEqual(['draft']);
    await sales.status(id, { status: 'closed' });
    expect(await invoice()).toEqual(['issued']);
  });

  it('“All open orders for a customer” are found in any of several statuses, and “Orders awaiting shipment”', async () => {
    const productId = await sales.product(50);
    const customer_id = `cust_${randomUUID().replaceAll('-', '')}`;
    const ids: string[] = [];
    for (const statuses of [[], ['confirmed'], ['confirmed', 'processing'], ['cancelled']]) {
      const { body } = await sales.post('/orders', {
        customer_id,
        line_items: [{ product_id: productId, quantity: 1 }],
      });
      for (const status of statuses) await sales.status(String(body['id']), { status });
      ids.push(String(body['id']));
    }
    const found = async (query: string) =>
      ((await sales.get(`/orders?${query}`)).body['orders'] as { id: string }[]).map(({ id }) => id);
    const open = `customer_id=${customer_id}&status[]=draft&status[]=confirmed&status[]=processing`;
    expect((await found(open)).sort()).toEqual(ids.slice(0, 3).sort());
    const awaiting = await found('status=processing&sort=-created_at');
    expect(awaiting).toContain(ids[2]);
    expect(awaiting).not.toContain(ids[1]);
  });

  it('“Current financial state: authorized, captured, refunded, voided”: each is shown when it is so', async () => {
    const { sku } = await commerce.stocked(20);
    const place = async () => {
      const reference = await stack.simulator.authorization(1_000);
      const externalId = randomUUID();
      const payment = { payment_provider: 'stripe', payment_reference: reference, external_id: externalId };
      return { reference, body: commerceOrderBody(sku, payment), externalId };
    };
    const stuck = await place();
    // Between its authorisation and its capture.
    const lock = await holdLock(stack.databaseUrl, 'SELECT FROM inventory_levels WHERE tenant_id = $1', [
      stack.tenantId,
    ]);
    const posted = commerce.post(stuck.body);
    const id = await commerce.omsIdOf(stuck.externalId);
    const shown = async () => (await commerce.get(commerceOrderId(id))).body['payment_status'];
    await eventually('the authorisation', async () => ((await shown()) === 'authorized' ? true : undefined));
    const cancelled = changeAsClientsDo(stack.api, `/api/v1/oms/orders/${id}/cancel`);
    await eventually('the cancellation being decided', async () => {
      const order = await stack.database.prisma.order.findUnique({ where: { id } });
      return order?.cancelling ? true : undefined;
    });
    await lock.letGo();
    await cancelled;
    await posted;
    await stack.orderReaching(id, ['cancelled'], 60_000);
    expect(await shown()).toBe('voided');
    const paid = await place();
    const { body: second } = await commerce.post(paid.body);
    const secondId = await commerce.omsIdOf(paid.externalId);
    await stack.orderReaching(secondId, ['confirmed']);
    expect((await commerce.get(second['id'])).body['payment_status']).toBe('captured');
    await changeAsClientsDo(stack.api, `/api/v1/oms/orders/${secondId}/cancel`);
    await stack.orderReaching(secondId, ['cancelled'], 60_000);
    expect((await commerce.get(second['id'])).body['payment_status']).toBe('refunded');
  });

  it('“The two lifecycles are loosely coupled by design”: a payment of an invoice moves no money at a provider', async () => {
    const id = await draftOf({ product_id: await sales.product(5), quantity: 1 });
    await sales.status(id, { status: 'confirmed' });
    const body = await stack.api.settledProof(orderIdOfSales(id) ?? '');
    expect(body).toMatchObject({ status: 'confirmed', money: null, balances: true });
    expect(await remainingImbalances(stack)).toEqual([]);
  });
});
