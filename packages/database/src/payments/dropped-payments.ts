import { OrderEventType, type Actor, type OrderRef, type PaymentProviderName } from '@oms/domain';

import type { Database } from '../kit/database.js';
import { append } from '../order-log/command-writing.js';
import { underOrderLock } from '../order-log/order-lock.js';

/** A payment that a draft named before its reference was changed, and that is not settled. */
export interface DroppedPayment {
  /** 1 for the first payment that the order dropped. */
  readonly ordinal: number;
  readonly provider: PaymentProviderName;
  readonly reference: string;
  /** Whether the tenant's settings required payments to name an owner when the order was recorded. */
  readonly mustBeNamed: boolean;
  /** Present once its release was decided. */
  readonly release?: DroppedRelease;
}

/** The release of a dropped payment: its hold is voided, or what the checkout captured is refunded. */
export interface DroppedRelease {
  readonly operation: 'void' | 'refund';
  readonly amountMinor: number;
  readonly currency: string;
}

/** Finds the payments that an order has dropped and not settled, the oldest first. */
export async function findDroppedPayments(
  { prisma }: Database,
  { orderId, tenantId, orgId }: OrderRef,
): Promise<readonly DroppedPayment[]> {
  const rows = await prisma.droppedPayment.findMany({
    where: { orderId, settledAt: null, order: { tenantId, orgId } },
    include: { order: { select: { paymentsRequireMetadata: true } } },
    orderBy: { ordinal: 'asc' },
  });
  return rows.map(({ ordinal, provider, reference, order, operation, amountMinor, currency }) => ({
    ...{ ordinal, reference, mustBeNamed: order.paymentsRequireMetadata },
    // Check constraints allow the values of the types only, and all three or none.
    provider: provider as PaymentProviderName,
    ...(operation !== null && amountMinor !== null && currency !== null
      ? {
          release: {
            operation: operation as DroppedRelease['operation'],
            amountMinor: Number(amountMinor),
            currency,
          },
        }
      : {}),
  }));
}

/**
 * Decides to release a dropped payment, before its provider is called.
 *
 * @returns `false` if an order has claimed the payment, or waits to take it: that order releases it
 */
export function decideDroppedRelease(
  database: Database,
  { orderId, ...ref }: OrderRef,
  { ordinal, provider, reference }: DroppedPayment,
  release: DroppedRelease,
): Promise<boolean> {
  return underOrderLock(database, { orderId, ...ref }, async (queries) => {
    const waiting = { paymentProvider: provider, paymentReference: reference };
    const takers =
      (await queries.payment.count({ where: { provider, reference } })) +
      (await queries.order.count({ where: { ...waiting, status: { in: ['draft', 'pending'] } } }));
    if (takers > 0) return false;
    await queries.droppedPayment.update({
      where: { orderId_ordinal: { orderId, ordinal } },
      data: { ...release },
    });
    return true;
  });
}

/** Records the end of a dropped payment: its release, with an event, or that nothing of it is released. Idempotent. */
export function settleDroppedPayment(
  database: Database,
  ref: OrderRef,
  { ordinal, reference }: DroppedPayment,
  {
    release,
    kept,
    actor,
  }: { readonly release?: DroppedRelease; readonly kept?: string; readonly actor: Actor },
): Promise<void> {
  const { orderId } = ref;
  return underOrderLock(database, ref, async (queries) => {
    const { count } = await queries.droppedPayment.updateMany({
      where: { orderId, ordinal, settledAt: null },
      data: { settledAt: new Date() },
    });
    if (count === 0) return;
    const event =
      kept === undefined
        ? release && { type: OrderEventType.PaymentReleased, data: { ...release, reference } }
        : { type: OrderEventType.PaymentUnusedKept, reason: kept, data: { reference } };
    if (event) await append(queries, { orderId, actor }, { event });
  });
}
