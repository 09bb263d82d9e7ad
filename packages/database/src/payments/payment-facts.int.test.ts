import { randomUUID } from 'node:crypto';

import type { Actor, OrderRef, PaymentNotification, PaymentOwner, TenantScope } from '@oms/domain';
import { beforeAll, describe, expect, it } from 'vitest';

import { flagOrder, restoreCapture, reverseCapture, type PaymentFact } from './payment-facts.js';
import {
  findPayingOrders,
  findPaymentNotifications,
  recordPaymentNotification,
} from './payment-notifications.js';
import { findOrderPayment, recordAuthorization, recordMovement } from './payment-records.js';
import { changeOrderStatus } from '../order-log/order-transitions.js';
import { present } from '../kit/present.js';
import { newScope, placeOrder, system } from '../testing/orders.js';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.js';

let test: TestDatabase;

beforeAll(async () => {
  test = await openTestDatabase();
  return () => test.close();
});

const actor: Actor = { type: 'system', id: 'payments' };

const said = (change: Partial<PaymentNotification> = {}): PaymentNotification => ({
  provider: 'adyen',
  eventId: randomUUID(),
  kind: 'captured',
  reference: `PSP${randomUUID()}`,
  occurredAt: '2026-11-21T10:00:00.000Z',
  ...change,
});

describe('recordPaymentNotification', () => {
  it('stores concurrent deliveries of a notification once, and keeps the sequence of notifications', async () => {
    const reference = `PSP${randomUUID()}`;
    const first = said({ reference, objectId: 'CAPTURE', amountMinor: 1_000, currency: 'USD' });
    const recorded = await Promise.all(
      Array.from({ length: 10 }, () => recordPaymentNotification(test.database, first)),
    );
    expect(recorded.filter(Boolean)).toHaveLength(1);
    const second = said({
      ...{ reference, kind: 'capture_failed', reason: 'Expired', operationKey: 'key' },
      owner: { kind: 'named', tenantId: randomUUID(), orgId: randomUUID() },
    });
    await recordPaymentNotification(test.database, second);
    await recordPaymentNotification(test.database, said());
    expect(await findPaymentNotifications(test.database, 'adyen', reference)).toEqual([first, second]);
    expect(await findPaymentNotifications(test.database, 'paypal', reference)).toEqual([]);
  });

  it('distinguishes equal event ids of different providers', async () => {
    const one = said();
    expect(await recordPaymentNotification(test.database, one)).toBe(true);
    expect(await recordPaymentNotification(test.database, { ...one, provider: 'stripe' })).toBe(true);
  });

  it.each(['UPDATE payment_notifications SET kind = kind', 'DELETE FROM payment_notifications'])(
    'stores notifications append-only: %s',
    async (sql) => {
      await recordPaymentNotification(test.database, said());
      await expect(test.owner.query(sql)).rejects.toThrow('append-only');
    },
  );
});

describe('a change of a payment that its provider reports', () => {
  const fact = (about: string): PaymentFact => ({ about, reason: 'Expired', data: {}, actor });
  const movement = ({ orderId }: OrderRef, operation: string, ordinal = 1) => ({
    idempotencyKey: `${orderId}:${operation}:${ordinal}`,
    amountMinor: 1_000,
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
    for (const about of ['DISPUTE-1', 'DISPUTE-1', 'DISPUTE-2']) {
      await flagOrder(test.database, order, 'disputed', fact(about));
    }
    const facts = await flagOrder(test.database, order, 'authorization_expired', fact('LAPSE'));
    expect(facts).toMatchObject({ flags: ['disputed', 'authorization_expired'] });
    expect(await typesOf(order, 'payment.disputed')).toHaveLength(2);
  });

  it('reaches the order that owns the payment and waiting orders of the same organisation', async () => {
    const owner = await paid();
    const { tenantId, orgId } = owner;
    const other = await placeOrder(test.database, { tenantId, orgId }, { paymentReference: owner.reference });
    const found = await findPayingOrders(test.database, { provider: 'stripe', reference: owner.reference });
    expect([...found].sort((one) => (one.isOwner ? -1 : 1))).toMatchObject([
      { orderId: owner.orderId, isOwner: true, status: 'confirmed', flags: [] },
      { orderId: other.orderId, isOwner: false, status: 'pending' },
    ]);
  });

  describe('a notification of a payment that orders of several tenants name', () => {
    const named = ({ tenantId, orgId }: TenantScope): PaymentOwner => ({ kind: 'named', tenantId, orgId });
    const tell = async (reference: string, owner?: PaymentOwner) =>
      (await findPayingOrders(test.database, { provider: 'stripe', reference, ...present('owner', owner) }))
        .map(({ orderId }) => orderId)
        .sort();

    async function rivals() {
      const reference = `pi_${randomUUID()}`;
      const scope = newScope();
      const place = (whose: TenantScope) => placeOrder(test.database, whose, { paymentReference: reference });
      const order = await place(scope);
      const sister = await place({ ...scope, orgId: randomUUID() });
      const stranger = await place(newScope());
      return { reference, scope, order, all: [order, sister, stranger].map(({ orderId }) => orderId).sort() };
    }

    it('reaches all of them while its owner is unknown', async () => {
      const { reference, all } = await rivals();
      expect(await tell(reference)).toEqual(all);
    });

    it('reaches only the organisation that it names or an earlier notification named', async () => {
      const { reference, scope, order, all } = await rivals();
      expect(await tell(reference, named(scope))).toEqual([order.orderId]);
      expect(await tell(reference)).toEqual(all);
      await recordPaymentNotification(test.database, {
        ...said({ provider: 'stripe', reference, owner: named(scope) }),
      });
      expect(await tell(reference)).toEqual([order.orderId]);
    });

    it('reaches only the organisation whose order claimed the payment, also if it names another', async () => {
      const { reference, order } = await rivals();
      await recordAuthorization(
        test.database,
        order,
        { ...movement(order, 'authorize'), moneyStepMinor: 1 },
        system,
      );
      expect(await tell(reference)).toEqual([order.orderId]);
      expect(await tell(reference, named(newScope()))).toEqual([order.orderId]);
    });

    it('reaches the order that claimed the payment among 20 newer orders of other tenants', async () => {
      const { reference, order } = await rivals();
      await recordAuthorization(
        test.database,
        order,
        { ...movement(order, 'authorize'), moneyStepMinor: 1 },
        system,
      );
      for (let count = 0; count < 20; count += 1) {
        await placeOrder(test.database, newScope(), { paymentReference: reference });
      }
      expect(await tell(reference)).toEqual([order.orderId]);
    });

    it('reaches no order if the owner is unreadable, and only orders that accept unnamed payments if it is unnamed', async () => {
      const { reference, order, all } = await rivals();
      expect(await tell(reference, { kind: 'unreadable' })).toEqual([]);
      await test.owner.query('UPDATE orders SET payments_require_metadata = true WHERE id = $1', [
        order.orderId,
      ]);
      expect(await tell(reference, { kind: 'unnamed' })).toEqual(all.filter((id) => id !== order.orderId));
    });
  });
});
