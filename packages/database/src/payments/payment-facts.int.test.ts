import { randomUUID } from 'node:crypto';

import type { Actor, OrderRef } from '@oms/domain';
import { beforeAll, describe, expect, it } from 'vitest';

import { flagOrder, restoreCapture, reverseCapture, type PaymentFact } from './payment-facts.js';
import { findOrderPayment, recordAuthorization, recordMovement } from './payment-records.js';
import { changeOrderStatus } from '../order-log/order-transitions.js';
import { newScope, placeOrder, system } from '../testing/orders.js';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.js';

let test: TestDatabase;

beforeAll(async () => {
  test = await openTestDatabase();
  return () => test.close();
});

const actor: Actor = { type: 'system', id: 'payments' };

describe('a change of a payment that its provider reports', () => {
  const fact = (about: string): PaymentFact => ({ about, reason: 'Expired', data: {}, actor });
  const movement = ({ orderId }: OrderRef, operation: string, ordinal = 1) => ({
    idempotencyKey: `${orderId}:${operation}:${ordinal}`,
    amountMinor: 1_000,
    chargeMinor: 1_000,
    ordinal,
    providerObjectId: operation,
  });

  async function paid(captureOrdinal = 1): Promise<OrderRef & { reference: string }> {
    const paymentReference = `PSP${randomUUID()}`;
    const order = await placeOrder(test.database, newScope(), { paymentReference });
    await recordAuthorization(
      test.database,
      order,
      { ...movement(order, 'authorize'), moneyStepMinor: 1 },
      system,
    );
    await recordMovement(test.database, order, 'capture', movement(order, 'capture', captureOrdinal), system);
    await changeOrderStatus(test.database, order, {
      from: 'pending',
      to: 'confirmed',
      event: 'order.confirmed',
      actor: system,
    });
    return { ...order, reference: paymentReference };
  }

  const typesOf = async ({ orderId }: OrderRef, prefix: string): Promise<readonly string[]> => {
    const { rows } = await test.owner.query<{ type: string }>(
      'SELECT type FROM order_events WHERE order_id = $1 AND type LIKE $2 ORDER BY sequence',
      [orderId, `${prefix}%`],
    );
    return rows.map(({ type }) => type);
  };

  it('reverses a capture once after concurrent reports: in ledger, payment, flag and event', async () => {
    const order = await paid();
    const facts = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        reverseCapture(test.database, order, fact(`CAPTURE-${index % 2}`)),
      ),
    );
    expect(facts.filter((one) => one !== undefined)).toMatchObject([
      { status: 'confirmed', paymentStatus: 'failed', capturedMinor: 0, flags: ['capture_failed'] },
    ]);
    expect(await findOrderPayment(test.database, order)).toMatchObject({
      paymentStatus: 'failed',
      ledger: { authorizedMinor: 1_000, capturedMinor: 0 },
    });
    expect(await typesOf(order, 'payment.capture_failed')).toHaveLength(1);
  });

  it('records a second capture once, and only after a reversed one', async () => {
    const order = await paid();
    expect(await restoreCapture(test.database, order, 1_000, fact('CAPTURE'))).toBeUndefined();
    await reverseCapture(test.database, order, fact('CAPTURE'));
    const [restored, again] = [
      await restoreCapture(test.database, order, 1_000, fact('CAPTURE')),
      await restoreCapture(test.database, order, 1_000, fact('CAPTURE')),
    ];
    expect(restored).toMatchObject({ paymentStatus: 'captured', capturedMinor: 1_000 });
    expect(restored?.flags).toEqual([]);
    expect(again).toBeUndefined();
  });

  // The order captured twice, because an operator had stated that the first capture did not happen.
  it('records a second capture after the reversal of capture number 2', async () => {
    const order = await paid(2);
    await reverseCapture(test.database, order, fact('CAPTURE'));
    const restored = await restoreCapture(test.database, order, 1_000, fact('CAPTURE'));
    expect(restored).toMatchObject({ paymentStatus: 'captured', capturedMinor: 1_000 });
  });

  it('keeps refunds in the ledger after the reversal of their capture', async () => {
    const order = await paid();
    const refund = { ...movement(order, 'refund'), amountMinor: 400 };
    await recordMovement(test.database, order, 'refund', refund, system);
    expect(await reverseCapture(test.database, order, fact('CAPTURE'))).toMatchObject({
      capturedMinor: 400,
      refundedMinor: 400,
    });
  });

  it('records an event once per subject, and keeps several flags', async () => {
    const order = await paid();
    for (const about of ['CAPTURE-1', 'CAPTURE-1', 'CAPTURE-2']) {
      await flagOrder(test.database, order, 'recapture_reported', fact(about));
    }
    const facts = await flagOrder(test.database, order, 'authorization_expired', fact('LAPSE'));
    expect(facts).toMatchObject({ flags: ['recapture_reported', 'authorization_expired'] });
    expect(await typesOf(order, 'payment.recapture_reported')).toHaveLength(2);
  });
});
