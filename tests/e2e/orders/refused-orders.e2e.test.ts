import { randomUUID } from 'node:crypto';

import { orderBody, orderBodyTotalMinor, orderItem, placeAsClientsDo, stockOf } from '@oms/testing';
import { useSharedStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

describe('an order that is refused', () => {
  const stack = useSharedStack();

  async function place(overrides: Record<string, unknown>) {
    const answer = await placeAsClientsDo(stack.api, orderBody(overrides));
    return answer.body.order_id;
  }

  const ended = ['confirmed', 'cancelled'];

  const cases: readonly [string, string, () => Promise<Record<string, unknown>>, string][] = [
    [
      'a declined capture',
      'payment_declined',
      async () => {
        const reference = await stack.simulator.authorization(orderBodyTotalMinor);
        await stack.simulator.fault({
          operation: 'payment_intents.capture',
          kind: 'decline',
          declineCode: 'insufficient_funds',
          paymentIntent: reference,
          times: 1,
        });
        return { payment_reference: reference };
      },
      'voided',
    ],
    [
      'an unknown reference',
      'payment_reference_not_found',
      () => Promise.resolve({ payment_reference: `pi_${randomUUID()}` }),
      'failed',
    ],
    [
      'an authorisation in another currency',
      'payment_currency_mismatch',
      async () => ({
        payment_reference: await stack.simulator.authorization(orderBodyTotalMinor, { currency: 'eur' }),
      }),
      'failed',
    ],
    [
      'an authorisation that was never confirmed',
      'payment_not_capturable',
      async () => ({
        payment_reference: await stack.simulator.authorization(orderBodyTotalMinor, {
          status: 'requires_payment_method',
        }),
      }),
      'failed',
    ],
    [
      'an authorisation that is too small',
      'payment_amount_too_small',
      async () => ({ payment_reference: await stack.simulator.authorization(orderBodyTotalMinor - 1) }),
      'failed',
    ],
  ];

  it.each(cases)('cancels for %s, as %s, holding neither money nor stock', async (_, reason, make, paid) => {
    const level = await stack.stock(5);
    const body = await make();
    const id = await place({ ...body, items: [orderItem(level)] });
    const order = await stack.orderReaching(id, ended);
    expect(order).toMatchObject({
      status: 'cancelled',
      cancellation_reason: reason,
      payment_status: paid,
    });
    expect(await stockOf(stack, level)).toEqual({ onHand: 5, reserved: 0 });
    const ledger = await stack.simulator.ledger(String(body['payment_reference']));
    expect(ledger.filter(({ operation }) => operation === 'capture')).toEqual([]);
  });

  it('cancels when the stock does not suffice for one line, reserving none, and voids the authorisation', async () => {
    const [enough, short] = [await stack.stock(100), await stack.stock(1)];
    const reference = await stack.simulator.authorization(orderBodyTotalMinor * 2);
    const id = await place({
      payment_reference: reference,
      items: [orderItem(enough), orderItem({ ...short, sku: 'SHORT' })],
    });
    const order = await stack.orderReaching(id, ended);
    expect(order).toMatchObject({
      status: 'cancelled',
      cancellation_reason: 'out_of_stock',
      payment_status: 'voided',
    });
    expect(order.cancellation_detail).toContain('SHORT');
    expect(await stockOf(stack, enough)).toEqual({ onHand: 100, reserved: 0 });
    expect(await stockOf(stack, short)).toEqual({ onHand: 1, reserved: 0 });
    const ledger = await stack.simulator.ledger(reference);
    expect(ledger.map(({ operation }) => operation)).toEqual(['authorize', 'void']);
  });

  it('refuses a reference that another order pays with, and leaves that order alone', async () => {
    const reference = await stack.simulator.authorization(orderBodyTotalMinor);
    const first = await place({ payment_reference: reference });
    expect(await stack.orderReaching(first, ended)).toMatchObject({ status: 'confirmed' });
    const second = await place({ payment_reference: reference });
    expect(await stack.orderReaching(second, ended)).toMatchObject({
      status: 'cancelled',
      cancellation_reason: 'payment_reference_in_use',
    });
    expect((await stack.api.getOrder(first)).body).toMatchObject({
      status: 'confirmed',
      payment_status: 'captured',
    });
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture']);
  });

  it('cancels an order whose external id another one has, until that one is cancelled', async () => {
    const external_id = `shop-${randomUUID()}`;
    const placeWith = async (overrides = {}) =>
      place({
        external_id,
        payment_reference: await stack.simulator.authorization(orderBodyTotalMinor),
        ...overrides,
      });
    const unpaid = await placeWith({ payment_reference: `pi_${randomUUID()}` });
    expect(await stack.orderReaching(unpaid, ended)).toMatchObject({ status: 'cancelled' });
    const first = await placeWith();
    expect(await stack.orderReaching(first, ended)).toMatchObject({ status: 'confirmed', external_id });
    const second = await placeWith();
    expect(await stack.orderReaching(second, ended)).toMatchObject({
      status: 'cancelled',
      cancellation_reason: 'external_id_in_use',
    });
  });
});
