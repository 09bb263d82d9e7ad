import {
  OrderEventType,
  OrderFlag,
  PaymentStatus,
  ReturnStatus,
  type Actor,
  type LineQuantity,
  type OrderRef,
} from '@oms/domain';

import type { Database } from '../kit/database.js';
import { Prisma } from '../generated/client.js';
import { appendEvent } from '../order-log/order-event-sql.js';
import { underOrderLock } from '../order-log/order-lock.js';
import type { Queries } from '../kit/queries.js';
import { readLedgerFlags, withFlags } from '../payments/ledger-flags.js';
import type { Movement } from '../payments/payment-records.js';

/** A requested refund. */
export interface RefundRecord {
  readonly id: string;
  readonly ordinal: number;
  readonly amountMinor: number;
  readonly lines: readonly LineQuantity[];
  readonly returnId?: string;
}

/** The oldest refund of an order that no provider has answered yet. */
export function findPendingRefund(database: Database, ref: OrderRef): Promise<RefundRecord | undefined> {
  return readPendingRefund(database.prisma, ref);
}

/** See {@link findPendingRefund}. */
export async function readPendingRefund(
  queries: Queries,
  { orderId, tenantId, orgId }: OrderRef,
): Promise<RefundRecord | undefined> {
  const row = await queries.refund.findFirst({
    where: { status: 'pending', order: { id: orderId, tenantId, orgId } },
    orderBy: { ordinal: 'asc' },
  });
  if (!row) return undefined;
  return {
    id: row.id,
    ordinal: row.ordinal,
    amountMinor: Number(row.amountMinor),
    lines: row.lines as unknown as readonly LineQuantity[], // The refund command wrote this JSON.
    ...(row.returnId === null ? {} : { returnId: row.returnId }),
  };
}

/** Records a successful refund, in the ledger and on the refund. Idempotent. */
export async function settleRefund(
  database: Database,
  ref: OrderRef,
  settled: { readonly refund: RefundRecord; readonly movement: Movement; readonly actor: Actor },
): Promise<void> {
  const { refund, movement } = settled;
  await underOrderLock(database, ref, async (queries) => {
    // The refund first: a pending refund and its ledger entry together would count twice.
    if (!(await closeRefund(queries, refund))) return;
    await queries.paymentLedgerEntry.create({
      data: {
        orderId: ref.orderId,
        operation: 'refund',
        ordinal: refund.ordinal,
        idempotencyKey: movement.idempotencyKey,
        amountMinor: movement.amountMinor,
        providerObjectId: movement.providerObjectId,
      },
    });
    await appendRefunded(queries, ref, settled);
  });
}

/** Marks a pending refund as succeeded and its return as refunded. @returns `false` if the refund was not pending */
export async function closeRefund(queries: Queries, refund: RefundRecord): Promise<boolean> {
  const { count } = await queries.refund.updateMany({
    where: { id: refund.id, status: 'pending' },
    data: { status: 'succeeded', settledAt: new Date() },
  });
  if (count === 0) return false;
  if (refund.returnId !== undefined) {
    await queries.return.update({ where: { id: refund.returnId }, data: { status: ReturnStatus.Refunded } });
  }
  return true;
}

/** Call after the ledger entry, which the payment's sums must include. */
async function appendRefunded(
  queries: Queries,
  ref: OrderRef,
  { refund, movement, actor }: Parameters<typeof settleRefund>[2],
): Promise<void> {
  const flags = withFlags(await readLedgerFlags(queries, ref));
  await queries.$queryRaw`
      WITH moved AS (
        UPDATE orders SET
          payment_status = CASE WHEN payments.refunded_minor < payments.captured_minor
            THEN ${PaymentStatus.PartiallyRefunded} ELSE ${PaymentStatus.Refunded} END,
          flags = ${flags}, version = orders.version + 1, updated_at = now()
        FROM payments, orders before
        WHERE orders.id = ${ref.orderId}::uuid AND payments.order_id = orders.id AND before.id = orders.id
        RETURNING orders.id, orders.tenant_id, orders.org_id, orders.version, orders.payment_status,
          before.payment_status AS payment_status_before
      ), ${appendEvent({
        type: OrderEventType.PaymentRefunded,
        from: Prisma.sql`payment_status_before`,
        to: Prisma.sql`moved.payment_status`,
        actor,
        data: {
          refundId: refund.id,
          amountMinor: movement.amountMinor,
          providerObjectId: movement.providerObjectId,
        },
      })}
      SELECT version FROM moved`;
}

/** The payment's status after a refused refund: the refusal resolves an unknown outcome, and keeps any other status. */
const settledStatus = Prisma.sql`
  CASE WHEN before.payment_status <> ${PaymentStatus.Unknown} THEN before.payment_status
    WHEN payments.refunded_minor > 0 THEN ${PaymentStatus.PartiallyRefunded} ELSE ${PaymentStatus.Captured} END`;

/** Records that the provider refused a refund, and flags the order: its customer does not have the money. Idempotent. */
export async function failRefund(
  database: Database,
  ref: OrderRef,
  failed: { readonly refund: RefundRecord; readonly reason: string; readonly actor: Actor },
): Promise<void> {
  const { refund, reason, actor } = failed;
  await underOrderLock(database, ref, async (queries) => {
    // By the database's clock, as the entries of the ledger that follow.
    const count = await queries.$executeRaw`
      UPDATE refunds SET status = 'failed', failure = ${reason}, settled_at = now()
      WHERE id = ${refund.id}::uuid AND status = 'pending'`;
    if (count === 0) return;
    const { raised, cleared } = await readLedgerFlags(queries, ref);
    // The order has money again for the units that are left to ship.
    const flags = withFlags({ raised, cleared: [...cleared, OrderFlag.RefundedUnshipped] });
    await queries.$queryRaw`
      WITH moved AS (
        UPDATE orders SET payment_status = ${settledStatus}, flags = ${flags}, version = orders.version + 1, updated_at = now()
        FROM payments, orders before
        WHERE orders.id = ${ref.orderId}::uuid AND payments.order_id = orders.id AND before.id = orders.id
        RETURNING orders.id, orders.tenant_id, orders.org_id, orders.version, orders.payment_status,
          before.payment_status AS payment_status_before
      ), ${appendEvent({
        type: OrderEventType.RefundFailed,
        from: Prisma.sql`nullif(payment_status_before, moved.payment_status)`,
        to: Prisma.sql`nullif(moved.payment_status, payment_status_before)`,
        reason,
        actor,
        data: { refundId: refund.id, amountMinor: refund.amountMinor },
      })}
      SELECT version FROM moved`;
  });
}
