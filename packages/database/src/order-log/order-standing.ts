import type { OrderStanding, CancellationDecision } from '@oms/contracts/temporal';
import {
  answeringKinds,
  authorizationWarningMs,
  cancellableStatuses,
  CapturePolicy,
  flaggingKinds,
  OrderFlag,
  OrderStatus,
  PaymentNotificationKind,
  openReturnStatuses,
  ReturnStatus,
  type CancellationReason,
  type OrderFlag as Flag,
  type OrderRef,
  type PaymentStatus,
} from '@oms/domain';

import type { Database } from '../kit/database.js';
import { RowNotFoundError } from '../kit/database-error.js';
import { present } from '../kit/present.js';
import type { Queries } from '../kit/queries.js';
import { Prisma } from '../generated/client.js';

const { AuthorizationExpired, AuthorizationExpiring, CaptureDeclined, CaptureFailed, SettledElsewhere } =
  OrderFlag;

/** Whether a refund of a row of `orders` is still pending. */
export const owesRefund = Prisma.sql`
  EXISTS (SELECT FROM refunds WHERE refunds.order_id = orders.id AND refunds.status = 'pending')`;

/** Whether a capture for a shipment of a row of `orders` is requested and not answered. */
const owesCapture = Prisma.sql`
  EXISTS (SELECT FROM capture_requests WHERE capture_requests.order_id = orders.id AND capture_requests.status = 'pending')`;

/**
 * The time at which something is done about the authorisation of a row of `orders` that has not shipped, so that it does not
 * lapse; null where nothing is to be done, or was done already.
 */
const captureBy = Prisma.sql`
  (SELECT authorization_expires_at - ${authorizationWarningMs / 1_000} * interval '1 second' FROM payments
    WHERE payments.order_id = orders.id AND orders.capture_policy = ${CapturePolicy.AtShipment}
      AND orders.status IN (${Prisma.join([...cancellableStatuses])}) AND payments.captured_minor = 0 AND payments.voided_minor = 0
      AND NOT orders.flags && ${[AuthorizationExpiring, AuthorizationExpired, CaptureDeclined, SettledElsewhere]}::text[]
      AND NOT ${owesCapture})`;

/** An SQL condition: an operation at a provider, by its key, belongs to the row of `orders`. */
export const isOwnOperation = (operationKey: Prisma.Sql): Prisma.Sql => Prisma.sql`
  coalesce(starts_with(${operationKey}, orders.id::text || ':'), false)`;

const { Authorized, Captured, Refunded } = PaymentNotificationKind;

/**
 * Whether a row `notified` of `payment_notifications` changes the record of the row of `orders` that has claimed its payment,
 * the row of `payments`. An expected outcome only answers a step of the order. Not every provider names the origin of a
 * refund: the order's own refunds are told by the key of their operation. A capture changes an order whose ledger lacks it:
 * a cancelled order, one that captures when it ships, or one whose earlier capture failed, of which a `reason` tells too.
 */
export const changesOrder = Prisma.sql`
  CASE
    WHEN notified.kind IN (${Prisma.join([...answeringKinds])}) THEN false
    WHEN orders.status = ${OrderStatus.Pending} THEN notified.kind IN (${Prisma.join([...flaggingKinds])})
    WHEN notified.kind = ${Captured} THEN
      notified.reason IS NOT NULL
      OR orders.flags && ${[CaptureFailed, SettledElsewhere]}::text[]
      OR (payments.captured_minor = 0 AND (orders.status = ${OrderStatus.Cancelled} OR orders.capture_policy = ${CapturePolicy.AtShipment}))
    WHEN notified.kind = ${Refunded} THEN NOT ${isOwnOperation(Prisma.sql`notified.operation_key`)}
    ELSE true
  END`;

/** The number of notifications that say that the payment of a row of `orders` has money. */
export const notedMoney = Prisma.sql`
  (SELECT count(*)::int FROM payment_notifications noted
    WHERE noted.provider = orders.payment_provider AND noted.reference = orders.payment_reference
      AND noted.kind IN (${Authorized}, ${Captured}))`;

/**
 * Whether a row of `orders` does not take the payment that it names, and the payment may have money: the provider was not
 * asked since the order passed `pending`, or since the payment's last notification. A payment that was claimed, by this order
 * or another one, is its claimant's. A count of notifications, unlike the last id, is not overtaken by an insert that commits late.
 */
export const owesRelease = Prisma.sql`
  (orders.payment_reference IS NOT NULL AND orders.status NOT IN (${OrderStatus.Draft}, ${OrderStatus.Pending})
    AND NOT EXISTS (SELECT FROM payments WHERE payments.order_id = orders.id AND NOT payments.is_unused)
    AND (orders.unused_payment_seen IS NULL
      OR (orders.unused_payment_seen < ${notedMoney} AND NOT EXISTS (
        SELECT FROM payments
        WHERE payments.provider = orders.payment_provider AND payments.reference = orders.payment_reference))))`;

/**
 * Whether a row of `orders` owes the settlement of its payment: a notification of the payment that it has claimed changes its
 * record, or it has to release a payment that it does not take, or that it named before.
 */
export const owesSettlement = Prisma.sql`
  (EXISTS (
    SELECT FROM payments
    JOIN payment_notifications notified ON notified.provider = payments.provider AND notified.reference = payments.reference
    WHERE payments.order_id = orders.id AND notified.settled_at IS NULL AND ${changesOrder}
  ) OR ${owesRelease}
    OR EXISTS (SELECT FROM dropped_payments dropped WHERE dropped.order_id = orders.id AND dropped.settled_at IS NULL))`;

/** The columns of a row of `orders` that {@link standingOf} takes as they are. */
export const ownStandingColumns = Prisma.sql`
  orders.version, orders.status, orders.payment_status, orders.flags, orders.cancellation_reason, orders.cancelling`;

/** All that {@link standingOf} needs of a row of `orders`. */
export const standingColumns = Prisma.sql`
  ${ownStandingColumns},
  ${owesRefund} AS owes_refund, ${owesCapture} AS owes_capture, ${captureBy} AS capture_by, ${owesSettlement} AS owes_settlement,
  CASE WHEN orders.status = ${OrderStatus.Delivered} AND NOT EXISTS (
    SELECT FROM returns
    WHERE returns.order_id = orders.id AND returns.status IN (${Prisma.join([...openReturnStatuses])})
  ) THEN orders.delivered_at + orders.return_window_seconds * interval '1 second' END AS closes_at,
  (SELECT min(expires_at) FROM returns
    WHERE returns.order_id = orders.id AND returns.status = ${ReturnStatus.Approved}) AS return_expires_at`;

export interface StandingRow {
  version: number;
  status: OrderStatus;
  payment_status: PaymentStatus;
  flags: Flag[];
  cancellation_reason: CancellationReason | null;
  cancelling: CancellationDecision | null;
  owes_refund: boolean;
  owes_capture: boolean;
  owes_settlement: boolean;
  closes_at: Date | null;
  capture_by: Date | null;
  return_expires_at: Date | null;
}

export function standingOf(row: StandingRow): OrderStanding {
  return {
    version: row.version,
    status: row.status,
    paymentStatus: row.payment_status,
    flags: row.flags,
    owesRefund: row.owes_refund,
    owesCapture: row.owes_capture,
    owesSettlement: row.owes_settlement,
    ...present('cancellationReason', row.cancellation_reason),
    ...present('refusal', row.cancelling),
    ...present('closesAt', row.closes_at?.toISOString()),
    ...present('captureBy', row.capture_by?.toISOString()),
    ...present('returnExpiresAt', row.return_expires_at?.toISOString()),
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
