import { eventually } from '@oms/stack';
import {
  changeAsClientsDo,
  orderBody,
  orderItem,
  orderRequests,
  placeAsClientsDo,
  remainingImbalances,
  stockOf,
} from '@oms/testing';
import { patient, useTestStack } from '@oms/testing/vitest';
import { afterAll, describe, expect, it } from 'vitest';

describe('a disputed payment', () => {
  const stack = useTestStack({ env: { ...patient, WEBHOOK_RETRY_MS: '500' } });
  const { get, change, refundsOf } = orderRequests(stack);
  /** The code and the error of a change that is refused. */
  const refused = async (id: string, path: string, body: object) => {
    const { body: answer } = await stack.api.request('POST', `/api/v1/oms/orders/${id}${path}`, body);
    return { code: answer['code'], error: answer['error'], field: answer['field'] };
  };
  const some = (itemId: string, quantity: number) => ({ items: [{ item_id: itemId, quantity }] });
  const control = async (path: string, body: object = {}) =>
    (await stack.simulator.call('POST', path, body)) as {
      readonly id: string;
      readonly pspReference: string;
    };

  type Provider = 'stripe' | 'adyen' | 'paypal';

  /** A confirmed order of 5 units at 10.00 with 5.00 for the shipping. Its stock is all that there is. */
  async function confirmed(provider: Provider = 'stripe') {
    const level = await stack.stock(5);
    const reference = await referenceAt[provider]();
    const items = [orderItem({ ...level, quantity: 5, unit_price: 10 })];
    const body = { payment_provider: provider, payment_reference: reference, items, shipping_amount: 5 };
    const { order_id: id } = (await placeAsClientsDo(stack.api, orderBody(body))).body;
    const order = await stack.orderReaching(id, ['confirmed']);
    return { id, level, reference, itemId: String(order.items[0]?.['id']) };
  }

  const referenceAt: Readonly<Record<Provider, () => Promise<string>>> = {
    stripe: () => stack.simulator.authorization(5_500),
    adyen: () => stack.simulator.adyenPayment(5_500),
    paypal: () => stack.simulator.paypalAuthorization(5_500),
  };

  const flagged = (id: string, ...flags: readonly string[]) =>
    eventually(`order ${id} being flagged ${flags.join() || 'by nothing'}`, async () => {
      const { flags: now } = await get(id);
      return JSON.stringify(now) === JSON.stringify(flags) ? true : undefined;
    });

  /** The events of an order's disputes, without their prefix, in their sequence. */
  const eventsOf = async (id: string) =>
    (await stack.api.getEvents(id)).body.events.flatMap(({ type }) =>
      type.startsWith('payment.dispute_') ? type.slice('payment.dispute_'.length) : [],
    );
  /** Webhooks come in any sequence. */
  const eventsReaching = (id: string, ...events: readonly string[]) =>
    eventually(`the events ${events.join()} of order ${id}`, async () => {
      const now = (await eventsOf(id)).toSorted();
      return JSON.stringify(now) === JSON.stringify(events.toSorted()) ? true : undefined;
    });

  const open = async (reference: string, body: object = {}) =>
    (await control(`/payment-intents/${reference}/dispute`, body)).id;
  const close = (id: string, outcome: 'won' | 'lost', givenBack?: number) =>
    control(`/disputes/${id}/close`, { outcome, ...(givenBack === undefined ? {} : { givenBack }) });

  const forced = { force: true, reason: 'we give in' };

  afterAll(async () => {
    expect(await remainingImbalances(stack)).toEqual([]);
  });

  it('at Stripe is counted as taken until it is won: a refund is refused, then possible', async () => {
    const { id, reference } = await confirmed();
    await changeAsClientsDo(stack.api, `/api/v1/oms/orders/${id}/fulfillments`);
    const dispute = await open(reference, { reason: 'product_not_received' });
    await eventsReaching(id, 'opened', 'withdrawn');
    await flagged(id, 'disputed');
    expect(await stack.api.settledProof(id)).toMatchObject({
      ...{ balances: true, faults: [], money: { captured: '55.00', disputed: '55.00', kept: '0.00' } },
      disputes: [{ id: dispute, status: 'open', amount: '55.00', held: '55.00' }],
    });
    expect(await refused(id, '/refunds', { amount: 10 })).toMatchObject({ code: 'PAYMENT_DISPUTED' });
    expect(await refused(id, '/refunds', { amount: 10, ...forced })).toMatchObject({
      code: 'AMOUNT_NOT_AVAILABLE',
    });

    await close(dispute, 'won');
    await flagged(id);
    await eventsReaching(id, 'opened', 'withdrawn', 'won', 'reinstated');
    expect(await stack.api.settledProof(id)).toMatchObject({
      money: { disputed: '0.00', kept: '55.00' },
      disputes: [{ status: 'won', held: '0.00' }],
    });
    await change(id, '/refunds', { amount: 10 });
    expect(await refundsOf(id)).toEqual(['10.00']);
  });

  it('at Stripe that is lost in part leaves what came back to be refunded', async () => {
    const { id, reference } = await confirmed();
    const dispute = await open(reference);
    await flagged(id, 'disputed');
    // The bank takes 55.00 and gives 15.00 back.
    await close(dispute, 'lost', 1_500);
    await flagged(id, 'dispute_lost');
    expect(await stack.api.settledProof(id)).toMatchObject({
      ...{ balances: true, money: { disputed: '40.00', kept: '15.00' } },
      disputes: [{ status: 'lost', amount: '55.00', held: '40.00' }],
    });
    expect((await refused(id, '/refunds', { amount: 15.01 })).error).toContain(
      '40.00 USD was taken for a dispute of the customer',
    );
  });

  it('at Stripe that is only an inquiry takes nothing, and is answered by a forced refund', async () => {
    const { id, reference } = await confirmed();
    const dispute = await open(reference, { isInquiry: true });
    await flagged(id, 'disputed');
    expect(await stack.api.settledProof(id)).toMatchObject({ money: { disputed: '0.00', kept: '55.00' } });
    const unreasoned = await refused(id, '/refunds', { all: true, force: true });
    expect(unreasoned).toMatchObject({ code: 'INVALID_REQUEST', field: 'reason' });
    expect(await refundsOf(id)).toEqual([]);
    await change(id, '/refunds', { all: true, ...forced });
    expect(await refundsOf(id)).toEqual(['55.00']);
    await stack.orderReaching(id, ['cancelled']);
    await close(dispute, 'won');
    await flagged(id);
    expect(await eventsOf(id)).toEqual(['opened', 'won']);
    expect(await stack.api.settledProof(id)).toMatchObject({ balances: true, money: { kept: '0.00' } });
  });

  it('keeps the order and its units from being cancelled with a refund, until the money is taken', async () => {
    const { id, level, reference, itemId } = await confirmed('adyen');
    const say = (event: string, pspReference?: string) =>
      control(`/adyen/payments/${reference}/chargeback`, {
        ...{ event, amount: 5_500 },
        ...(pspReference === undefined ? {} : { pspReference }),
      });
    const { pspReference } = await say('NOTIFICATION_OF_CHARGEBACK');
    await flagged(id, 'disputed');
    for (const [path, body] of [
      ['/cancel', {}],
      ['/cancellations', some(itemId, 2)],
    ] as const) {
      expect(await refused(id, path, body)).toMatchObject({ code: 'PAYMENT_DISPUTED' });
    }
    expect(await stockOf(stack, level)).toEqual({ onHand: 5, reserved: 5 });

    await say('CHARGEBACK', pspReference);
    await eventsReaching(id, 'opened', 'withdrawn');
    // The customer has the money, and the units go back: they are credited.
    expect(await change(id, '/cancellations', some(itemId, 2))).toMatchObject({
      ...{ amount: '20.00', refund_id: null },
    });
    expect(await stockOf(stack, level)).toEqual({ onHand: 5, reserved: 3 });
    expect(await refundsOf(id)).toEqual([]);
    expect(await stack.api.settledProof(id)).toMatchObject({ balances: true, money: { kept: '0.00' } });

    // The money comes back: 55.00 for an order that now costs 35.00.
    await say('CHARGEBACK_REVERSED', pspReference);
    await flagged(id, 'overpaid');
    await change(id, '/refunds', { amount: 20 });
    await flagged(id);
    expect(await stack.api.settledProof(id)).toMatchObject({ balances: true, money: { kept: '35.00' } });
    await say('SECOND_CHARGEBACK', pspReference);
    await flagged(id, 'dispute_lost');
    expect(await eventsOf(id)).toEqual([
      ...['opened', 'withdrawn', 'reinstated', 'won', 'withdrawn', 'lost'],
    ]);
    // The bank takes all 55.00, although 20.00 had been refunded.
    expect(await stack.api.settledProof(id)).toMatchObject({ balances: true, money: { kept: '-20.00' } });
  });

  it('a cancellation meanwhile → its stock is free, and money that comes back has to be refunded', async () => {
    const { id, level, reference } = await confirmed();
    const dispute = await open(reference);
    await eventsReaching(id, 'opened', 'withdrawn');
    await changeAsClientsDo(stack.api, `/api/v1/oms/orders/${id}/cancel`);
    await stack.orderReaching(id, ['cancelled']);
    expect(await stockOf(stack, level)).toEqual({ onHand: 5, reserved: 0 });
    expect(await refundsOf(id)).toEqual([]);
    expect(await stack.api.settledProof(id)).toMatchObject({ balances: true, money: { kept: '0.00' } });
    await close(dispute, 'won');
    await flagged(id, 'unused_payment_kept');
    await change(id, '/refunds', { all: true });
    await flagged(id);
    expect(await stack.api.settledProof(id)).toMatchObject({ balances: true, money: { kept: '0.00' } });
  });

  it.each([
    ['RESOLVED_BUYER_FAVOUR', 'lost', ['refunded_unshipped', 'dispute_lost'], '0.00'],
    ['RESOLVED_SELLER_FAVOUR', 'won', [], '55.00'],
    // PayPal pays the customer itself.
    ['RESOLVED_WITH_PAYOUT', 'won', [], '55.00'],
  ] as const)('at PayPal with %s is %s; a loss comes as a refund', async (outcome, status, flags, kept) => {
    const { id, reference } = await confirmed('paypal');
    const [capture] = await stack.simulator.paypalCaptures(reference);
    const path = `/paypal/captures/${capture?.id ?? ''}`;
    const { id: dispute } = await control(`${path}/dispute`);
    await flagged(id, 'disputed');
    await control(`${path}/disputes/${dispute}/resolve`, { outcome });
    await eventually('the end of the dispute', async () => {
      const { flags: now } = await get(id);
      return JSON.stringify([...(now as string[])].sort()) === JSON.stringify([...flags].sort())
        ? true
        : undefined;
    });
    expect(await stack.api.settledProof(id)).toMatchObject({
      ...{ balances: true, money: { disputed: '0.00', kept } },
      disputes: [{ id: dispute, status, held: '0.00' }],
    });
  });

  it('events that come twice or late → it is counted once', async () => {
    const { id, reference } = await confirmed();
    for (const event of ['created', 'closed', 'funds_reinstated']) {
      const operation = `webhooks.charge.dispute.${event}`;
      await stack.simulator.fault({ operation, kind: 'duplicate', copies: 2, paymentIntent: reference });
    }
    // The event that took the money arrives last.
    await stack.simulator.fault({
      ...{ operation: 'webhooks.charge.dispute.funds_withdrawn', kind: 'delay', delayMs: 3_600_000 },
      paymentIntent: reference,
    });
    const dispute = await open(reference);
    await flagged(id, 'disputed');
    await close(dispute, 'won');
    await flagged(id);
    expect(await eventsOf(id)).toEqual(['opened', 'won']);
    await stack.simulator.clearFaults(reference);
    await control('/webhooks/flush');
    await eventually('the late event being settled', async () => {
      const row = await stack.database.prisma.paymentNotification.findFirst({
        where: { reference, kind: 'dispute_withdrawn' },
      });
      return row?.settledAt ?? undefined;
    });
    expect(await eventsOf(id)).toEqual(['opened', 'won']);
    expect(await stack.api.settledProof(id)).toMatchObject({ balances: true, money: { kept: '55.00' } });
  });
});
