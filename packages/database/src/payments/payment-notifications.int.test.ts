import { randomUUID } from 'node:crypto';

import type {
  OrderRef,
  PaymentNotification,
  PaymentNotificationKind,
  PaymentOwner,
  TenantScope,
} from '@oms/domain';
import { beforeAll, describe, expect, it } from 'vitest';

import { createDatabase, type Database } from '../kit/database.js';
import { present } from '../kit/present.js';
import { findStanding } from '../order-log/order-standing.js';
import { changeOrderStatus } from '../order-log/order-transitions.js';
import { allOpenOrders, findOrderToStart } from '../orders/open-orders.js';
import { cancelOrder } from '../orders/order-cancellation.js';
import { newScope, placeOrder, system } from '../testing/orders.js';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.js';
import { reverseCapture } from './payment-facts.js';
import {
  findPayingOrders,
  findPaymentNotifications,
  findUnsettledNotifications,
  markSettled,
  recordPaymentNotification,
} from './payment-notifications.js';
import { recordAuthorization, recordMovement } from './payment-records.js';

let test: TestDatabase;
/** As the gateway opens it, which keeps notifications. */
let gateway: Database;

beforeAll(async () => {
  test = await openTestDatabase();
  gateway = createDatabase({ connectionString: test.urls.gateway, poolSize: 10 });
  return async () => {
    await gateway.close();
    await test.close();
  };
});

const said = (change: Partial<PaymentNotification> = {}): PaymentNotification => ({
  ...{ provider: 'stripe', eventId: randomUUID(), kind: 'captured', reference: `pi_${randomUUID()}` },
  occurredAt: '2026-11-21T10:00:00.000Z',
  ...change,
});

const keep = (change: Partial<PaymentNotification>) => recordPaymentNotification(gateway, said(change));

interface Order extends OrderRef {
  readonly reference: string;
}

const movement = ({ orderId }: OrderRef, operation: string) => ({
  idempotencyKey: `${orderId}:${operation}:1`,
  ...{ amountMinor: 1_000, chargeMinor: 1_000, ordinal: 1, providerObjectId: operation },
});

const claim = (order: OrderRef) =>
  recordAuthorization(test.database, order, { ...movement(order, 'authorize'), moneyStepMinor: 1 }, system);

async function placed(): Promise<Order> {
  const reference = `pi_${randomUUID()}`;
  return { ...(await placeOrder(test.database, newScope(), { paymentReference: reference })), reference };
}

async function authorized(): Promise<Order> {
  const order = await placed();
  await claim(order);
  return order;
}

async function paid(): Promise<Order> {
  const order = await authorized();
  await recordMovement(test.database, order, 'capture', movement(order, 'capture'), system);
  return order;
}

async function confirmed(): Promise<Order> {
  const order = await paid();
  const change = { from: 'pending', to: 'confirmed', event: 'order.confirmed', actor: system } as const;
  await changeOrderStatus(test.database, order, change);
  return order;
}

async function cancelled(made: Promise<Order>): Promise<Order> {
  const order = await made;
  await cancelOrder(test.database, order, { reason: 'cancellation_requested', detail: '' });
  return order;
}

async function uncaptured(): Promise<Order> {
  const order = await confirmed();
  await reverseCapture(test.database, order, { about: 'CAPTURE', data: {}, actor: system });
  return order;
}

const owes = async (order: OrderRef): Promise<boolean> =>
  (await findStanding(test.database, order)).owesSettlement;

describe('recordPaymentNotification', () => {
  it('stores concurrent deliveries of a notification once, and keeps the sequence of notifications', async () => {
    const reference = `PSP${randomUUID()}`;
    const first = said({
      provider: 'adyen',
      reference,
      objectId: 'CAPTURE',
      amountMinor: 1_000,
      currency: 'USD',
    });
    const recorded = await Promise.all(
      Array.from({ length: 10 }, () => recordPaymentNotification(gateway, first)),
    );
    expect(recorded.filter(Boolean)).toHaveLength(1);
    const second = said({
      ...{ provider: 'adyen', reference, kind: 'capture_failed', reason: 'Expired', operationKey: 'key' },
      owner: { kind: 'named', tenantId: randomUUID(), orgId: randomUUID() },
    });
    await recordPaymentNotification(gateway, second);
    await recordPaymentNotification(gateway, said());
    expect(await findPaymentNotifications(test.database, 'adyen', reference)).toEqual([first, second]);
    expect(await findPaymentNotifications(test.database, 'paypal', reference)).toEqual([]);
  });

  it('distinguishes equal event ids of different providers', async () => {
    const one = said();
    expect(await recordPaymentNotification(gateway, one)).toBe(true);
    expect(await recordPaymentNotification(gateway, { ...one, provider: 'paypal' })).toBe(true);
  });

  it.each(['UPDATE payment_notifications SET kind = kind', 'DELETE FROM payment_notifications'])(
    'stores notifications append-only: %s',
    async (sql) => {
      await recordPaymentNotification(gateway, said());
      await expect(test.owner.query(sql)).rejects.toThrow('append-only');
    },
  );
});

