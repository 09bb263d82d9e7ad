import { randomUUID } from 'node:crypto';

import { orderIdOfSales } from '@oms/contracts/http';
import { remainingImbalances } from '@oms/testing';
import { useSalesClient, useSharedStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

describe('the payment of a draft', () => {
  const stack = useSharedStack();
  const sales = useSalesClient(stack);

  const authorise = {
    stripe: (amount: number) => stack.simulator.authorization(amount),
    adyen: (amount: number) => stack.simulator.adyenPayment(amount),
    paypal: (amount: number) => stack.simulator.paypalAuthorization(amount),
  } as const;

  /** A draft of 50.00 for one unit of a product of which there are five. */
  async function draft(reference: string, provider: keyof typeof authorise = 'stripe') {
    const productId = await sales.product(5);
    const { body, status } = await sales.post('/orders', {
      customer_id: 'cust_01J9RPMNVK4W',
      line_items: [{ product_id: productId, quantity: 1, unit_price: '50.00' }],
      ...{ payment_provider: provider, payment_reference: reference },
    });
    expect(status).toBe(201);
    const salesId = String(body['id']);
    const path = `/orders/${salesId}`;
    return {
      id: orderIdOfSales(salesId) ?? '',
      get: async () => (await sales.get(path)).body,
      patch: (edit: object) => sales.patch(path, edit),
      confirm: (key: string = randomUUID()) =>
        sales.request('PATCH', `${path}/status`, { status: 'confirmed' }, { 'idempotency-key': key }),
      stock: async () => (await sales.get(`/products/${productId}`)).body['stock_quantity'],
    };
  }
  const operations = (reference: string, expected: readonly string[]) =>
    expect
      .poll(() => stack.simulator.operationsOn(reference), { timeout: 60_000, interval: 100 })
      .toEqual(expected);
  const eventsOf = async (id: string, type: string) =>
    (await stack.api.getEvents(id)).body.events.filter((event) => event.type === type);

  it.each(['stripe', 'adyen', 'paypal'] as const)(
    'on %s, that holds less than its total → 422 that leaves the draft, which another payment confirms',
    async (provider) => {
      const small = await authorise[provider](4_999);
      const { id, get, patch, confirm, stock } = await draft(small, provider);
      expect(await confirm()).toMatchObject({
        status: 422,
        body: {
          ...{ code: 'AUTHORIZATION_TOO_SMALL', field: 'payment_reference' },
          error: expect.stringMatching(/holds 49\.99 USD, the order's total is 50\.00 USD/) as string,
        },
      });
      expect(await get()).toMatchObject({ status: 'draft', payment_status: 'pending' });
      expect(await stock()).toBe(5);
      expect(await stack.simulator.operationsOn(small)).toEqual(['authorize']);

      const enough = await authorise[provider](5_000);
      expect(await patch({ payment_reference: enough })).toMatchObject({
        status: 200,
        body: { status: 'draft', payment_reference: enough },
      });
      await operations(small, ['authorize', 'void']);
      await expect
        .poll(async () => (await eventsOf(id, 'payment.released')).map(({ data }) => data))
        .toEqual([{ operation: 'void', amount_minor: 4_999, currency: 'USD', reference: small }]);
      expect(await confirm()).toMatchObject({
        status: 200,
        body: { status: 'confirmed', payment_status: 'captured' },
      });
      await operations(enough, ['authorize', 'capture']);
      expect(await stock()).toBe(4);
      expect(await remainingImbalances(stack)).toEqual([]);
    },
  );

  it('a confirmation that was refused for it → is confirmed under its key once the amounts fit', async () => {
    const { patch, confirm } = await draft(await stack.simulator.authorization(4_999));
    const key = randomUUID();
    expect(await confirm(key)).toMatchObject({ status: 422 });
    await patch({ discount_amount: '0.01' });
    expect(await confirm(key)).toMatchObject({ status: 200, body: { status: 'confirmed', total: '49.99' } });
    expect(await confirm(key)).toMatchObject({ status: 200, body: { status: 'confirmed' } });
  });

  it('captured by the checkout → refunded once the draft names another', async () => {
    const reference = await stack.simulator.authorization(5_000);
    await stack.simulator.captureByHand(reference);
    const { patch } = await draft(reference);
    await patch({ payment_reference: await stack.simulator.authorization(5_000) });
    await operations(reference, ['authorize', 'capture', 'refund']);
  });

  it('named by another draft too → left to that draft, which takes it', async () => {
    const reference = await stack.simulator.authorization(5_000);
    const [first, second] = [await draft(reference), await draft(reference)];
    await first.patch({ payment_reference: await stack.simulator.authorization(5_000) });
    await expect
      .poll(() =>
        stack.database.prisma.droppedPayment.count({ where: { orderId: first.id, settledAt: null } }),
      )
      .toBe(0);
    expect(await second.confirm()).toMatchObject({ status: 200, body: { status: 'confirmed' } });
    await operations(reference, ['authorize', 'capture']);
  });

  it('released without an answer at first → voided once, when the provider answers', async () => {
    const reference = await stack.simulator.authorization(5_000);
    const { id, patch } = await draft(reference);
    const operation = 'payment_intents.cancel';
    await stack.simulator.fault({ operation, kind: 'error_after', paymentIntent: reference, times: 1 });
    await patch({ payment_reference: await stack.simulator.authorization(5_000) });
    await expect.poll(() => eventsOf(id, 'payment.released'), { timeout: 60_000 }).toHaveLength(1);
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'void']);
  });

  it('checked without an answer → the order goes on as before, and waits', async () => {
    const reference = await stack.simulator.authorization(5_000);
    const { id, confirm } = await draft(reference);
    const operation = 'payment_intents.retrieve';
    await stack.simulator.fault({ operation, kind: 'error_before', paymentIntent: reference });
    const confirming = confirm();
    await stack.orderReaching(id, ['pending']);
    await stack.simulator.clearFaults(reference);
    expect([200, 202]).toContain((await confirming).status);
    await stack.orderReaching(id, ['confirmed']);
  });

  it('stays where it is set to none, the order is paid by invoice, or is no draft any longer', async () => {
    const { id, patch, confirm } = await draft(await stack.simulator.authorization(5_000));
    const field = 'payment_reference';
    expect(await patch({ payment_reference: null })).toMatchObject({ status: 400, body: { field } });
    expect(await confirm()).toMatchObject({ status: 200 });
    expect(await patch({ payment_reference: 'pi_other' })).toMatchObject({
      status: 422,
      body: { code: 'TRANSITION_NOT_ALLOWED' },
    });
    expect(await stack.database.prisma.droppedPayment.count({ where: { orderId: id } })).toBe(0);

    const productId = await sales.product(5);
    const line_items = [{ product_id: productId, quantity: 1, unit_price: '1.00' }];
    const { body } = await sales.post('/orders', { customer_id: 'cust_01J9RPMNVK4W', line_items });
    expect(await sales.patch(`/orders/${String(body['id'])}`, { payment_reference: 'pi_1' })).toMatchObject({
      status: 400,
      body: { code: 'INVALID_REQUEST', field },
    });
  });
});
