import {
  DoubtPhase,
  OrderStatus,
  PaymentNotificationKind,
  StatementOutcome,
  type OrderFlag,
  type OrderRef,
  type PayingOrder,
  type PaymentNotification,
  type PaymentOwner,
  type PaymentProviderName,
  type PaymentStatus,
} from '@oms/domain';

import type { Database } from '../kit/database.js';
import type { Prisma } from '../generated/client.js';
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
    },
    skipDuplicates: true,
  });
  return count > 0;
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
    provider,
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
    ...(row.kind === PaymentNotificationKind.Captured && isConfirmed(row.objectId)
      ? { isConfirmed: true }
      : {}),
  }));
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
 * The orders that a payment's notification may reach: the newest 20 that name the payment. At most one order owns it. The
 * others wait for the payment, or were refused because another order owns it. Orders that the payment's owner rules out are
 * excluded. Once an order has claimed the payment, so are the orders of other tenants and organisations. Their clients would
 * learn that the payment exists, and many of them could crowd out the owning order.
 */
export async function findPayingOrders(
  database: Database,
  payment: Pick<PaymentNotification, 'provider' | 'reference' | 'owner'>,
): Promise<readonly (PayingOrder & OrderRef)[]> {
  const { provider: paymentProvider, reference: paymentReference } = payment;
  const allowed = await thatMayPay(database, payment);
  const rows = await database.prisma.order.findMany({
    where: {
      paymentProvider,
      paymentReference,
      ...allowed,
      OR: [{ payment: { isNot: null } }, { status: { not: OrderStatus.Cancelled } }],
    },
    select: {
      ...{ id: true, tenantId: true, orgId: true, status: true, paymentStatus: true, flags: true },
      payment: { select: { orderId: true } },
    },
    orderBy: { createdAt: 'desc' },
    take: maxPayingOrders,
  });
  return rows.map((row) => ({
    orderId: row.id,
    tenantId: row.tenantId,
    orgId: row.orgId,
    isOwner: row.payment !== null,
    // Check constraints allow the domain's values only.
    status: row.status as OrderStatus,
    paymentStatus: row.paymentStatus as PaymentStatus,
    flags: row.flags as OrderFlag[],
  }));
}

/** The condition for orders that may pay with a payment, by its claimant or its owner. */
async function thatMayPay(
  database: Database,
  { provider, reference, owner }: Pick<PaymentNotification, 'provider' | 'reference' | 'owner'>,
): Promise<Prisma.OrderWhereInput> {
  const claimant = await findClaimant(database, { provider, reference });
  if (claimant) return { tenantId: claimant.tenantId, orgId: claimant.orgId };
  const kept = await database.prisma.paymentNotification.findFirst({
    where: { provider, reference, ownerKind: { not: null } },
    select: { ownerKind: true, ownerTenantId: true, ownerOrgId: true },
  });
  const known = owner ?? (kept ? ownerOf(kept) : undefined);
  switch (known?.kind) {
    case 'named':
      return { tenantId: known.tenantId, orgId: known.orgId };
    case 'unnamed':
      return { paymentsRequireMetadata: false };
    case 'unreadable':
      return { id: { in: [] } };
    case undefined:
      return {};
  }
}
