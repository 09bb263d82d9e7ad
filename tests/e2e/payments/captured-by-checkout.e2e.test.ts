import {
  changeAsClientsDo,
  orderBody,
  orderBodyTotalMinor,
  orderItem,
  placeAsClientsDo,
  remainingImbalances,
} from '@oms/testing';
import { useTestStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

describe('a payment that the checkout has captured itself', () => {
  const stack = useTestStack();

  async function placed(
    captured: { readonly authorized?: number; readonly amount?: number; readonly refunded?: number },
    units = 10,
  ) {
    const reference = await stack.simulator.authorization(captured.authorized ?? orderBodyTotalMinor);
    await stack.simulator.captureByHand(reference, captured.amount);
    if (captured.refunded !== undefined) await stack.simulator.refundByHand(reference, captured.refunded);
    const body = orderBody({ payment_reference: reference, items: [orderItem(await stack.stock(units))] });
    const id = (await placeAsClientsDo(stack.api, body)).body.order_id;
    return { id, reference, order: await stack.orderReaching(id, ['confirmed', 'cancelled']) };
  }

  it('pays for its order, and nothing more is captured', async () => {
    const { reference, order } = await placed({});
    expect(order).toMatchObject({ status: 'confirmed', payment_status: 'captured', flags: [] });
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture']);
    expect(await remainingImbalances(stack)).toEqual([]);
  });

  it('flags its order when it is more than the total, until the rest is refunded', async () => {
    const { id, reference, order } = await placed({ authorized: orderBodyTotalMinor + 1_001 });
    expect(order).toMatchObject({ status: 'confirmed', payment_status: 'captured', flags: ['overpaid'] });
    for (const [amount, flags] of [
      ['10.00', ['overpaid']],
      ['0.01', []],
    ] as const) {
      await changeAsClientsDo(stack.api, `/api/v1/oms/orders/${id}/refunds`, { amount, reason: 'overpaid' });
      await expect
        .poll(async () => (await stack.api.getOrder(id)).body)
        .toMatchObject({ payment_status: 'partially_refunded', flags });
      await expect
        .poll(async () => (await stack.api.request('GET', `/api/v1/oms/orders/${id}/refunds`)).body)
        .toMatchObject({
          refunds: expect.arrayContaining(
            [{ amount, status: 'succeeded' }].map((one) => expect.objectContaining(one) as object),
          ) as object,
        });
    }
    expect(await stack.simulator.operationsOn(reference)).toEqual([
      'authorize',
      'capture',
      'refund',
      'refund',
    ]);
    expect(await remainingImbalances(stack)).toEqual([]);
  });

  it('is refunded when its order has no stock', async () => {
    const { reference, order } = await placed({}, 1);
    expect(order).toMatchObject({ cancellation_reason: 'out_of_stock', payment_status: 'refunded' });
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture', 'refund']);
    expect(await remainingImbalances(stack)).toEqual([]);
  });

  it.each([
    ['is less than the total', { amount: orderBodyTotalMinor - 1 }, 'payment_amount_too_small'],
    [
      'was refunded in part',
      { authorized: orderBodyTotalMinor + 500, refunded: 500 },
      'payment_not_capturable',
    ],
  ])('does not pay when it %s', async (_what, captured, reason) => {
    const { order } = await placed(captured);
    expect(order).toMatchObject({ cancellation_reason: reason, payment_status: 'failed' });
  });
});
