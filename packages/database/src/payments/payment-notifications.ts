import {
  answeringKinds,
  DoubtPhase,
  OrderStatus,
  PaymentNotificationKind,
  StatementOutcome,
  type OrderRef,
  type PayingOrder,
  type PaymentNotification,
  type PaymentOwner,
  type PaymentProviderName,
  type PaymentStatus,
  type TenantScope,
} from '@oms/domain';

import type { Database } from '../kit/database.js';
import { Prisma, type PaymentNotification as NotificationRow } from '../generated/client.js';
import { changesOrder, owesRelease, owesSettlement } from '../order-log/order-standing.js';
import { findClaimant } from './payment-records.js';
import { present } from '../kit/present.js';

/**
 * Stores a notification of a provider. A repeated event id is a no-op, also with other content.
 *
 * @returns whether this call stored the notification
 */
export async function recordPaymentNotification(
  database: Database,
  notification: PaymentNotification,
): Promise<boolean> {
  const { count } = await database.prisma.paymentNotification.createMany({
    data: {
      provider: notification.provider,
      eventId: notification.eventId,
      kind: notification.kind,
      reference: notification.reference,
      occurredAt: new Date(notification.occurredAt),
      ...ownerColumns(notification.owner),
      ...present('objectId', notification.objectId),
      ...present('operationKey', notification.operationKey),
      ...present('amountMinor', notification.amountMinor),
      ...present('currency', notification.currency),
      ...present('reason', notification.reason),
      // No order owes the settlement of an answer.
      ...(answeringKinds.includes(notification.kind) ? { settledAt: new Date() } : {}),
    },
    skipDuplicates: true,
  });
  return count > 0;
}

/** A notification of the payment that an order has claimed. */
export interface UnsettledNotification {
  readonly id: bigint;
  /** Whether the notification changes the order's record. */
  readonly changesOrder: boolean;
  readonly notification: PaymentNotification;
}

const maxUnsettled = 100;

/**
 * The oldest 100 notifications of an order's payment that are not settled, in the sequence of their arrival. Those of a pending order
 * are left out that its own capture has to precede.
 */
export async function findUnsettledNotifications(
  { prisma }: Database,
  { tenantId, orgId, orderId }: OrderRef,
): Promise<readonly UnsettledNotification[]> {
  const rows = await prisma.$queryRaw<(KeptNotification & { changesOrder: boolean })[]>`
    SELECT ${columns}, ${changesOrder} AS "changesOrder"
    FROM orders
    JOIN payments ON payments.order_id = orders.id
    JOIN payment_notifications notified ON notified.provider = payments.provider AND notified.reference = payments.reference
    WHERE orders.id = ${orderId}::uuid AND orders.tenant_id = ${tenantId}::uuid AND orders.org_id = ${orgId}::uuid
      AND notified.settled_at IS NULL AND (orders.status <> ${OrderStatus.Pending} OR ${changesOrder})
    ORDER BY notified.id LIMIT ${maxUnsettled}`;
  return rows.map((row) => ({
    ...{ id: row.id, changesOrder: row.changesOrder },
    notification: notificationOf(row),
  }));
}

/** A row of `payment_notifications`, without the times of its arrival and its settlement. */
type KeptNotification = Omit<NotificationRow, 'receivedAt' | 'settledAt'>;

/** The columns of a row `notified` of `payment_notifications`, as {@link KeptNotification}. */
const columns = Prisma.sql`
  notified.id, notified.provider, notified.event_id AS "eventId", notified.kind, notified.reference,
  notified.owner_kind AS "ownerKind", notified.owner_tenant_id AS "ownerTenantId", notified.owner_org_id AS "ownerOrgId",
  notified.object_id AS "objectId", notified.operation_key AS "operationKey", notified.amount_minor AS "amountMinor",
  notified.currency, notified.reason, notified.occurred_at AS "occurredAt"`;

/** Marks a notification as settled. Idempotent. */
export async function markSettled({ prisma }: Database, id: bigint): Promise<void> {
  await prisma.paymentNotification.updateMany({
    where: { id, settledAt: null },
    data: { settledAt: new Date() },
  });
}

/**
 * The notifications of a payment, in the sequence of their arrival. `isConfirmed` marks captures that operators confirmed
 * after a failed one.
 */
export async function findPaymentNotifications(
  database: Database,
  provider: PaymentProviderName,
  reference: string,
): Promise<readonly PaymentNotification[]> {
  const rows = await database.prisma.paymentNotification.findMany({
    where: { provider, reference },
    orderBy: { id: 'asc' },
  });
  const confirmed = rows.some(({ kind }) => kind === PaymentNotificationKind.CaptureFailed)
    ? await findConfirmedCaptures(database, provider, reference)
    : [];
  const isConfirmed = (objectId: string | null): boolean => objectId !== null && confirmed.includes(objectId);
  return rows.map((row) => ({
    ...notificationOf(row),
    ...(row.kind === PaymentNotificationKind.Captured && isConfirmed(row.objectId)
      ? { isConfirmed: true }
      : {}),
  }));
}

