import { eventually } from '@oms/stack';
import { orderBody, orderItem, orderRequests, placeAsClientsDo, stockOf } from '@oms/testing';
import { useSharedStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

describe('a return', () => {
  const stack = useSharedStack();
  const { get, change, refused } = orderRequests(stack);

  /** A delivered order of three units at 10.00, which are all that there were, and a return of some of them. */
  async function returning(quantity: number) {
    const level = await stack.stock(3);
    const payment_reference = await stack.simulator.authorization(3_000);
    const items = [orderItem({ ...level, quantity: 3, unit_price: 10 })];
    const placed = await placeAsClientsDo(stack.api, orderBody({ payment_reference, items }));
    const id = placed.body.order_id;
    const order = await stack.orderReaching(id, ['confirmed']);
    const itemId = String(order.items[0]?.['id']);
    const parcel = await change(id, '/fulfillments');
    await change(id, `/fulfillments/${String(parcel['id'])}/deliver`);
    const ask = async (units: number) => {
      const made = await change(id, '/returns', { items: [{ item_id: itemId, quantity: units }] });
      const path = `/returns/${String(made['id'])}`;
      await change(id, `${path}/approve`);
      return { returnId: String(made['id']), path };
    };
    return { id, level, itemId, ask, ...(await ask(quantity)) };
  }

  it('of three, of which one is damaged and one missing → one on the shelf, the money of two', async () => {
    const { id, level, itemId, ask, returnId, path } = await returning(3);
    const item = { item_id: itemId, quantity: 1 };
    const received = {
      items: ['restock', 'damaged', 'missing'].map((condition) => ({ ...item, condition })),
    };
    expect(await refused(id, `${path}/receive`, { items: [{ ...item, condition: 'restock' }] })).toEqual({
      status: 400,
      error: `the return has 3 units of line ${itemId}; the conditions name 1`,
    });
    expect(await refused(id, `${path}/receive`, { items: [{ ...item, condition: 'new' }] })).toMatchObject({
      status: 400,
    });
    expect(await stockOf(stack, level)).toEqual({ onHand: 0, reserved: 0 });

    expect(await change(id, `${path}/receive`, received)).toMatchObject({
      ...{ status: 'received', items: [{ quantity: 3, restocked: 1, damaged: 1, missing: 1 }] },
    });
    expect(await stockOf(stack, level)).toEqual({ onHand: 1, reserved: 0 });
    expect(await change(id, '/refunds', { return_id: returnId })).toMatchObject({ amount: '20.00' });
    await eventually('the refund', async () =>
      (await get(id))['payment_status'] === 'partially_refunded' ? true : undefined,
    );

    // The third turns up.
    const late = await ask(1);
    await change(id, `${late.path}/receive`);
    expect(await change(id, '/refunds', { return_id: late.returnId })).toMatchObject({ amount: '10.00' });
    await eventually('the second refund', async () =>
      (await get(id))['payment_status'] === 'refunded' ? true : undefined,
    );
    expect(await stockOf(stack, level)).toEqual({ onHand: 2, reserved: 0 });
    expect(await stack.api.settledProof(id)).toMatchObject({
      ...{ balances: true, faults: [], money: { kept: '0.00' } },
      stock: [{ shipped: 3, restocked: 2 }],
    });
  });

  it('that never comes is cancelled → its units can be returned again, and the order closes', async () => {
    const { id, level, itemId, ask, path } = await returning(3);
    const missing = [{ item_id: itemId, quantity: 3, condition: 'missing' }];
    expect(await refused(id, `${path}/receive`, { items: missing })).toEqual({
      status: 400,
      error: 'nothing of the return came back; cancel the return',
    });
    expect(await refused(id, '/close')).toMatchObject({ status: 400 });
    expect(await change(id, `${path}/cancel`, { reason: 'the customer keeps it' })).toMatchObject({
      status: 'cancelled',
      cancelled_at: expect.any(String) as string,
    });
    expect(await refused(id, `${path}/receive`)).toEqual({
      status: 400,
      error: 'the return is cancelled; this needs one that is approved',
    });
    const again = await ask(3);
    await change(id, `${again.path}/cancel`);
    expect(await change(id, '/close')).toMatchObject({ status: 'closed' });
    expect(await stockOf(stack, level)).toEqual({ onHand: 0, reserved: 0 });
    expect((await stack.api.getEvents(id)).body.events.slice(-3)).toMatchObject([
      { type: 'return.approved' },
      { type: 'return.cancelled' },
      { type: 'order.closed' },
    ]);
    expect(await stack.api.settledProof(id)).toMatchObject({ balances: true, faults: [] });
  });
});
