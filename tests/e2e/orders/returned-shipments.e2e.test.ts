import { salesOrderId } from '@oms/contracts/http';
import { eventually } from '@oms/stack';
import { orderRequests, stockOf } from '@oms/testing';
import { useSalesClient, useSharedStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

import { shippedParcel } from './shipped-parcel.js';

describe('a shipment that comes back undelivered', () => {
  const stack = useSharedStack();
  const sales = useSalesClient(stack);
  const { get, change, refused } = orderRequests(stack);

  /** See {@link shippedParcel}; `some` names units in a condition. */
  async function shipped() {
    const parcel = await shippedParcel(stack);
    const some = (condition: string, quantity: number) => ({ item_id: parcel.itemId, quantity, condition });
    return { ...parcel, some };
  }

  const untilRefunded = (id: string, status: string) =>
    eventually('the refund', async () => ((await get(id))['payment_status'] === status ? true : undefined));

  it('ships again with the units that can be sold, and the others are refunded and never sold', async () => {
    const { id, level, path, itemId, some } = await shipped();
    const items = [some('restock', 1), some('damaged', 1), some('missing', 1)];
    expect(await change(id, `${path}/return-to-sender`, { items, reason: 'address unknown' })).toMatchObject({
      ...{ status: 'returned_to_sender', returned_to_sender_reason: 'address unknown', delivered_at: null },
      items: [{ item_id: itemId, quantity: 3, restocked: 1, damaged: 1, missing: 1 }],
    });
    expect(await stockOf(stack, level)).toEqual({ onHand: 1, reserved: 1 });
    expect(await get(id)).toMatchObject({ status: 'processing', payment_status: 'captured' });

    await change(id, '/fulfillments', { tracking_number: '1Z-2' });
    expect(await stockOf(stack, level)).toEqual({ onHand: 0, reserved: 0 });
    // Nothing is left to ship of the item, so that its refund cancels nothing.
    const refund = await change(id, '/refunds', { items: [{ item_id: itemId, quantity: 2 }] });
    expect(refund).toMatchObject({ amount: '20.00' });
    await untilRefunded(id, 'partially_refunded');
    expect((await sales.status(salesOrderId(id), { status: 'delivered' })).body).toMatchObject({
      ...{ status: 'delivered', tracking_number: '1Z-2' },
    });
    const tooMany = { items: [{ item_id: itemId, quantity: 2 }] };
    expect(await refused(id, '/returns', tooMany)).toMatchObject({
      error: `there are 1 units of line ${itemId} that were delivered and not returned, not 2`,
    });
    await change(id, '/close');
    expect(await stack.api.settledProof(id)).toMatchObject({
      ...{ balances: true, faults: [], money: { kept: '10.00' } },
      stock: [{ ordered: 3, cancelled: 0, reserved: 3, shipped: 3, returned_to_sender: 2, restocked: 0 }],
    });
  });

  it('can be sold again as a whole where nobody says in which condition it is', async () => {
    const { id, level, path, itemId } = await shipped();
    await change(id, `${path}/return-to-sender`);
    expect(await stockOf(stack, level)).toEqual({ onHand: 3, reserved: 3 });
    // The customer does not want it any more: all is given back.
    await change(id, '/cancellations', { items: [{ item_id: itemId, quantity: 3 }] });
    await stack.orderReaching(id, ['cancelled']);
    expect(await stockOf(stack, level)).toEqual({ onHand: 3, reserved: 0 });
    expect(await stack.api.settledProof(id)).toMatchObject({
      balances: true,
      faults: [],
      money: { kept: '0.00' },
    });
  });

  it('closes an order of which nothing reached the customer, whose money can be given back', async () => {
    const { id, level, path, some } = await shipped();
    const lost = { items: [some('damaged', 1), some('missing', 2)] };
    expect(await change(id, `${path}/return-to-sender`, lost)).toMatchObject({
      status: 'returned_to_sender',
    });
    const events = (await get(id, '/events'))['events'] as { type: string }[];
    expect(events.slice(-2).map(({ type }) => type)).toEqual(['shipment.returned_to_sender', 'order.closed']);
    expect(await get(id)).toMatchObject({ status: 'closed', payment_status: 'captured' });
    expect(await stockOf(stack, level)).toEqual({ onHand: 0, reserved: 0 });
    await change(id, '/refunds', { all: true });
    await untilRefunded(id, 'refunded');
    expect(await stack.api.settledProof(id)).toMatchObject({
      ...{ balances: true, faults: [], money: { kept: '0.00' } },
      stock: [{ shipped: 3, returned_to_sender: 3 }],
    });
  });

  it('is answered the same under its key, and refused with the items at fault', async () => {
    const { id, path, itemId, some } = await shipped();
    const address = `/api/v1/oms/orders/${id}${path}/return-to-sender`;
    const send = (items: object) =>
      stack.api.request('POST', address, { items }, { 'idempotency-key': 'back' });
    expect((await send([some('damaged', 2)])).body).toMatchObject({
      error: `the shipment has 3 units of line ${itemId}; the conditions name 2`,
    });
    expect((await send([some('worn', 3)])).body).toMatchObject({ field: 'items[0].condition' });
    expect(await get(id)).toMatchObject({ status: 'shipped' });
    const first = await send([some('damaged', 3)]);
    const again = await send([some('damaged', 3)]);
    expect([first.status, again.status, again.body]).toEqual([200, 200, first.body]);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await send([some('missing', 3)])).toMatchObject({ status: 400 });
  });
});
