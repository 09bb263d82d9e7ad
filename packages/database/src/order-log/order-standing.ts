import type { OrderStanding, Refusal } from '@oms/contracts/temporal';
import {
  OrderStatus,
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

/** The columns of `orders` that {@link standingOf} needs. */
export const standingColumns = Prisma.sql`
  orders.version, orders.status, orders.payment_status, orders.cancellation_reason, orders.cancelling,
  ${owesRefund} AS owes_refund,
  CASE WHEN orders.status = ${OrderStatus.Delivered} AND NOT EXISTS (
    SELECT FROM returns
    WHERE returns.order_id = orders.id AND returns.status IN (${ReturnStatus.Requested}, ${ReturnStatus.Approved})
  ) THEN orders.delivered_at + orders.return_window_seconds * interval '1 second' END AS closes_at`;

export interface StandingRow {
  version: number;
  status: OrderStatus;
  payment_status: PaymentStatus;
  cancellation_reason: CancellationReason | null;
  cancelling: Refusal | null;
  owes_refund: boolean;
  closes_at: Date | null;
}

export function standingOf(row: StandingRow): OrderStanding {
  return {
    version: row.version,
    status: row.status,
    paymentStatus: row.payment_status,
    owesRefund: row.owes_refund,
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