describe('a notification that is not settled', () => {
  const always: readonly PaymentNotificationKind[] = [
    'capture_failed',
    'refund_failed',
    'reversed',
    'dispute_opened',
    'dispute_withdrawn',
    'dispute_reinstated',
    'dispute_won',
    'dispute_lost',
  ];
  const never: readonly PaymentNotificationKind[] = [
    ...(['authorized', 'authorization_failed', 'voided', 'void_failed'] as const),
  ];
  const flagging: readonly PaymentNotificationKind[] = ['authorization_expired'];

  it.each([
    ['a pending order', authorized, flagging],
    ['a pending order with a recorded capture', paid, flagging],
    ['a confirmed order', confirmed, [...always, 'authorization_expired', 'refunded']],
    [
      'an order whose capture failed',
      uncaptured,
      [...always, 'authorization_expired', 'refunded', 'captured'],
    ],
    ['a cancelled order', () => cancelled(confirmed()), [...always, 'authorization_expired', 'refunded']],
    [
      'a cancelled order without a capture',
      () => cancelled(authorized()),
      [...always, 'authorization_expired', 'refunded', 'captured'],
    ],
    ['an order that has not claimed the payment', placed, []],
  ] as const)('is owed by %s where it changes the record', async (_, make, expected) => {
    const kinds: readonly PaymentNotificationKind[] = [
      ...never,
      ...always,
      ...(['authorization_expired', 'captured', 'refunded'] as const),
    ];
    const owed: PaymentNotificationKind[] = [];
    for (const kind of kinds) {
      const order = await make();
      await keep({ kind, reference: order.reference });
      if (await owes(order)) owed.push(kind);
      const [told] = await findPayingOrders(gateway, { provider: 'stripe', reference: order.reference });
      expect(told?.owesSettlement ?? false).toBe(await owes(order));
    }
    expect(owed.sort()).toEqual([...expected].sort());
  });

  it('of a capture with a reason → is owed by a confirmed order', async () => {
    const order = await confirmed();
    await keep({ reference: order.reference, reason: 'captured again' });
    expect(await owes(order)).toBe(true);
  });

  it('of a refund → is not owed by the order that requested it', async () => {
    const order = await confirmed();
    await keep({ kind: 'refunded', reference: order.reference, operationKey: `${order.orderId}:refund:1` });
    expect(await owes(order)).toBe(false);
    await keep({ kind: 'refunded', reference: order.reference, operationKey: 'another:refund:1' });
    expect(await owes(order)).toBe(true);
  });

  it('of the same reference at another provider → is not owed', async () => {
    const order = await confirmed();
    await keep({ provider: 'adyen', kind: 'dispute_opened', reference: order.reference });
    expect(await owes(order)).toBe(false);
  });

  it('is found in the sequence of arrival, and once only until it is marked', async () => {
    const order = await confirmed();
    const { reference } = order;
    const kinds = ['captured', 'dispute_opened', 'voided', 'refunded'] as const;
    for (const kind of kinds) await keep({ kind, reference, eventId: `${kind} of ${reference}` });
    const unsettled = await findUnsettledNotifications(test.database, order);
    expect(unsettled).toMatchObject([
      { changesOrder: false, notification: { kind: 'captured', eventId: `captured of ${reference}` } },
      { changesOrder: true, notification: { kind: 'dispute_opened' } },
      { changesOrder: true, notification: { kind: 'refunded' } },
    ]);
    for (const { id } of unsettled) await markSettled(test.database, id);
    expect(await findUnsettledNotifications(test.database, order)).toEqual([]);
    expect(await owes(order)).toBe(false);
    // A delivery that comes again is the same notification, which is settled.
    await keep({ kind: 'dispute_opened', reference, eventId: `dispute_opened of ${reference}` });
    expect(await owes(order)).toBe(false);
    for (const { id } of unsettled) await markSettled(test.database, id);
  });

  it('has all that the provider said', async () => {
    const order = await confirmed();
    const { reference, tenantId, orgId } = order;
    const whole = said({
      ...{ kind: 'refunded', reference, objectId: 're_1', operationKey: 'key', amountMinor: 500 },
      ...{ currency: 'USD', reason: 'asked for', owner: { kind: 'named', tenantId, orgId } },
    });
    const least = said({ kind: 'dispute_opened', reference });
    for (const each of [whole, least]) await recordPaymentNotification(gateway, each);
    const unsettled = await findUnsettledNotifications(test.database, order);
    expect(unsettled.map(({ notification }) => notification)).toEqual([whole, least]);
  });

  it('waits for the capture of a pending order, but for what only flags it', async () => {
    const order = await paid();
    const { reference } = order;
    for (const kind of ['dispute_opened', 'authorization_expired'] as const) await keep({ kind, reference });
    const kindsOf = async () =>
      (await findUnsettledNotifications(test.database, order)).map(({ notification: { kind } }) => kind);
    expect(await kindsOf()).toEqual(['authorization_expired']);
    const change = { from: 'pending', to: 'confirmed', event: 'order.confirmed', actor: system } as const;
    await changeOrderStatus(test.database, order, change);
    expect(await kindsOf()).toEqual(['dispute_opened', 'authorization_expired']);
  });

  it('→ an order that has ended is open again, until it is settled', async () => {
    const order = await cancelled(confirmed());
    const isOpen = async () => {
      const open: string[] = [];
      for await (const { orderId } of allOpenOrders(test.database, order)) open.push(orderId);
      const record = await findOrderToStart(test.database, order);
      expect(open).toEqual(record?.isOpen === true ? [order.orderId] : []);
      return record?.isOpen;
    };
    expect(await isOpen()).toBe(false);
    await keep({ kind: 'dispute_opened', reference: order.reference });
    expect(await isOpen()).toBe(true);
    for (const { id } of await findUnsettledNotifications(test.database, order))
      await markSettled(test.database, id);
    expect(await isOpen()).toBe(false);
  });
});

