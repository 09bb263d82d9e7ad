import { commerceOrderId, salesOrderId } from '@oms/contracts/http';
import { eventually } from '@oms/stack';
import { orderRequests, stockOf } from '@oms/testing';
import { useCommerceClient, useSalesClient, useSharedStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

import { shippedParcel } from './shipped-parcel.js';

describe('a shipment that is cancelled', () => {
  const stack = useSharedStack();
  const sales = useSalesClient(stack);
  const commerce = useCommerceClient(stack);
  const { get, change, refused } = orderRequests(stack);

  const shipped = () => shippedParcel(stack);

  const invoices = async (id: string) => (await sales.get(`/invoices?order_id=${salesOrderId(id)}`)).body;

  it('opens its units again on all three APIs, and they ship without another charge or invoice', async () => {
    const { id, level, reference, path } = await shipped();
    const [paid, invoiced] = [await stack.simulator.ledger(reference), await invoices(id)];
    expect(await stockOf(stack, level)).toEqual({ onHand: 0, reserved: 0 });

    expect(await change(id, `${path}/cancel`, { reason: 'booked by mistake' })).toMatchObject({
      ...{ status: 'cancelled', cancellation_reason: 'booked by mistake', delivered_at: null },
    });
    expect(await stockOf(stack, level)).toEqual({ onHand: 3, reserved: 3 });
    const none = { status: 'processing', tracking_number: null };
    const shown = await get(id);
    expect(shown).toMatchObject({ status: 'processing', payment_status: 'captured', flags: [] });
    expect(shown).not.toHaveProperty('shipped_at');
    expect((await sales.get(`/orders/${salesOrderId(id)}`)).body).toMatchObject(none);
    expect((await commerce.get(commerceOrderId(id))).body).toMatchObject(none);
    expect(await refused(id, `${path}/deliver`, {})).toMatchObject({ status: 400 });

    expect(await change(id, '/fulfillments', { tracking_number: '1Z-2' })).toMatchObject({
      status: 'shipped',
    });
    expect(await stockOf(stack, level)).toEqual({ onHand: 0, reserved: 0 });
    expect((await sales.status(salesOrderId(id), { status: 'delivered' })).body).toMatchObject({
      ...{ status: 'delivered', tracking_number: '1Z-2' },
    });
    await change(id, '/close');
    expect(await stack.simulator.ledger(reference)).toEqual(paid);
    expect(await invoices(id)).toEqual(invoiced);
    expect(await stack.api.settledProof(id)).toMatchObject({
      ...{ balances: true, faults: [], money: { captured: '30.00', kept: '30.00' } },
      stock: [{ reserved: 3, shipped: 3, released: 0 }],
    });
  });

  it('leaves units that can be cancelled: the stock is free and their money given back', async () => {
    const { id, level, path, itemId } = await shipped();
    await change(id, `${path}/cancel`);
    // One of three is not to be had any more; two ship.
    await change(id, '/cancellations', { items: [{ item_id: itemId, quantity: 1 }] });
    await eventually('the refund', async () =>
      (await get(id))['payment_status'] === 'partially_refunded' ? true : undefined,
    );
    await change(id, '/fulfillments');
    expect(await get(id)).toMatchObject({ status: 'shipped' });
    expect(await stockOf(stack, level)).toEqual({ onHand: 1, reserved: 0 });
    expect(await stack.api.settledProof(id)).toMatchObject({
      ...{ balances: true, faults: [], money: { kept: '20.00' } },
    });
  });

  it('leaves an order that is cancelled with all of its units, and keeps nothing', async () => {
    const { id, level, path, itemId } = await shipped();
    await change(id, `${path}/cancel`);
    await change(id, '/cancellations', { items: [{ item_id: itemId, quantity: 3 }] });
    await stack.orderReaching(id, ['cancelled']);
    expect(await stockOf(stack, level)).toEqual({ onHand: 3, reserved: 0 });
    expect(await stack.api.settledProof(id)).toMatchObject({
      balances: true,
      faults: [],
      money: { kept: '0.00' },
    });
  });

  it('competes with its delivery, and one of both happens', async () => {
    for (let round = 0; round < 3; round += 1) {
      const { id, level, path } = await shipped();
      const address = `/api/v1/oms/orders/${id}${path}`;
      const [cancelled, delivered] = await Promise.all([
        stack.api.request('POST', `${address}/cancel`, {}, { 'idempotency-key': 'cancel' }),
        stack.api.request('POST', `${address}/deliver`, undefined, { 'idempotency-key': 'deliver' }),
      ]);
      const isCancelled = cancelled.status === 200;
      expect([cancelled.status, delivered.status].sort()).toEqual([200, 400]);
      expect(await get(id)).toMatchObject({ status: isCancelled ? 'processing' : 'delivered' });
      const left = isCancelled ? 3 : 0;
      expect(await stockOf(stack, level)).toEqual({ onHand: left, reserved: left });
      expect(await stack.api.settledProof(id)).toMatchObject({ balances: true, faults: [] });
    }
  });
});
