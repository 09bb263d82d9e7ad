import {
  DoubtPhase,
  OrderStatus,
  PaymentNotificationKind,
  StatementOutcome,
  type OrderFlag,
  type OrderRef,
  type PayingOrder,
  type PaymentNotification,
  type PaymentProviderName,
  type PaymentStatus,
} from '@oms/domain';

import type { Database } from './database.js';
import { present } from './present.js';

/**
 * Keeps what a provider said, once: the same event again changes nothing, whatever it says by then.
 *
 * @returns whether this call recorded it
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
 * What was received of a payment, in the order in which it was received, with what operators have confirmed of captures
 * that had failed.
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
    kind: row.kind as PaymentNotification['kind'], // Held to these words by a check constraint.
    reference: row.reference,
    occurredAt: row.occurredAt.toISOString(),
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

/** The provider's ids of the captures that operators have stated to have come true after all. */
async function findConfirmedCaptures(
  database: Database,
  paymentProvider: PaymentProviderName,
  paymentReference: string,
): Promise<readonly (string | null)[]> {
  const statements = await database.prisma.paymentStatement.findMany({
    where: {
      ...{ phase: DoubtPhase.TakenBack, outcome: StatementOutcome.Captured },
      order: { paymentProvider, paymentReference },
    },
    select: { providerObjectId: true },
  });
  return statements.map(({ providerObjectId }) => providerObjectId);
}

const maxPayingOrders = 20;

/**
 * The orders that name a payment, the newest first. One at most owns it; the others wait for it, or were refused since
 * another had it. Of more than anybody places by mistake, only the newest are told.
 */
export async function findPayingOrders(
  database: Database,
  payment: { readonly provider: PaymentProviderName; readonly reference: string },
): Promise<readonly (PayingOrder & OrderRef)[]> {
  const { provider: paymentProvider, reference: paymentReference } = payment;
  const rows = await database.prisma.order.findMany({
    where: {
      paymentProvider,
      paymentReference,
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
    // Held to the domain's words by check constraints.
    status: row.status as OrderStatus,
    paymentStatus: row.paymentStatus as PaymentStatus,
    flags: row.flags as OrderFlag[],
  }));
}
