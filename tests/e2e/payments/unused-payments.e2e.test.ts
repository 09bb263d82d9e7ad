import { randomUUID } from 'node:crypto';

import { orderIdOfSales } from '@oms/contracts/http';
import { eventually } from '@oms/stack';
import {
  changeAsClientsDo,
  orderBody,
  orderBodyTotalMinor,
  placeAsClientsDo,
  progressOf,
  remainingImbalances,
} from '@oms/testing';
import { useSalesClient, useTestStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

describe('an order that does not take the payment that it names', () => {
  const stack = useTestStack({ env: { WEBHOOK_RETRY_MS: '500' } });
  const sales = useSalesClient(stack);

  const path = (id: string) => `/api/v1/oms/orders/${id}`;
  const order = async (id: string) => (await stack.api.getOrder(id)).body;
  const change = (id: string, operation: string, body?: object) =>
    changeAsClientsDo(stack.api, `${path(id)}${operation}`, body);
  const place = async (reference: string, overrides: Readonly<Record<string, unknown>> = {}) =>
    (await placeAsClientsDo(stack.api, orderBody({ payment_reference: reference, ...overrides }))).body
      .order_id;
  const cancelled = (id: string) => stack.orderReaching(id, ['confirmed', 'cancelled']);

  const operations = (reference: string, expected: readonly string[]) =>
    expect
      .poll(() => stack.simulator.operationsOn(reference), { timeout: 60_000, interval: 100 })
      .toEqual(expected);
  const released = async (id: string) =>
    (await stack.api.getEvents(id)).body.events
      .filter(({ type }) => type === 'payment.released')
      .map(({ data }) => data);
  /** Waits until the order has asked the provider, and owes no other question. */
  const settled = (id: string) =>
    eventually(`order ${id} having asked its provider`, async () => {
      const row = await stack.database.prisma.order.findUniqueOrThrow({ where: { id } });
      return row.unusedPaymentSeen === null ? undefined : true;
    });
  const flagged = (id: string, flags: readonly string[]) =>
    eventually(`order ${id} being flagged ${flags.join()}`, async () => {
      const body = await order(id);
      return JSON.stringify(body['flags']) === JSON.stringify(flags) ? body : undefined;
    });

  const authorise = {
    stripe: (amount: number) => stack.simulator.authorization(amount),
    adyen: (amount: number) => stack.simulator.adyenPayment(amount),
    paypal: (amount: number) => stack.simulator.paypalAuthorization(amount),
  } as const;

  it.each(['stripe', 'adyen', 'paypal'] as const)(
    'on %s, an authorisation that is too small → is voided',
    async (provider) => {
      const reference = await authorise[provider](orderBodyTotalMinor - 1);
      const id = await place(reference, { payment_provider: provider });
      expect(await cancelled(id)).toMatchObject({ cancellation_reason: 'payment_amount_too_small' });
      await operations(reference, ['authorize', 'void']);
      await expect.poll(() => released(id)).toMatchObject([{ operation: 'void', currency: 'USD' }]);
      expect(await order(id)).toMatchObject({ payment_status: 'failed', flags: [] });
    },
  );

  it('an authorisation in another currency → is voided', async () => {
    const reference = await stack.simulator.authorization(orderBodyTotalMinor, { currency: 'eur' });
    const id = await place(reference);
    expect(await cancelled(id)).toMatchObject({ cancellation_reason: 'payment_currency_mismatch' });
    await operations(reference, ['authorize', 'void']);
    await expect.poll(() => released(id)).toMatchObject([{ operation: 'void', currency: 'EUR' }]);
  });

  it.each(['stripe', 'adyen', 'paypal'] as const)(
    'on %s, the authorisation of a free order → is voided, and the order goes on',
    async (provider) => {
      const reference = await authorise[provider](1_000);
      const id = await place(reference, { payment_provider: provider, discount_amount: '179.98' });
      expect(await cancelled(id)).toMatchObject({ status: 'confirmed', total_amount: '0.00' });
      await operations(reference, ['authorize', 'void']);
      expect(await order(id)).toMatchObject({ status: 'confirmed', payment_status: 'captured' });
    },
  );

  it('a payment that the checkout captured and that is too small → is refunded', async () => {
    const reference = await stack.simulator.authorization(orderBodyTotalMinor);
    await stack.simulator.captureByHand(reference, orderBodyTotalMinor - 1);
    const id = await place(reference);
    expect(await cancelled(id)).toMatchObject({ cancellation_reason: 'payment_amount_too_small' });
    await operations(reference, ['authorize', 'capture', 'refund']);
    await expect
      .poll(() => released(id))
      .toMatchObject([{ operation: 'refund', amount_minor: orderBodyTotalMinor - 1 }]);
    expect(await order(id)).toMatchObject({ payment_status: 'failed', flags: [] });
  });

  it('a refund of it that the provider declines → flags the order until the money is refunded', async () => {
    const reference = await stack.simulator.authorization(orderBodyTotalMinor);
    await stack.simulator.captureByHand(reference, 10_000);
    const fault = { operation: 'refunds.create', kind: 'decline', paymentIntent: reference, times: 1 };
    await stack.simulator.fault(fault);
    const id = await place(reference);
    await cancelled(id);
    await flagged(id, ['unused_payment_kept']);
    expect(await stack.api.settledProof(id)).toMatchObject({ balances: true });
    await change(id, '/refunds', { all: true });
    await flagged(id, []);
  });

  it('a captured payment of which something was refunded → is flagged, and left to a person', async () => {
    const reference = await stack.simulator.authorization(orderBodyTotalMinor);
    await stack.simulator.captureByHand(reference);
    await stack.simulator.refundByHand(reference, 500);
    const id = await place(reference);
    expect(await cancelled(id)).toMatchObject({ cancellation_reason: 'payment_not_capturable' });
    await flagged(id, ['unused_payment_kept']);
    await operations(reference, ['authorize', 'capture', 'refund']);
    // 179.98 − 5.00, in the dashboard.
    await stack.simulator.refundByHand(reference, orderBodyTotalMinor - 500);
    await flagged(id, []);
  });

  it('cancelled while the provider is away → is cancelled at once, and the hold is voided once the provider answers', async () => {
    const reference = await stack.simulator.authorization(orderBodyTotalMinor);
    const operation = 'payment_intents.retrieve';
    await stack.simulator.fault({ operation, kind: 'error_before', paymentIntent: reference });
    const id = await place(reference);
    await eventually(`order ${id} waiting`, async () =>
      (await progressOf(stack, id)).waiting ? true : undefined,
    );
    await change(id, '/cancel');
    expect(await order(id)).toMatchObject({ status: 'cancelled', payment_status: 'pending' });
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize']);
    await stack.simulator.clearFaults(reference);
    await operations(reference, ['authorize', 'void']);
  });

  it('a checkout that is finished after its order was refused → is voided', async () => {
    const reference = await stack.simulator.authorization(orderBodyTotalMinor, { status: 'requires_action' });
    const id = await place(reference);
    expect(await cancelled(id)).toMatchObject({ cancellation_reason: 'payment_not_capturable' });
    await settled(id);
    await stack.simulator.call('POST', `/payment-intents/${reference}/complete`, { outcome: 'succeeded' });
    await operations(reference, ['authorize', 'void']);
  });

  it('on PayPal, an authorisation that is created after its order was cancelled → is voided', async () => {
    const reference = await stack.simulator.paypalAuthorization(orderBodyTotalMinor, { status: 'PENDING' });
    const id = await place(reference, { payment_provider: 'paypal' });
    await change(id, '/cancel');
    await settled(id);
    const created = { outcome: 'created' };
    await stack.simulator.call('POST', `/paypal/authorizations/${reference}/complete`, created);
    await operations(reference, ['authorize', 'void']);
  });

  it('on Adyen, a payment that is announced after its order was cancelled → is voided', async () => {
    const reference = randomUUID().replaceAll('-', '').slice(0, 16).toUpperCase();
    const id = await place(reference, { payment_provider: 'adyen' });
    await change(id, '/cancel');
    await settled(id);
    await stack.simulator.adyenPayment(orderBodyTotalMinor, { pspReference: reference });
    await operations(reference, ['authorize', 'void']);
  });

  it('a draft that is cancelled → its hold is voided', async () => {
    const { id } = await draft(await stack.simulator.authorization(orderBodyTotalMinor));
    const reference = String((await order(id))['payment_reference']);
    await change(id, '/cancel');
    await operations(reference, ['authorize', 'void']);
  });

  it('a payment that another order waits to take → is left to that order, which takes it', async () => {
    // 50.00 are too little for the order of 179.98, and enough for the draft of 50.00.
    const reference = await stack.simulator.authorization(5_000);
    const other = await draft(reference);
    const id = await place(reference);
    expect(await cancelled(id)).toMatchObject({ cancellation_reason: 'payment_amount_too_small' });
    await settled(id);
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize']);
    await sales.status(other.salesId, { status: 'confirmed' });
    expect(await stack.orderReaching(other.id, ['confirmed', 'cancelled'])).toMatchObject({
      status: 'confirmed',
    });
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture']);
  });

  it('a payment that another order waited to take → is voided when that order is cancelled too', async () => {
    const reference = await stack.simulator.authorization(5_000);
    const other = await draft(reference);
    const id = await place(reference);
    await cancelled(id);
    await settled(id);
    await change(other.id, '/cancel');
    await operations(reference, ['authorize', 'void']);
    expect(await released(id)).toEqual([]);
    await expect.poll(() => released(other.id)).toMatchObject([{ operation: 'void' }]);
  });

  it('a payment that another order has taken → is left to that order', async () => {
    const reference = await stack.simulator.authorization(orderBodyTotalMinor);
    const first = await place(reference);
    await stack.orderReaching(first, ['confirmed']);
    const second = await place(reference);
    expect(await cancelled(second)).toMatchObject({ cancellation_reason: 'payment_reference_in_use' });
    await settled(second);
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture']);
  });

  it('all ledgers balance with the providers', async () => {
    expect(await remainingImbalances(stack)).toEqual([]);
  });

  async function draft(reference: string) {
    const { body, status } = await sales.post('/orders', {
      customer_id: 'cust_01J9RPMNVK4W',
      line_items: [{ product_id: await sales.product(10), quantity: 1, unit_price: '50.00' }],
      payment_provider: 'stripe',
      payment_reference: reference,
    });
    const salesId = String(body['id']);
    const id = orderIdOfSales(salesId);
    if (id === undefined) throw new Error(`the draft was not made: ${status} ${JSON.stringify(body)}`);
    await stack.orderReaching(id, ['draft']);
    return { id, salesId };
  }
});
