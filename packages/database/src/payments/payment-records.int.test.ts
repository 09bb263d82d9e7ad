import { randomUUID } from 'node:crypto';

import type { OrderRef } from '@oms/domain';
import { beforeAll, describe, expect, it } from 'vitest';

import { RowNotFoundError } from '../kit/database-error.js';
import { changeOrderStatus } from '../order-log/order-transitions.js';
import {
  findClaimant,
  findOrderPayment,
  recordAuthorization,
  recordDecline,
  recordMovement,
  recordNothingToPay,
  recordUnknownOutcome,
} from './payment-records.js';
import { newScope, placeOrder, system } from '../testing/orders.js';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.js';

describe("the records of an order's payment", () => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await openTestDatabase();
    return () => test.close();
  });

  const movement = ({ orderId }: OrderRef, operation: string, amountMinor = 1_000, ordinal = 1) => ({
    idempotencyKey: `${orderId}:${operation}:${ordinal}`,
    amountMinor,
    chargeMinor: 1_000,
    ordinal,
    providerObjectId: `object of ${operation}`,
  });

  const authorize = (order: OrderRef) =>
    recordAuthorization(test.database, order, { ...movement(order, 'authorize'), moneyStepMinor: 1 }, system);

  const record = (order: OrderRef, operation: 'capture' | 'void' | 'refund', amountMinor?: number) =>
    recordMovement(test.database, order, operation, movement(order, operation, amountMinor), system);

  async function history({ orderId }: OrderRef): Promise<readonly string[]> {
    const { rows } = await test.owner.query<{ line: string }>(
      `SELECT concat_ws(' ', sequence, type, from_status, '>', to_status, reason) AS line
       FROM order_events WHERE order_id = $1 ORDER BY sequence`,
      [orderId],
    );
    return rows.map(({ line }) => line);
  }

  async function paymentOf(order: OrderRef) {
    const payment = await findOrderPayment(test.database, order);
    if (!payment) throw new Error('the order is paid for by invoice');
    return payment;
  }

  it('give a payment reference to one of 20 racing orders, and refuse the others', async () => {
    const paymentReference = `pi_${randomUUID()}`;
    const orders = await Promise.all(
      Array.from({ length: 20 }, () => placeOrder(test.database, newScope(), { paymentReference })),
    );
    const results = await Promise.all(orders.map(authorize));
    expect([...results].sort()).toEqual([
      'recorded',
      ...Array.from({ length: 19 }, () => 'reference_in_use'),
    ]);
    const { orderId, tenantId, orgId } = orders[results.indexOf('recorded')] ?? {};
    const claimant = { orderId, tenantId, orgId };
    for (const [index, order] of orders.entries()) {
      const isFirst = results[index] === 'recorded';
      const payment = await paymentOf(order);
      expect(payment.paymentStatus).toBe(isFirst ? 'authorized' : 'pending');
      expect(await findClaimant(test.database, payment)).toMatchObject({ ...claimant });
      expect(await history(order)).toHaveLength(isFirst ? 2 : 1);
    }
  });

  it('have an authorisation once after concurrent and repeated calls', async () => {
    const order = await placeOrder(test.database, newScope());
    expect(await Promise.all(Array.from({ length: 10 }, () => authorize(order)))).toEqual(
      Array.from({ length: 10 }, () => 'recorded'),
    );
    expect(await paymentOf(order)).toMatchObject({
      paymentStatus: 'authorized',
      chargeMinor: 1_000,
      ledger: { authorizedMinor: 1_000, capturedMinor: 0, voidedMinor: 0, refundedMinor: 0 },
    });
    expect(await history(order)).toEqual([
      '1 order.placed > pending',
      '2 payment.authorized pending > authorized',
    ]);
  });

  it('refuse an authorisation for an order that was cancelled meanwhile', async () => {
    const order = await placeOrder(test.database, newScope());
    await changeOrderStatus(test.database, order, {
      from: 'pending',
      to: 'cancelled',
      event: 'order.cancelled',
      actor: system,
      cancellation: { reason: 'cancellation_requested' },
    });
    expect(await authorize(order)).toBe('not_pending');
    expect((await paymentOf(order)).ledger).toBeUndefined();
  });

  it('have each movement once, with ledger entry, status and event', async () => {
    const order = await placeOrder(test.database, newScope());
    await authorize(order);
    const captures = await Promise.all(Array.from({ length: 10 }, () => record(order, 'capture')));
    expect(captures.filter(Boolean)).toHaveLength(1);
    expect(await record(order, 'refund')).toBe(true);
    expect(await record(order, 'refund')).toBe(false);
    expect(await paymentOf(order)).toMatchObject({
      paymentStatus: 'refunded',
      ledger: { authorizedMinor: 1_000, capturedMinor: 1_000, voidedMinor: 0, refundedMinor: 1_000 },
    });
    expect((await history(order)).slice(2)).toEqual([
      '3 payment.captured authorized > captured',
      '4 payment.refunded captured > refunded',
    ]);
  });

  it('keep status and history if the database refuses a movement', async () => {
    const order = await placeOrder(test.database, newScope());
    await expect(record(order, 'capture')).rejects.toThrow('payment_ledger_order_id_fkey');
    await authorize(order);
    await expect(record(order, 'capture', 1_001)).rejects.toThrow('payments_captured_check');
    expect(await record(order, 'void')).toBe(true);
    await expect(record(order, 'capture')).rejects.toThrow('payments_captured_check');
    expect((await paymentOf(order)).paymentStatus).toBe('voided');
    expect(await history(order)).toHaveLength(3);
  });

  it.each([
    [
      'a decline',
      (order: OrderRef) =>
        recordDecline(test.database, order, { reason: 'card_declined', data: { code: '51' }, actor: system }),
      '2 payment.declined pending > failed card_declined',
    ],
    [
      'an unknown outcome',
      (order: OrderRef) =>
        recordUnknownOutcome(test.database, order, {
          operation: 'capture',
          message: 'silence',
          actor: system,
        }),
      '2 payment.unknown pending > unknown',
    ],
    [
      'a total of zero',
      (order: OrderRef) => recordNothingToPay(test.database, order, system),
      '2 payment.captured pending > captured',
    ],
  ] as const)('have %s once after concurrent and repeated calls', async (_, say, line) => {
    const order = await placeOrder(test.database, newScope());
    await Promise.all([say(order), say(order), say(order)]);
    await say(order);
    expect((await history(order)).slice(1)).toEqual([line]);
  });

  it('are not found for an order of another tenant or organisation', async () => {
    const order = await placeOrder(test.database, newScope());
    for (const other of [{ tenantId: randomUUID() }, { orgId: randomUUID() }, { orderId: randomUUID() }]) {
      const ref = { ...order, ...other };
      await expect(findOrderPayment(test.database, ref)).rejects.toThrow(RowNotFoundError);
      await expect(authorize(ref)).rejects.toThrow(RowNotFoundError);
      await expect(record(ref, 'capture')).rejects.toThrow(RowNotFoundError);
      await expect(recordNothingToPay(test.database, ref, system)).rejects.toThrow(RowNotFoundError);
    }
    expect(await history(order)).toHaveLength(1);
  });
});