describe('findPayingOrders', () => {
  it('finds the order that owns the payment and waiting orders of the same organisation', async () => {
    const owner = await confirmed();
    const { tenantId, orgId, reference } = owner;
    const other = await placeOrder(test.database, { tenantId, orgId }, { paymentReference: reference });
    expect(await findPayingOrders(gateway, { provider: 'stripe', reference })).toMatchObject([
      { orderId: owner.orderId, status: 'confirmed', paymentStatus: 'captured' },
      { orderId: other.orderId, status: 'pending', paymentStatus: 'pending' },
    ]);
  });

  it('finds at most 20 orders, of them the order that owns the payment, however many are newer', async () => {
    const owner = await confirmed();
    const { tenantId, orgId, reference } = owner;
    for (let count = 0; count < 25; count += 1)
      await placeOrder(test.database, { tenantId, orgId }, { paymentReference: reference });
    const found = await findPayingOrders(gateway, { provider: 'stripe', reference });
    expect(found).toHaveLength(20);
    expect(found[0]?.orderId).toBe(owner.orderId);
  });
});

describe('a notification of a payment that orders of several tenants name', () => {
  const named = ({ tenantId, orgId }: TenantScope): PaymentOwner => ({ kind: 'named', tenantId, orgId });
  const tell = async (reference: string, owner?: PaymentOwner) =>
    (await findPayingOrders(gateway, { provider: 'stripe', reference, ...present('owner', owner) }))
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
    await keep({ reference, owner: named(scope) });
    expect(await tell(reference)).toEqual([order.orderId]);
  });

  it('reaches only the organisation whose order claimed the payment, also if it names another', async () => {
    const { reference, order } = await rivals();
    await claim(order);
    expect(await tell(reference)).toEqual([order.orderId]);
    expect(await tell(reference, named(newScope()))).toEqual([order.orderId]);
  });

  it('reaches the order that claimed the payment among 20 newer orders of other tenants', async () => {
    const { reference, order } = await rivals();
    await claim(order);
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