export function notificationOf(row: KeptNotification): PaymentNotification {
  return {
    provider: row.provider as PaymentProviderName, // As a provider's reader wrote it.
    eventId: row.eventId,
    kind: row.kind as PaymentNotification['kind'], // A check constraint allows these values only.
    reference: row.reference,
    occurredAt: row.occurredAt.toISOString(),
    ...present('owner', ownerOf(row)),
    ...present('objectId', row.objectId),
    ...present('operationKey', row.operationKey),
    ...present('amountMinor', row.amountMinor === null ? null : Number(row.amountMinor)),
    ...present('currency', row.currency),
    ...present('reason', row.reason),
  };
}

function ownerColumns(owner: PaymentOwner | undefined) {
  if (!owner) return {};
  return owner.kind === 'named'
    ? { ownerKind: owner.kind, ownerTenantId: owner.tenantId, ownerOrgId: owner.orgId }
    : { ownerKind: owner.kind };
}

function ownerOf(row: {
  readonly ownerKind: string | null;
  readonly ownerTenantId: string | null;
  readonly ownerOrgId: string | null;
}): PaymentOwner | undefined {
  const { ownerTenantId: tenantId, ownerOrgId: orgId } = row;
  if (tenantId !== null && orgId !== null) return { kind: 'named', tenantId, orgId };
  return row.ownerKind === null ? undefined : { kind: row.ownerKind as 'unnamed' | 'unreadable' }; // A check constraint.
}

/** The provider's ids of second captures that operators have confirmed. */
async function findConfirmedCaptures(
  database: Database,
  paymentProvider: PaymentProviderName,
  paymentReference: string,
): Promise<readonly (string | null)[]> {
  const statements = await database.prisma.paymentStatement.findMany({
    where: {
      ...{ phase: DoubtPhase.CaptureReversed, outcome: StatementOutcome.Captured },
      order: { paymentProvider, paymentReference },
    },
    select: { providerObjectId: true },
  });
  return statements.map(({ providerObjectId }) => providerObjectId);
}

const maxPayingOrders = 20;

/**
 * The orders that a payment's notification may reach: the order that has claimed the payment, and the newest others that name
 * the payment, 20 in all. The others wait for the payment, were refused because another order owns it, or have to let go of it. Orders that the
 * payment's owner rules out are excluded. Once an order has claimed the payment, so are the orders of other tenants and
 * organisations. Their clients would learn that the payment exists, and many of them could crowd out the owning order.
 */
export async function findPayingOrders(
  database: Database,
  payment: Pick<PaymentNotification, 'provider' | 'reference' | 'owner'>,
): Promise<readonly (PayingOrder & OrderRef)[]> {
  const { provider, reference } = payment;
  const rows = await database.prisma.$queryRaw<PayingOrderRow[]>`
    SELECT orders.id, orders.tenant_id, orders.org_id, orders.status, orders.payment_status,
      ${owesSettlement} AS owes_settlement
    FROM orders LEFT JOIN payments ON payments.order_id = orders.id
    WHERE orders.payment_provider = ${provider} AND orders.payment_reference = ${reference}
      AND (payments.order_id IS NOT NULL OR orders.status <> ${OrderStatus.Cancelled} OR ${owesRelease})
      AND ${await mayPay(database, payment)}
    ORDER BY payments.order_id IS NULL, orders.status = ${OrderStatus.Cancelled}, orders.created_at DESC
    LIMIT ${maxPayingOrders}`;
  return rows.map((row) => ({
    orderId: row.id,
    tenantId: row.tenant_id,
    orgId: row.org_id,
    status: row.status,
    paymentStatus: row.payment_status,
    owesSettlement: row.owes_settlement,
  }));
}

interface PayingOrderRow {
  id: string;
  tenant_id: string;
  org_id: string;
  status: OrderStatus;
  payment_status: PaymentStatus;
  owes_settlement: boolean;
}

/** The condition for orders that may pay with a payment, by its claimant or its owner. */
async function mayPay(
  database: Database,
  { provider, reference, owner }: Pick<PaymentNotification, 'provider' | 'reference' | 'owner'>,
): Promise<Prisma.Sql> {
  const of = ({ tenantId, orgId }: TenantScope): Prisma.Sql =>
    Prisma.sql`orders.tenant_id = ${tenantId}::uuid AND orders.org_id = ${orgId}::uuid`;
  const claimant = await findClaimant(database, { provider, reference });
  if (claimant) return of(claimant);
  const kept = await database.prisma.paymentNotification.findFirst({
    where: { provider, reference, ownerKind: { not: null } },
    select: { ownerKind: true, ownerTenantId: true, ownerOrgId: true },
  });
  const known = owner ?? (kept ? ownerOf(kept) : undefined);
  switch (known?.kind) {
    case 'named':
      return of(known);
    case 'unnamed':
      return Prisma.sql`NOT orders.payments_require_metadata`;
    case 'unreadable':
      return Prisma.sql`false`;
    case undefined:
      return Prisma.sql`true`;
  }
}
