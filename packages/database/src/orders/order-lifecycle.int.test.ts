import { randomUUID } from 'node:crypto';

import { orderLineId } from '@oms/contracts/temporal';
import { UnitCondition, type ConditionedUnits, type OrderCommand, type OrderRef } from '@oms/domain';
import { beforeAll, describe, expect, it } from 'vitest';

import { applyOrderCommand } from './order-commands.js';
import { createOrderLifecycleReader } from './order-lifecycle-reader.js';
import { findOrderFacts } from '../order-log/order-facts-reader.js';
import { findOrderProof } from '../proof/order-proof.js';
import { failRefund, findPendingRefund, settleRefund } from '../returns/refund-records.js';
import { expireReturns } from '../returns/return-expiry.js';
import { findStockLevel, receiveStock, releaseStock } from '../inventory/stock.js';
import {
  apply,
  changeOf,
  confirmedOrder,
  partOfAnswer,
  receiveStockOf,
  refundOf,
  stockedLine,
} from '../testing/living-orders.js';
import { newScope, placeOrder, serviceLine, system } from '../testing/orders.js';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.js';

describe('the lifecycle of an order in the database', () => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await openTestDatabase();
    return () => test.close();
  });

  /** A line of 5 units that no location has alone: 3 come from one, 2 from another. */
  async function splitOrder() {
    const scope = newScope();
    const variantId = randomUUID();
    const locationIds = [randomUUID(), randomUUID()].sort();
    for (const [index, locationId] of locationIds.entries()) {
      const received = { variantId, locationId, quantity: 3 - index, reason: 'delivery' };
      await receiveStock(test.database, { ...scope, ...received });
    }
    const { locationId: _, ...anywhere } = stockedLine({ variantId, quantity: 5 });
    const order = await confirmedOrder(test.database, scope, { lines: [anywhere, serviceLine] });
    const levels = () =>
      Promise.all(
        locationIds.map(async (locationId) => {
          const level = await findStockLevel(test.database, { ...scope, variantId, locationId });
          return level && `${level.onHand}/${level.reserved}`;
        }),
      );
    const some = (quantity: number) => [{ lineId: orderLineId(order.orderId, 1), quantity }];
    return { order, levels, some };
  }

  const row = async ({ orderId }: OrderRef): Promise<unknown> => {
    const { rows } = await test.owner.query(
      'SELECT status, payment_status, stock_status, version FROM orders WHERE id = $1',
      [orderId],
    );
    return rows[0];
  };

  const types = async ({ orderId }: OrderRef): Promise<readonly string[]> => {
    const { rows } = await test.owner.query<{ type: string }>(
      'SELECT type FROM order_events WHERE order_id = $1 ORDER BY sequence',
      [orderId],
    );
    return rows.map(({ type }) => type);
  };

  const faultsOf = async (order: OrderRef) => (await findOrderProof(test.database, order))?.faults;

  it('ships in parts over several locations, delivers in parts, and takes stock exactly where it was reserved', async () => {
    const { order, levels, some } = await splitOrder();
    expect(await levels()).toEqual(['3/3', '2/2']);
    const first = await apply(test.database, order, {
      type: 'ship',
      lines: some(2),
      startsProcessing: true,
      carrier: 'post',
    });
    expect(first.answer.status).toBe('processing');
    expect(await levels()).toEqual(['1/1', '2/2']);
    const second = await apply(test.database, order, { type: 'ship', lines: some(2) });
    expect(await levels()).toEqual(['0/0', '1/1']);
    expect(second.answer.status).toBe('processing');
    expect((await findOrderFacts(test.database, order)).shipments).toHaveLength(2);
    const third = await apply(test.database, order, { type: 'ship', trackingNumber: 'T3' });
    expect(third.answer.status).toBe('shipped');
    expect(await levels()).toEqual(['0/0', '0/0']);
    expect(await row(order)).toMatchObject({ status: 'shipped', stock_status: 'shipped' });
    for (const each of [second, first]) {
      const shipmentId = partOfAnswer(each);
      const delivered = await apply(test.database, order, { type: 'deliver', shipmentId });
      expect(delivered.answer).toMatchObject({ status: 'shipped', partId: shipmentId });
    }
    const last = await apply(test.database, order, { type: 'deliver' });
    expect(last.answer).toMatchObject({ status: 'delivered', partId: partOfAnswer(third) });
    expect(
      (await findOrderFacts(test.database, order)).lines.map(({ shipped, delivered }) => [
        shipped,
        delivered,
      ]),
    ).toEqual([
      [5, 5],
      [1, 1],
    ]);
    expect((await apply(test.database, order, { type: 'close' })).answer.status).toBe('closed');
    expect(await faultsOf(order)).toEqual([]);
    const { rows } = await test.owner.query(
      "SELECT kind, on_hand_delta, reserved_delta FROM stock_ledger WHERE order_id = $1 AND kind = 'ship' ORDER BY id",
      [order.orderId],
    );
    expect(
      rows.map((entry: { on_hand_delta: string; reserved_delta: string }) => [
        entry.on_hand_delta,
        entry.reserved_delta,
      ]),
    ).toEqual([
      ['-2', '-2'],
      ['-1', '-1'],
      ['-1', '-1'],
      ['-1', '-1'],
    ]);
  });

  it('takes a shipment back once: its units are on hand and reserved where they were, and the order goes on', async () => {
    const { order, levels, some } = await splitOrder();
    const first = await apply(test.database, order, { type: 'ship', lines: some(4), startsProcessing: true });
    const rest = await apply(test.database, order, { type: 'ship' });
    expect(await levels()).toEqual(['0/0', '0/0']);
    const cancel = {
      type: 'cancel_shipment',
      shipmentId: partOfAnswer(first),
      reason: 'by mistake',
    } as const;
    const cancelled = await apply(test.database, order, cancel);
    expect(cancelled.answer).toMatchObject({ status: 'processing', partId: partOfAnswer(first) });
    // 3 had left from the first location and 1 from the second.
    expect(await levels()).toEqual(['3/3', '1/1']);
    expect(await row(order)).toMatchObject({ status: 'processing', stock_status: 'reserved' });
    expect((await types(order)).slice(-2)).toEqual(['shipment.cancelled', 'order.processing']);
    expect(await faultsOf(order)).toEqual([]);
    expect(await applyOrderCommand(test.database, changeOf(order, cancel))).toMatchObject({
      kind: 'refused',
      code: 'TRANSITION_NOT_ALLOWED',
    });
    expect(await levels()).toEqual(['3/3', '1/1']);
    // One of the units is cancelled now, and three ship again.
    await apply(test.database, order, { type: 'cancel_units', lines: some(1) });
    expect(await levels()).toEqual(['3/3', '1/0']);
    const again = await apply(test.database, order, { type: 'ship' });
    expect(again.answer.status).toBe('shipped');
    expect(await levels()).toEqual(['0/0', '1/0']);
    const parts = await createOrderLifecycleReader(test.database).findParts(order, order.orderId);
    expect(
      parts?.shipments.map(({ id, status, cancellationReason }) => [id, status, cancellationReason]),
    ).toEqual([
      [partOfAnswer(first), 'cancelled', 'by mistake'],
      [partOfAnswer(rest), 'shipped', undefined],
      [partOfAnswer(again), 'shipped', undefined],
    ]);
    await apply(test.database, order, { type: 'deliver' });
    await apply(test.database, order, { type: 'close' });
    expect(await faultsOf(order)).toEqual([]);
  });

  it('opens the units of a shipment that came back as far as they can be sold, where they left from, and keeps the others shipped', async () => {
    const { order, levels, some } = await splitOrder();
    const parcel = await apply(test.database, order, { type: 'ship', startsProcessing: true });
    const shipmentId = partOfAnswer(parcel);
    const service = { lineId: orderLineId(order.orderId, 2), quantity: 1 };
    const conditions: ConditionedUnits[] = [
      ...some(3).map((unit) => ({ ...unit, condition: UnitCondition.Restock })),
      ...some(1).map((unit) => ({ ...unit, condition: UnitCondition.Damaged })),
      ...some(1).map((unit) => ({ ...unit, condition: UnitCondition.Missing })),
      { ...service, condition: UnitCondition.Restock },
    ];
    const back: OrderCommand = {
      ...{ type: 'return_to_sender', shipmentId, reason: 'address unknown', units: conditions },
    };
    const { answer } = await apply(test.database, order, back);
    expect(answer).toMatchObject({ status: 'processing', partId: shipmentId });
    // 3 had left from the first location and 2 from the second.
    expect(await levels()).toEqual(['3/3', '0/0']);
    expect(await row(order)).toMatchObject({ status: 'processing', stock_status: 'reserved' });
    expect((await types(order)).slice(-2)).toEqual(['shipment.returned_to_sender', 'order.processing']);
    expect((await findOrderFacts(test.database, order)).lines).toMatchObject([
      { shipped: 2, delivered: 0, returnedToSender: 2 },
      { shipped: 0, returnedToSender: 0 },
    ]);
    expect(await findOrderProof(test.database, order)).toMatchObject({
      lines: [{ shipped: 2, returnedToSender: 2, restocked: 0 }, {}],
      faults: [],
    });
    expect(await applyOrderCommand(test.database, changeOf(order, back))).toMatchObject({
      ...{ kind: 'refused', message: `shipment ${shipmentId} has been returned to sender already` },
    });
    // Two of the open units ship again, and one is cancelled: the order is delivered.
    await apply(test.database, order, { type: 'ship', lines: [...some(2), service] });
    await apply(test.database, order, { type: 'deliver', shipmentId: await newestShipment(order) });
    const { standing } = await apply(test.database, order, { type: 'cancel_units', lines: some(1) });
    expect(standing.status).toBe('delivered');
    expect(await levels()).toEqual(['1/0', '0/0']);
    // Units that never arrived cannot be returned.
    const tooMany = changeOf(order, { type: 'request_return', lines: some(3) });
    expect(await applyOrderCommand(test.database, tooMany)).toMatchObject({ code: 'QUANTITY_NOT_AVAILABLE' });
    const parts = await createOrderLifecycleReader(test.database).findParts(order, order.orderId);
    expect(parts?.shipments).toMatchObject([
      {
        ...{ id: shipmentId, status: 'returned_to_sender', returnedToSenderReason: 'address unknown' },
        lines: expect.arrayContaining([
          { ...some(5)[0], received: { restock: 3, damaged: 1, missing: 1 } },
          { ...service, received: { restock: 1, damaged: 0, missing: 0 } },
        ]) as unknown,
      },
      { status: 'delivered' },
    ]);
    expect(await faultsOf(order)).toEqual([]);
  });

  const newestShipment = async (order: OrderRef): Promise<string> =>
    (await findOrderFacts(test.database, order)).shipments.at(-1)?.id ?? '';

  it('closes an order of which nothing arrived, and takes refunds of it', async () => {
    const { order, levels, some } = await splitOrder();
    const service = { lineId: orderLineId(order.orderId, 2), quantity: 1 };
    const shipped = await apply(test.database, order, { type: 'ship', startsProcessing: true });
    const lost = [...some(5), service].map((unit) => ({ ...unit, condition: 'missing' as const }));
    const { standing } = await apply(test.database, order, {
      ...{ type: 'return_to_sender', shipmentId: partOfAnswer(shipped) },
      units: lost,
    });
    expect(standing.status).toBe('closed');
    expect((await types(order)).slice(-2)).toEqual(['shipment.returned_to_sender', 'order.closed']);
    expect(await levels()).toEqual(['0/0', '0/0']);
    expect(await row(order)).toMatchObject({ stock_status: 'shipped' });
    const refund = await apply(test.database, order, { type: 'refund', lines: some(5) });
    expect(await refundOf(test.database, order, partOfAnswer(refund))).toMatchObject({ amountMinor: 2_500 });
    expect(await faultsOf(order)).toEqual([]);
  });

  it('closes an order whose open units are cancelled after the others came back broken', async () => {
    const { order, some } = await splitOrder();
    const shipped = await apply(test.database, order, {
      ...{ type: 'ship', lines: some(2), startsProcessing: true },
    });
    const broken = some(2).map((unit) => ({ ...unit, condition: 'damaged' as const }));
    const { answer } = await apply(test.database, order, {
      ...{ type: 'return_to_sender', shipmentId: partOfAnswer(shipped) },
      units: broken,
    });
    expect(answer.status).toBe('processing');
    const rest = [...some(3), { lineId: orderLineId(order.orderId, 2), quantity: 1 }];
    const { standing } = await apply(test.database, order, { type: 'cancel_units', lines: rest });
    expect(standing.status).toBe('closed');
    expect((await types(order)).slice(-2)).toEqual(['order.shipped', 'order.closed']);
    expect(await faultsOf(order)).toEqual([]);
  });

  it('cancels an order whose only shipment was taken back, by its units', async () => {
    const { order, levels, some } = await splitOrder();
    const shipped = await apply(test.database, order, { type: 'ship', startsProcessing: true });
    const shipmentId = partOfAnswer(shipped);
    await apply(test.database, order, { type: 'cancel_shipment', shipmentId });
    const all = [...some(5), { lineId: orderLineId(order.orderId, 2), quantity: 1 }];
    const { standing } = await apply(test.database, order, { type: 'cancel_units', lines: all });
    expect(standing).toMatchObject({ refusal: { reason: 'cancellation_requested' } });
    expect(await levels()).toEqual(['3/0', '2/0']);
  });

  it('blocks the shipment of units that are open again after all money was given back', async () => {
    const { order } = await splitOrder();
    const shipped = await apply(test.database, order, { type: 'ship', startsProcessing: true });
    const given = await apply(test.database, order, { type: 'refund', all: true });
    const shipmentId = partOfAnswer(shipped);
    const { standing } = await apply(test.database, order, { type: 'cancel_shipment', shipmentId });
    expect(standing).toMatchObject({ status: 'processing', flags: ['refunded_unshipped'] });
    expect(await faultsOf(order)).toEqual([]);
    // The refund is declined: the order has its money, and ships.
    const refund = await refundOf(test.database, order, partOfAnswer(given));
    await failRefund(test.database, order, { refund, reason: 'the account is closed', actor: system });
    expect((await apply(test.database, order, { type: 'ship' })).standing).toMatchObject({
      ...{ status: 'shipped', flags: ['refund_failed'] },
    });
  });

  it('cancels units over several locations, and frees them in the reverse order of shipments', async () => {
    const { order, levels, some } = await splitOrder();
    await apply(test.database, order, { type: 'cancel_units', lines: some(1), reason: 'lost' });
    expect(await levels()).toEqual(['3/3', '2/1']);
    await apply(test.database, order, { type: 'ship', lines: some(1), startsProcessing: true });
    expect(await levels()).toEqual(['2/2', '2/1']);
    await apply(test.database, order, { type: 'cancel_units', lines: some(2) });
    expect(await levels()).toEqual(['2/1', '2/0']);
    const rest = [...some(1), { lineId: orderLineId(order.orderId, 2), quantity: 1 }];
    const last = await apply(test.database, order, { type: 'cancel_units', lines: rest });
    expect(last.answer.status).toBe('shipped');
    expect(await levels()).toEqual(['2/0', '2/0']);
    expect(await row(order)).toMatchObject({ status: 'shipped', stock_status: 'shipped' });
    expect((await findOrderFacts(test.database, order)).lines).toMatchObject([
      { quantity: 5, cancelled: 4, shipped: 1 },
      { quantity: 1, cancelled: 1, shipped: 0 },
    ]);
    expect((await types(order)).slice(-4)).toEqual([
      'units.cancelled',
      'refund.requested',
      'units.cancelled',
      'order.shipped',
    ]);
    expect(await faultsOf(order)).toEqual([]);
  });

  it('decides the cancellation of an order with its last units, and frees nothing twice', async () => {
    const { order, levels, some } = await splitOrder();
    await apply(test.database, order, { type: 'cancel_units', lines: some(2) });
    const rest = [...some(3), { lineId: orderLineId(order.orderId, 2), quantity: 1 }];
    const last = await apply(test.database, order, { type: 'cancel_units', lines: rest });
    expect(last.standing).toMatchObject({
      ...{ status: 'confirmed', owesRefund: true },
      refusal: { reason: 'cancellation_requested', detail: 'all units were cancelled' },
    });
    expect(await levels()).toEqual(['3/0', '2/0']);
    expect(await releaseStock(test.database, order, system)).toBe(0);
    expect(await levels()).toEqual(['3/0', '2/0']);
  });

  it('reports cancelled units that no cancellation explains', async () => {
    const { order } = await splitOrder();
    await test.owner.query(
      'UPDATE order_lines SET cancelled_quantity = 1 WHERE order_id = $1 AND position = 1',
      [order.orderId],
    );
    expect(await faultsOf(order)).toEqual([
      expect.stringContaining('1 cancelled, and should be 0') as string,
      expect.stringContaining('5 held in stock, and should be 4') as string,
      // Seven units of 5.00 each: 35.00 was captured.
      '35.00 USD is kept, and the units that were not cancelled are worth 30.00 USD with the shipping',
    ]);
  });

  it('tells each step in the history and the audit log, in the order of its steps', async () => {
    const { order, some } = await splitOrder();
    const before = (await types(order)).length;
    await apply(test.database, order, { type: 'ship', lines: some(5), startsProcessing: true });
    await apply(test.database, order, { type: 'deliver' });
    expect((await types(order)).slice(before)).toEqual([
      'order.processing',
      'shipment.created',
      'order.shipped',
      'shipment.delivered',
      'order.delivered',
    ]);
    const { rows } = await test.owner.query<{ action: string }>(
      "SELECT action FROM audit_log WHERE resource_id = $1 AND actor_id = 'shopper' ORDER BY id OFFSET 1",
      [order.orderId],
    );
    expect(rows.map(({ action }) => action)).toEqual((await types(order)).slice(before));
  });

  it('corrects a shipment with both values in history and audit log, and writes nothing where nothing changes', async () => {
    const { order, some } = await splitOrder();
    const made = await apply(test.database, order, {
      ...{ type: 'ship', lines: some(2), startsProcessing: true },
      ...{ trackingNumber: '1Z-1', carrier: 'UPS' },
    });
    const shipmentId = partOfAnswer(made);
    await apply(test.database, order, { type: 'ship' });
    const correct = (changes: object) =>
      apply(test.database, order, { type: 'correct_shipment', shipmentId, ...changes });
    expect((await correct({ trackingNumber: '1Z-2' })).answer).toMatchObject({ partId: shipmentId });
    const { version } = (await correct({ trackingNumber: '1Z-2', carrier: 'UPS' })).answer;
    await apply(test.database, order, { type: 'deliver' });
    const cleared = await correct({ trackingNumber: null, carrier: null });
    // Of the delivery of both shipments, and of the last correction.
    expect(cleared.answer.version).toBe(version + 4);
    const expected = [
      {
        shipmentId,
        before: { trackingNumber: '1Z-1', carrier: 'UPS' },
        after: { trackingNumber: '1Z-2', carrier: 'UPS' },
      },
      {
        shipmentId,
        before: { trackingNumber: '1Z-2', carrier: 'UPS' },
        after: { trackingNumber: null, carrier: null },
      },
    ];
    for (const query of [
      "SELECT data FROM order_events WHERE order_id = $1 AND type = 'shipment.corrected' ORDER BY sequence",
      "SELECT data FROM audit_log WHERE resource_id = $1::text AND action = 'shipment.corrected' ORDER BY id",
    ]) {
      const { rows } = await test.owner.query<{ data: object }>(query, [order.orderId]);
      expect(rows.map(({ data }) => data)).toEqual(expected);
    }
    // The newest shipment is meant where none is named.
    const newest = await apply(test.database, order, { type: 'correct_shipment', carrier: 'DHL' });
    expect(newest.answer.partId).not.toBe(shipmentId);
  });

  it('puts returned units back on hand where they had left from, or not at all where they cannot be sold again', async () => {
    const { order, levels, some } = await splitOrder();
    const reader = createOrderLifecycleReader(test.database);
    await apply(test.database, order, { type: 'ship', startsProcessing: true });
    await apply(test.database, order, { type: 'deliver' });
    const ask = async (quantity: number) =>
      partOfAnswer(
        await apply(test.database, order, {
          type: 'request_return',
          lines: some(quantity),
          reason: 'too small',
        }),
      );
    const [sellable, broken, declined] = [await ask(2), await ask(1), await ask(1)];
    await apply(test.database, order, { type: 'decide_return', returnId: sellable, isApproved: true });
    await apply(test.database, order, { type: 'decide_return', returnId: broken, isApproved: true });
    await apply(test.database, order, {
      type: 'decide_return',
      returnId: declined,
      isApproved: false,
      reason: 'worn',
    });
    await apply(test.database, order, { type: 'receive_return', returnId: sellable });
    expect(await levels()).toEqual(['2/0', '0/0']);
    await apply(test.database, order, {
      type: 'receive_return',
      returnId: broken,
      units: some(1).map((unit) => ({ ...unit, condition: 'damaged' as const })),
    });
    expect(await levels()).toEqual(['2/0', '0/0']);
    expect((await findOrderFacts(test.database, order)).lines[0]).toMatchObject({
      returned: 3,
      returning: 0,
    });
    const parts = await reader.findParts(order, order.orderId);
    expect(parts?.returns).toMatchObject([
      {
        id: sellable,
        status: 'received',
        reason: 'too small',
        lines: [{ received: { restock: 2, damaged: 0, missing: 0 } }],
      },
      { id: broken, status: 'received', lines: [{ received: { restock: 0, damaged: 1, missing: 0 } }] },
      { id: declined, status: 'declined', decisionReason: 'worn' },
    ]);
    expect(await faultsOf(order)).toEqual([]);
  });

  it('takes each unit of a return in its condition, and lets what is missing be returned later', async () => {
    const scope = newScope();
    const lines = [stockedLine({ quantity: 3, unitPriceMinor: 1_000 })];
    await receiveStockOf(test.database, scope, lines);
    const order = await confirmedOrder(test.database, scope, { lines });
    const some = (quantity: number) => [{ lineId: orderLineId(order.orderId, 1), quantity }];
    await apply(test.database, order, { type: 'ship', startsProcessing: true });
    await apply(test.database, order, { type: 'deliver' });
    const ask = async (quantity: number): Promise<string> => {
      const lines = some(quantity);
      const returnId = partOfAnswer(await apply(test.database, order, { type: 'request_return', lines }));
      await apply(test.database, order, { type: 'decide_return', returnId, isApproved: true });
      return returnId;
    };
    const first = await ask(3);
    await apply(test.database, order, {
      ...{ type: 'receive_return', returnId: first },
      units: [
        ...some(1).map((unit) => ({ ...unit, condition: 'restock' as const })),
        ...some(1).map((unit) => ({ ...unit, condition: 'damaged' as const })),
        ...some(1).map((unit) => ({ ...unit, condition: 'missing' as const })),
      ],
    });
    // Two are back, one of them on the shelf. Of three units worth 30.00, the return is worth 20.00.
    expect(await findOrderFacts(test.database, order)).toMatchObject({
      lines: [{ delivered: 3, returned: 2, returning: 0 }],
      returns: [{ status: 'received', lines: some(2) }],
    });
    expect(await findOrderProof(test.database, order)).toMatchObject({
      lines: [{ shipped: 3, restocked: 1 }],
      faults: [],
    });
    const refund = await apply(test.database, order, { type: 'refund', returnId: first });
    expect(await refundOf(test.database, order, partOfAnswer(refund))).toMatchObject({ amountMinor: 2_000 });

    const second = await ask(1);
    await apply(test.database, order, {
      type: 'cancel_return',
      returnId: second,
      reason: 'lost in the post',
    });
    expect((await findOrderFacts(test.database, order)).lines[0]).toMatchObject({
      returned: 2,
      returning: 0,
    });
    const third = await ask(1);
    await apply(test.database, order, { type: 'receive_return', returnId: third });
    expect(await findOrderProof(test.database, order)).toMatchObject({
      lines: [{ shipped: 3, restocked: 2 }],
      faults: [],
    });
    const parts = await createOrderLifecycleReader(test.database).findParts(order, order.orderId);
    expect(parts?.returns).toMatchObject([
      { id: first, lines: [{ quantity: 3, received: { restock: 1, damaged: 1, missing: 1 } }] },
      { id: second, status: 'cancelled', cancelledAt: expect.any(String) as string },
      { id: third, status: 'received' },
    ]);
  });

  it('fixes the expiry of a return at its approval, ends it then, and lets its units be returned again', async () => {
    const scope = newScope();
    const lines = [stockedLine({ quantity: 3, unitPriceMinor: 1_000 })];
    await receiveStockOf(test.database, scope, lines);
    const expiryDays = async (days: number) =>
      test.owner.query(
        `INSERT INTO tenant_settings (tenant_id, return_expiry_days) VALUES ($1, $2)
         ON CONFLICT (tenant_id) DO UPDATE SET return_expiry_days = $2`,
        [scope.tenantId, days],
      );
    await expiryDays(14);
    const order = await confirmedOrder(test.database, scope, { lines });
    // An order keeps the settings that it was recorded with.
    await expiryDays(1);
    const some = (quantity: number) => [{ lineId: orderLineId(order.orderId, 1), quantity }];
    await apply(test.database, order, { type: 'ship', startsProcessing: true });
    await apply(test.database, order, { type: 'deliver' });
    const ask = async () => {
      const asked = await apply(test.database, order, { type: 'request_return', lines: some(1) });
      const returnId = partOfAnswer(asked);
      const approved = await apply(test.database, order, {
        type: 'decide_return',
        returnId,
        isApproved: true,
      });
      return { returnId, ...approved.standing };
    };
    const untilMs = ({ returnExpiresAt = '' }: { readonly returnExpiresAt?: string }): number =>
      Date.parse(returnExpiresAt) - Date.now();
    const lost = await ask();
    const fortnightMs = 14 * 86_400_000;
    expect(untilMs(lost)).toBeGreaterThan(fortnightMs - 60_000);
    expect(untilMs(lost)).toBeLessThanOrEqual(fortnightMs);
    const [came, later] = [await ask(), await ask()];
    // Of several returns, the order knows the one that expires first.
    expect(later.returnExpiresAt).toBe(lost.returnExpiresAt);
    await apply(test.database, order, { type: 'receive_return', returnId: came.returnId });

    const parts = async () => {
      const found = await createOrderLifecycleReader(test.database).findParts(order, order.orderId);
      return found?.returns ?? [];
    };
    const [{ expiresAt: first = '' } = {}, , { expiresAt: last = '' } = {}] = await parts();
    const early = new Date(Date.parse(first) - 1).toISOString();
    expect(await expireReturns(test.database, { ...order, until: early })).toMatchObject({
      version: (await findOrderFacts(test.database, order)).version,
    });
    expect((await parts()).map(({ status }) => status)).toEqual(['approved', 'received', 'approved']);
    const standing = await expireReturns(test.database, { ...order, until: last });
    expect(standing).not.toHaveProperty('returnExpiresAt');
    expect(standing.closesAt).toBeDefined();
    expect(await parts()).toMatchObject([
      { status: 'expired', expiredAt: expect.any(String) as string },
      { status: 'received' },
      { status: 'expired' },
    ]);
    expect((await types(order)).slice(-2)).toEqual(['return.expired', 'return.expired']);
    // Once more changes nothing.
    expect(await expireReturns(test.database, { ...order, until: last })).toEqual(standing);
    expect((await findOrderFacts(test.database, order)).lines).toMatchObject([{ returned: 1, returning: 0 }]);
    const again = { type: 'receive_return', returnId: lost.returnId } as const;
    expect(await applyOrderCommand(test.database, changeOf(order, again))).toMatchObject({
      message: 'the return is expired; this needs one that is approved',
    });
    await apply(test.database, order, { type: 'request_return', lines: some(2) });
    expect(await faultsOf(order)).toEqual([]);
  });

  it.each([
    [30, 29.9, 'applied'],
    [30, 30, 'REFUND_WINDOW_OVER'],
    [null, 3_000, 'applied'],
  ] as const)(
    'takes refunds for %s days after its end: %s days after it → %s',
    async (days, agoDays, kind) => {
      const scope = newScope();
      const lines = [stockedLine({ quantity: 1, unitPriceMinor: 1_000 })];
      await receiveStockOf(test.database, scope, lines);
      await test.owner.query(`INSERT INTO tenant_settings (tenant_id, refund_window_days) VALUES ($1, $2)`, [
        scope.tenantId,
        days,
      ]);
      const order = await confirmedOrder(test.database, scope, { lines });
      await apply(test.database, order, { type: 'ship', startsProcessing: true });
      await apply(test.database, order, { type: 'deliver' });
      await apply(test.database, order, { type: 'close' });
      await test.owner.query(`UPDATE orders SET closed_at = now() - $2 * interval '1 day' WHERE id = $1`, [
        order.orderId,
        agoDays,
      ]);
      const result = await applyOrderCommand(test.database, changeOf(order, { type: 'refund', all: true }));
      expect(result.kind === 'refused' ? result.code : result.kind).toBe(kind);
    },
  );

  describe('refunds', () => {
    async function returnedOrder() {
      const scope = newScope();
      const lines = [stockedLine()];
      await receiveStockOf(test.database, scope, lines);
      const order = await confirmedOrder(test.database, scope, { lines });
      await apply(test.database, order, { type: 'ship', startsProcessing: true });
      await apply(test.database, order, { type: 'deliver' });
      const units = [{ lineId: orderLineId(order.orderId, 1), quantity: 1 }];
      const returnId = partOfAnswer(
        await apply(test.database, order, { type: 'request_return', lines: units }),
      );
      await apply(test.database, order, { type: 'decide_return', returnId, isApproved: true });
      await apply(test.database, order, { type: 'receive_return', returnId });
      return { order, returnId };
    }

    const settle = async (order: OrderRef, refundId: string): Promise<void> => {
      const refund = await refundOf(test.database, order, refundId);
      const movement = {
        ...{
          idempotencyKey: `${order.orderId}:refund:${refund.ordinal}`,
          providerObjectId: `re_${refundId}`,
        },
        amountMinor: refund.amountMinor,
      };
      await settleRefund(test.database, order, { refund, movement, actor: system });
    };

    const moneyOf = async (order: OrderRef) => {
      const { rows } = await test.owner.query<{ captured_minor: string; refunded_minor: string }>(
        'SELECT captured_minor, refunded_minor FROM payments WHERE order_id = $1',
        [order.orderId],
      );
      return Number(rows[0]?.refunded_minor);
    };

    it('settle once, however often and however many at once; the payment is refunded in part, then refunded', async () => {
      const { order, returnId } = await returnedOrder();
      const first = partOfAnswer(await apply(test.database, order, { type: 'refund', returnId }));
      expect((await findPendingRefund(test.database, order))?.id).toBe(first);
      await Promise.all([1, 2, 3, 4].map(() => settle(order, first)));
      await settle(order, first);
      expect(await row(order)).toMatchObject({ payment_status: 'partially_refunded' });
      expect(await moneyOf(order)).toBe(500);
      expect((await types(order)).filter((type) => type === 'payment.refunded')).toHaveLength(1);
      const { returns } =
        (await createOrderLifecycleReader(test.database).findParts(order, order.orderId)) ?? {};
      expect(returns).toMatchObject([{ id: returnId, status: 'refunded' }]);
      const rest = partOfAnswer(await apply(test.database, order, { type: 'refund', all: true }));
      expect(await refundOf(test.database, order, rest)).toMatchObject({ ordinal: 3, amountMinor: 1_000 });
      await settle(order, rest);
      expect(await row(order)).toMatchObject({ payment_status: 'refunded', status: 'delivered' });
      expect(await moneyOf(order)).toBe(1_500);
      expect(await findPendingRefund(test.database, order)).toBeUndefined();
      expect(await faultsOf(order)).toEqual([]);
    });

    it('fail once; what failed can be asked for again, and its return is not refunded', async () => {
      const { order, returnId } = await returnedOrder();
      const refundId = partOfAnswer(await apply(test.database, order, { type: 'refund', returnId }));
      const refund = await refundOf(test.database, order, refundId);
      const fail = () =>
        failRefund(test.database, order, { refund, reason: 'the account is closed', actor: system });
      await Promise.all([fail(), fail(), fail()]);
      expect((await types(order)).filter((type) => type === 'refund.failed')).toHaveLength(1);
      // A failed refund cannot succeed later.
      await settle(order, refundId);
      expect(await moneyOf(order)).toBe(0);
      expect(await row(order)).toMatchObject({ payment_status: 'captured' });
      const parts = await createOrderLifecycleReader(test.database).findParts(order, order.orderId);
      expect(parts?.refunds).toMatchObject([{ status: 'failed', failure: 'the account is closed' }]);
      expect(parts?.returns).toMatchObject([{ status: 'received' }]);
      const again = partOfAnswer(await apply(test.database, order, { type: 'refund', returnId }));
      await settle(order, again);
      expect(await moneyOf(order)).toBe(500);
      expect(await faultsOf(order)).toEqual([]);
    });

    it('of an order are found for its tenant only', async () => {
      const { order } = await returnedOrder();
      await apply(test.database, order, { type: 'refund', amountMinor: 5 });
      expect(await findPendingRefund(test.database, order)).toMatchObject({ amountMinor: 5 });
      for (const wrong of [{ tenantId: randomUUID() }, { orgId: randomUUID() }, { orderId: randomUUID() }]) {
        expect(await findPendingRefund(test.database, { ...order, ...wrong })).toBeUndefined();
      }
    });

    it('written concurrently never exceed the captured amount together', async () => {
      const { order } = await returnedOrder();
      const insert = (ordinal: number) =>
        test.database.prisma.refund.create({
          data: { id: randomUUID(), orderId: order.orderId, ordinal, amountMinor: 400, lines: [] },
        });
      const results = await Promise.allSettled(Array.from({ length: 12 }, (_, index) => insert(index + 2)));
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    });
  });

  it('of a draft is edited: its lines and what it says are replaced, its totals follow', async () => {
    const lines = [stockedLine(), serviceLine];
    const wishes = { lines, shippingMethod: 'post', metadata: { a: '1' } };
    const order = await placeOrder(test.database, newScope(), { ...wishes, isDraft: true });
    const [line = serviceLine] = lines;
    await apply(test.database, order, {
      ...{ type: 'edit', lines: [{ ...line, quantity: 7 }], taxMinor: 35, shippingMethod: null },
      shippingAddress: { line1: 'x', city: 'y', country: 'PL' },
    });
    expect(await findOrderFacts(test.database, order)).toMatchObject({
      status: 'draft',
      totals: { totalMinor: 3_535 },
      lines: [{ quantity: 7 }],
    });
    const { rows } = await test.owner.query(
      'SELECT total_minor, shipping_method, shipping_address, metadata FROM orders WHERE id = $1',
      [order.orderId],
    );
    expect(rows).toEqual([
      {
        total_minor: '3535',
        shipping_method: null,
        shipping_address: { line1: 'x', city: 'y', country: 'PL' },
        metadata: { a: '1' },
      },
    ]);
    expect((await types(order)).at(-1)).toBe('order.edited');
  });
});
