import { eventually } from '@oms/stack';
import {
  changeAsClientsDo,
  holdCommits,
  orderBody,
  orderItem,
  orderRequests,
  placeAsClientsDo,
  remainingImbalances,
  stockOf,
} from '@oms/testing';
import { patient, useTestStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

describe('cancelled units', () => {
  const stack = useTestStack({ env: { ...patient, WEBHOOK_RETRY_MS: '500' } });
  const pathOf = (id: string) => `/api/v1/oms/orders/${id}`;
  const { get, change, refused, refundsOf } = orderRequests(stack);
  const refundedAtProvider = async (reference: string) =>
    (await stack.simulator.ledger(reference))
      .filter(({ operation }) => operation === 'refund')
      .reduce((sum, { amount }) => sum + amount, 0);
  const some = (itemId: string, quantity: number) => ({ items: [{ item_id: itemId, quantity }] });

  interface Wishes {
    readonly quantity?: number;
    readonly unitPrice?: number;
    readonly totalMinor?: number;
    readonly body?: Readonly<Record<string, unknown>>;
  }

  /** A confirmed order of one stocked line: 5 at 10.00, unless the test says otherwise. Its stock is all that there is. */
  async function confirmed({ quantity = 5, unitPrice = 10, totalMinor = 5_000, body = {} }: Wishes = {}) {
    const level = await stack.stock(quantity);
    const reference = await stack.simulator.authorization(totalMinor);
    const items = [orderItem({ ...level, quantity, unit_price: unitPrice })];
    const placed = await placeAsClientsDo(
      stack.api,
      orderBody({ payment_reference: reference, items, ...body }),
    );
    const id = placed.body.order_id;
    const order = await stack.orderReaching(id, ['confirmed']);
    const itemId = String(order.items[0]?.['id']);
    return { id, level, reference, itemId };
  }

  it('2 of 5 shipped, 3 cancelled → shipped, 3 units free, the money of 3 given back', async () => {
    const { id, level, reference, itemId } = await confirmed();
    const { id: shipmentId } = await change(id, '/fulfillments', some(itemId, 2));
    expect(await stockOf(stack, level)).toEqual({ onHand: 3, reserved: 3 });
    const made = await change(id, '/cancellations', { ...some(itemId, 3), reason: 'not to be had' });
    expect(made).toMatchObject({
      amount: '30.00',
      items: [{ item_id: itemId, quantity: 3, amount: '30.00' }],
      reason: 'not to be had',
    });
    expect(await get(id)).toMatchObject({ status: 'shipped' });
    expect(await stockOf(stack, level)).toEqual({ onHand: 3, reserved: 0 });
    expect(await refundsOf(id)).toEqual(['30.00']);
    expect(await refundedAtProvider(reference)).toBe(3_000);
    expect(await get(id, '/cancellations')).toEqual({ cancellations: [made] });
    expect(await get(id, '/refunds')).toMatchObject({ refunds: [{ id: made['refund_id'] }] });
    expect(await stack.api.settledProof(id)).toMatchObject({
      ...{ balances: true, faults: [], money: { kept: '20.00' }, invoice: { credited: '30.00' } },
      stock: [{ ordered: 5, cancelled: 3, reserved: 5, released: 3, shipped: 2 }],
    });
    expect(await refused(id, '/fulfillments')).toMatchObject({ status: 400 });
    await change(id, `/fulfillments/${String(shipmentId)}/deliver`);
    expect(await change(id, '/close')).toMatchObject({ status: 'closed' });
  });

  it('the rest is cancelled after all shipments have arrived → delivered', async () => {
    const { id, itemId } = await confirmed();
    const { id: shipmentId } = await change(id, '/fulfillments', some(itemId, 2));
    await change(id, `/fulfillments/${String(shipmentId)}/deliver`);
    await change(id, '/cancellations', some(itemId, 3));
    expect(await get(id)).toMatchObject({ status: 'delivered' });
    expect(await refundsOf(id)).toEqual(['30.00']);
    expect(await change(id, '/close')).toMatchObject({ status: 'closed' });
  });

  it('3 of 5 refunded before they ship → cancelled: 2 can ship, 3 cannot', async () => {
    const { id, level, itemId } = await confirmed();
    expect(await change(id, '/refunds', { ...some(itemId, 3), reason: '3 are lost' })).toMatchObject({
      amount: '30.00',
    });
    expect(await get(id, '/cancellations')).toMatchObject({
      cancellations: [{ amount: '30.00', items: [{ quantity: 3 }], reason: '3 are lost' }],
    });
    expect(await stockOf(stack, level)).toEqual({ onHand: 5, reserved: 2 });
    expect(await refused(id, '/fulfillments', some(itemId, 3))).toEqual({
      status: 400,
      error: `there are 2 units of line ${itemId} that are left to ship, not 3`,
    });
    expect(await refused(id, '/cancellations', some(itemId, 3))).toEqual({
      status: 400,
      error: `there are 2 units of line ${itemId} that are left to ship, not 3`,
    });
    expect(await change(id, '/fulfillments')).toMatchObject({ items: [{ item_id: itemId, quantity: 2 }] });
    expect(await get(id)).toMatchObject({ status: 'shipped' });
    expect(await refundsOf(id)).toEqual(['30.00']);
    expect(await stack.api.settledProof(id)).toMatchObject({ balances: true, money: { kept: '20.00' } });
  });

  it('a refund of an amount, or of an amount for items, cancels nothing', async () => {
    const { id, itemId } = await confirmed();
    await change(id, '/refunds', { amount: '5.00' });
    await change(id, '/refunds', { ...some(itemId, 1), amount: '4.00' });
    expect(await get(id, '/cancellations')).toEqual({ cancellations: [] });
    expect(await change(id, '/fulfillments')).toMatchObject({ items: [{ quantity: 5 }] });
    expect(await refundsOf(id)).toEqual(['5.00', '4.00']);
    expect(await stack.api.settledProof(id)).toMatchObject({ balances: true, money: { kept: '41.00' } });
  });

  it.each(['confirmed', 'processing'])(
    'all units of an order that is %s are cancelled → cancelled, everything is given back',
    async (status) => {
      const { id, level, reference, itemId } = await confirmed({
        totalMinor: 5_500,
        body: { shipping_amount: 5 },
      });
      if (status === 'processing') {
        const handle = stack.temporal.workflow.getHandle(`order-${id}`);
        await handle.executeUpdate('startProcessing', { args: [] });
        expect(await refused(id, '/cancel')).toEqual({
          status: 400,
          error:
            'an order that is processing cannot be cancelled as a whole; its units that have not shipped can be cancelled; allowed: shipped',
        });
      }
      expect(await change(id, '/cancellations', some(itemId, 4))).toMatchObject({ amount: '40.00' });
      expect(await get(id)).toMatchObject({ status });
      // The last unit: 10.00, with the 5.00 of the shipping.
      expect(await change(id, '/cancellations', some(itemId, 1))).toMatchObject({ amount: '15.00' });
      expect(await stack.orderReaching(id, ['cancelled'])).toMatchObject({ payment_status: 'refunded' });
      expect(await refundsOf(id)).toEqual(['40.00', '15.00']);
      expect(await refundedAtProvider(reference)).toBe(5_500);
      expect(await stockOf(stack, level)).toEqual({ onHand: 5, reserved: 0 });
      expect(await get(id, '/invoices')).toMatchObject({ invoices: [{ status: 'void' }] });
      expect(await stack.api.settledProof(id)).toMatchObject({
        balances: true,
        faults: [],
        money: { kept: '0.00' },
      });
      expect(await refused(id, '/fulfillments')).toMatchObject({ status: 400 });
    },
  );

  it('everything refunded before it ships → cancelled', async () => {
    const { id, level, itemId } = await confirmed({ totalMinor: 5_500, body: { shipping_amount: 5 } });
    expect(await change(id, '/refunds', some(itemId, 5))).toMatchObject({ amount: '55.00' });
    await stack.orderReaching(id, ['cancelled']);
    expect(await stockOf(stack, level)).toEqual({ onHand: 5, reserved: 0 });
    const other = await confirmed();
    expect(await change(other.id, '/refunds', { all: true })).toMatchObject({ amount: '50.00' });
    await stack.orderReaching(other.id, ['cancelled']);
    for (const each of [id, other.id])
      expect(await stack.api.settledProof(each)).toMatchObject({ balances: true });
  });

  it('cancelled unit by unit → the parts add up to what was paid', async () => {
    // 3 × 33.33 − 10.01 + 7.77 = 97.75, and 5.00 of shipping. A third of 97.75 is 32.583…
    const { id, reference, itemId } = await confirmed({
      ...{ quantity: 3, unitPrice: 33.33, totalMinor: 10_275 },
      body: { discount_amount: 10.01, tax_amount: 7.77, shipping_amount: 5 },
    });
    const amounts: unknown[] = [];
    for (let unit = 0; unit < 3; unit += 1) {
      amounts.push((await change(id, '/cancellations', some(itemId, 1)))['amount']);
    }
    // The last one is what is left: 102.75 − 32.58 − 32.58.
    expect(amounts).toEqual(['32.58', '32.58', '37.59']);
    await stack.orderReaching(id, ['cancelled']);
    expect(await refundsOf(id)).toEqual(amounts);
    expect(await refundedAtProvider(reference)).toBe(10_275);
  });

  it('written while the worker that was asked dies → given back once', async () => {
    const { id, level, reference, itemId } = await confirmed();
    await holdCommits(stack.databaseUrl, { table: 'cancellations' }, async (commits) => {
      const asked = changeAsClientsDo(stack.api, `${pathOf(id)}/cancellations`, some(itemId, 5));
      await commits.untilOneStands();
      await stack.service('order-worker').stop('SIGKILL');
      await commits.letGo();
      await eventually('the cancellation being written', async () =>
        ((await get(id, '/cancellations'))['cancellations'] as unknown[]).length > 0 ? true : undefined,
      );
      await stack.service('order-worker').start();
      await asked;
    });
    await stack.orderReaching(id, ['cancelled']);
    expect(await refundsOf(id)).toEqual(['50.00']);
    expect(await refundedAtProvider(reference)).toBe(5_000);
    expect(await stockOf(stack, level)).toEqual({ onHand: 5, reserved: 0 });
    expect(await stack.api.settledProof(id)).toMatchObject({ balances: true });
  });

  it('all ledgers balance with the provider', async () => {
    expect(await remainingImbalances(stack)).toEqual([]);
  });
});
