import { randomUUID } from 'node:crypto';

import { eventually } from '@oms/stack';
import {
  changeAsClientsDo,
  orderBody,
  orderBodyTotalMinor,
  orderItem,
  placeAsClientsDo,
  remainingImbalances,
  stockOf,
} from '@oms/testing';
import { useTestStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

type Provider = 'stripe' | 'adyen' | 'paypal';

describe('an order whose money is refunded at its provider before it ships', () => {
  const stack = useTestStack({ env: { WEBHOOK_RETRY_MS: '500' } });

  const path = (id: string) => `/api/v1/oms/orders/${id}`;
  const order = async (id: string) => (await stack.api.getOrder(id)).body;
  const change = (id: string, operation: string, body?: object) =>
    changeAsClientsDo(stack.api, `${path(id)}${operation}`, body);
  const ship = (id: string) =>
    stack.api.request('POST', `${path(id)}/fulfillments`, {}, { 'idempotency-key': randomUUID() });
  const allow = (id: string, role = 'operator') =>
    stack
      .apiAs({ role })
      .request(
        'POST',
        `${path(id)}/operations/allow-shipment`,
        { reason: 'the refund was for the delay' },
        { 'idempotency-key': randomUUID() },
      );

  const authorise = {
    stripe: () => stack.simulator.authorization(orderBodyTotalMinor),
    adyen: () => stack.simulator.adyenPayment(orderBodyTotalMinor),
    paypal: () => stack.simulator.paypalAuthorization(orderBodyTotalMinor),
  } as const;

  async function refund(provider: Provider, reference: string, amount?: number): Promise<void> {
    const body = amount === undefined ? {} : { amount };
    if (provider === 'stripe') await stack.simulator.refundByHand(reference, amount);
    if (provider === 'adyen') await stack.simulator.call('POST', `/adyen/payments/${reference}/refund`, body);
    if (provider === 'paypal') await ofPayPal(reference, 'refund', body);
  }
  async function ofPayPal(reference: string, act: 'refund' | 'reverse', body = {}): Promise<void> {
    const [capture] = await stack.simulator.paypalCaptures(reference);
    await stack.simulator.call('POST', `/paypal/captures/${capture?.id ?? ''}/${act}`, body);
  }

  async function confirmed(provider: Provider) {
    const [reference, level] = [await authorise[provider](), await stack.stock(5)];
    const items = [orderItem(level)];
    const body = orderBody({ payment_provider: provider, payment_reference: reference, items });
    const { order_id: id } = (await placeAsClientsDo(stack.api, body)).body;
    expect(await stack.orderReaching(id, ['confirmed', 'cancelled'])).toMatchObject({ status: 'confirmed' });
    return { id, reference, level };
  }

  const standing = (id: string, expected: { payment_status: string; flags: readonly string[] }) =>
    eventually(`order ${id} being ${JSON.stringify(expected)}`, async () => {
      const body = await order(id);
      const is = { payment_status: body.payment_status, flags: body['flags'] };
      return JSON.stringify(is) === JSON.stringify(expected) ? body : undefined;
    });
  const blocked = { payment_status: 'refunded', flags: ['refunded_unshipped'] };

  it.each(['stripe', 'adyen', 'paypal'] as const)(
    'a full refund in the dashboard of %s → is not shipped until an operator allows it',
    async (provider) => {
      const { id, reference } = await confirmed(provider);
      // 100.00, then the other 79.98: a part of the money does not block the shipment, the whole does.
      await refund(provider, reference, 10_000);
      await standing(id, { payment_status: 'partially_refunded', flags: [] });
      await refund(provider, reference);
      expect(await standing(id, blocked)).toMatchObject({ status: 'confirmed' });
      expect(await ship(id)).toMatchObject({
        status: 400,
        body: {
          code: 'PAYMENT_REFUNDED',
          error: expect.stringContaining('refunded at the provider itself') as string,
        },
      });
      expect((await allow(id, 'order_manager')).status).toBe(403);
      expect(await allow(id)).toMatchObject({ status: 200, body: { status: 'confirmed' } });
      expect(await order(id)).toMatchObject({ payment_status: 'refunded', flags: [] });
      const audited = { resourceId: id, action: 'order.shipment_allowed' };
      expect(await stack.database.prisma.auditEntry.findMany({ where: audited })).toMatchObject([
        { actorType: 'operator', data: { reason: 'the refund was for the delay' } },
      ]);
      expect((await ship(id)).status).toBe(201);
      expect(await order(id)).toMatchObject({ status: 'shipped', payment_status: 'refunded', flags: [] });
    },
  );

  it('a reversal by PayPal → blocks the shipment too', async () => {
    const { id, reference } = await confirmed('paypal');
    await ofPayPal(reference, 'reverse');
    await standing(id, blocked);
    expect(await ship(id)).toMatchObject({ status: 400, body: { code: 'PAYMENT_REFUNDED' } });
  });

  it.each([
    ['the order', '/cancel', {}],
    ['all of its units', '/cancellations', { all: true }],
  ])('cancelling %s → gives no money back twice, frees the stock and ends the flag', async (_, way, body) => {
    const { id, reference, level } = await confirmed('stripe');
    await refund('stripe', reference);
    await standing(id, blocked);
    const [line] = (await order(id)).items as readonly { readonly id: string }[];
    const items = [{ item_id: line?.id, quantity: 2 }];
    await change(id, way, 'all' in body ? { items } : body);
    expect(await stack.orderReaching(id, ['cancelled'])).toMatchObject({
      payment_status: 'refunded',
      flags: [],
    });
    expect(await stock(level)).toEqual({ onHand: 5, reserved: 0 });
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture', 'refund']);
  });
  const stock = (level: Awaited<ReturnType<typeof stack.stock>>) => stockOf(stack, level);

  it('a dashboard refund that fails later → the order ships, and owes the money', async () => {
    const { id, reference } = await confirmed('stripe');
    await refund('stripe', reference);
    await standing(id, blocked);
    const [made] = await stack.simulator.stripeRefunds(reference);
    await stack.simulator.call('POST', `/refunds/${made?.id ?? ''}/complete`, { outcome: 'failed' });
    await standing(id, { payment_status: 'captured', flags: ['refund_failed'] });
    expect((await ship(id)).status).toBe(201);
  });

  it('a full refund by amount here, and one in the dashboard after the shipment → block nothing', async () => {
    const given = await confirmed('stripe');
    await change(given.id, '/refunds', { amount: '179.98', reason: 'goodwill' });
    await standing(given.id, { payment_status: 'refunded', flags: [] });
    expect((await ship(given.id)).status).toBe(201);

    const shipped = await confirmed('stripe');
    await change(shipped.id, '/fulfillments');
    await refund('stripe', shipped.reference);
    await standing(shipped.id, { payment_status: 'refunded', flags: [] });
  });

  it('without such a refund there is nothing to allow', async () => {
    const { id } = await confirmed('stripe');
    expect(await allow(id)).toMatchObject({
      status: 400,
      body: {
        code: 'TRANSITION_NOT_ALLOWED',
        error: expect.stringContaining('is not blocked by a refund') as string,
      },
    });
  });

  it('all ledgers balance with the providers', async () => {
    expect(await remainingImbalances(stack)).toEqual([]);
  });
});
