import type { OrderStanding, CancellationDecision } from '@oms/contracts/temporal';
import {
  answeringKinds,
  flaggingKinds,
  OrderFlag,
  OrderStatus,
  PaymentNotificationKind,
  ReturnStatus,
  type CancellationReason,
  type OrderRef,
  type PaymentStatus,
} from '@oms/domain';

import type { Database } from '../kit/database.js';
import { RowNotFoundError } from '../kit/database-error.js';
import { present } from '../kit/present.js';
import type { Queries } from '../kit/queries.js';
import { Prisma } from '../generated/client.js';

/** Whether a refund of a row of `orders` is still pending. */
export const owesRefund = Prisma.sql`
  EXISTS (SELECT FROM refunds WHERE refunds.order_id = orders.id AND refunds.status = 'pending')`;

/** An SQL condition: an operation at a provider, by its key, belongs to the row of `orders`. */
export const isOwnOperation = (operationKey: Prisma.Sql): Prisma.Sql => Prisma.sql`
  coalesce(starts_with(${operationKey}, orders.id::text || ':'), false)`;

const { Captured, Refunded } = PaymentNotificationKind;

/**
 * Whether a row `notified` of `payment_notifications` changes the record of the row of `orders` that has claimed its payment,
 * the row of `payments`. An expected outcome only answers a step of the order. Not every provider names the origin of a
 * refund: the order's own refunds are told by the key of their operation. A capture changes an order whose ledger lacks it:
 * a cancelled order, or one whose earlier capture failed, of which a `reason` tells too.
 */
export const changesOrder = Prisma.sql`
  CASE
    WHEN notified.kind IN (${Prisma.join([...answeringKinds])}) THEN false
    WHEN orders.status = ${OrderStatus.Pending} THEN notified.kind IN (${Prisma.join([...flaggingKinds])})
    WHEN notified.kind = ${Captured} THEN
      notified.reason IS NOT NULL
      OR orders.flags && ${[OrderFlag.CaptureFailed, OrderFlag.SettledElsewhere]}::text[]
      OR (orders.status = ${OrderStatus.Cancelled} AND payments.captured_minor = 0)
    WHEN notified.kind = ${Refunded} THEN NOT ${isOwnOperation(Prisma.sql`notified.operation_key`)}
    ELSE true
  END`;

/** Whether a notification of the payment that a row of `orders` has claimed changes its record and is not settled. */
export const owesSettlement = Prisma.sql`
  EXISTS (
    SELECT FROM payments
    JOIN payment_notifications notified ON notified.provider = payments.provider AND notified.reference = payments.reference
    WHERE payments.order_id = orders.id AND notified.settled_at IS NULL AND ${changesOrder}
  )`;

/** The columns of `orders` that {@link standingOf} needs. */
export const standingColumns = Prisma.sql`
  orders.version, orders.status, orders.payment_status, orders.cancellation_reason, orders.cancelling,
  ${owesRefund} AS owes_refund, ${owesSettlement} AS owes_settlement,
  CASE WHEN orders.status = ${OrderStatus.Delivered} AND NOT EXISTS (
    SELECT FROM returns
    WHERE returns.order_id = orders.id AND returns.status IN (${ReturnStatus.Requested}, ${ReturnStatus.Approved})
  ) THEN orders.delivered_at + orders.return_window_seconds * interval '1 second' END AS closes_at`;

export interface StandingRow {
  version: number;
  status: OrderStatus;
  payment_status: PaymentStatus;
  cancellation_reason: CancellationReason | null;
  cancelling: CancellationDecision | null;
  owes_refund: boolean;
  owes_settlement: boolean;
  closes_at: Date | null;
}

export function standingOf(row: StandingRow): OrderStanding {
  return {
    version: row.version,
    status: row.status,
    paymentStatus: row.payment_status,
    owesRefund: row.owes_refund,
    owesSettlement: row.owes_settlement,
    ...present('cancellationReason', row.cancellation_reason),
    ...present('refusal', row.cancelling),
    ...present('closesAt', row.closes_at?.toISOString()),
  };
}

/**
 * Reads the standing of an order, with the steps that it still owes.
 *
 * @throws RowNotFoundError for an unknown order
 */
export async function readStanding(queries: Queries, ref: OrderRef): Promise<OrderStanding> {
  const [row] = await queries.$queryRaw<StandingRow[]>`
    SELECT ${standingColumns} FROM orders
    WHERE id = ${ref.orderId}::uuid AND tenant_id = ${ref.tenantId}::uuid AND org_id = ${ref.orgId}::uuid`;
  if (!row) throw new RowNotFoundError(`there is no order ${ref.orderId}`);
  return standingOf(row);
}

/** See {@link readStanding}. */
export function findStanding(database: Database, ref: OrderRef): Promise<OrderStanding> {
  return readStanding(database.prisma, ref);
}
