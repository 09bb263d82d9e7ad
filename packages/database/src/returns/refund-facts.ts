import {
  isRefundedUnshipped,
  OrderEventType,
  OrderFlag,
  PaymentStatus,
  ReturnStatus,
  type Actor,
  type OrderFacts,
  type OrderRef,
} from '@oms/domain';

import { append } from '../order-log/command-writing.js';
import type { Database } from '../kit/database.js';
import { RowNotFoundError } from '../kit/database-error.js';
import { Prisma } from '../generated/client.js';
import { underOrderLock } from '../order-log/order-lock.js';
import { readOrderFacts } from '../order-log/order-facts-reader.js';
import { isOwnOperation } from '../order-log/order-standing.js';
import type { Queries } from '../kit/queries.js';

/** The provider's state of a refund of an order's payment. */
export interface RefundAtProvider {
  readonly refundId: string;
  readonly amountMinor: number;
  readonly state: 'succeeded' | 'pending' | 'failed';
  /** The key of our own call, if the provider repeats it. A refund of this order is recorded by the order's own step. */
  readonly operationKey?: string;
  readonly reason?: string;
}

interface RecordedEntry {
  readonly operation: string;
  readonly providerObjectId: string;
}

/**
 * Reconciles an order's ledger with all refunds at its provider. Reverses recorded refunds that failed, and records refunds
 * that were made at the provider itself. Idempotent: each refund is recorded once, in any sequence of calls.
 *
 * @returns the order state, or `undefined` if the ledger agreed already
 * @throws RowNotFoundError if there is no such order
 */
export function reconcileRefunds(
  database: Database,
  ref: OrderRef,
  refunds: readonly RefundAtProvider[],
  actor: Actor,
): Promise<OrderFacts | undefined> {
  return underOrderLock(database, ref, async (queries) => {
    const ownKeys = await findOwnKeys(queries, ref, refunds);
    const entries = await queries.paymentLedgerEntry.findMany({
      where: { orderId: ref.orderId, operation: { in: ['refund', 'refund_elsewhere', 'refund_failed'] } },
      select: { operation: true, providerObjectId: true },
    });
    const failed = refunds.filter((refund) => refund.state === 'failed' && isRecorded(entries, refund));
    const foreign = refunds.filter(
      (refund) =>
        refund.state === 'succeeded' && !ownKeys.has(refund.operationKey) && !wasRecorded(entries, refund),
    );
    // Failed refunds first: their reversal makes room for the refunds that replace them.
    for (const refund of failed) await takeRefundBack(queries, ref, refund, actor);
    for (const refund of foreign) await recordForeignRefund(queries, ref, refund, actor);
    return failed.length + foreign.length > 0 ? readOrderFacts(queries, ref) : undefined;
  });
}

/** The keys of refunds that this system made for the order. */
async function findOwnKeys(
  queries: Queries,
  { orderId }: OrderRef,
  refunds: readonly RefundAtProvider[],
): Promise<ReadonlySet<string | undefined>> {
  const keys = refunds.flatMap(({ operationKey }) => operationKey ?? []);
  const [row] = await queries.$queryRaw<{ own: readonly string[] }[]>`
    SELECT array(SELECT key FROM unnest(${keys}::text[]) key WHERE ${isOwnOperation(Prisma.sql`key`)}) AS own
    FROM orders WHERE id = ${orderId}::uuid`;
  if (!row) throw new RowNotFoundError(`there is no order ${orderId}`);
  return new Set(row.own);
}

const hasEntry = (
  entries: readonly RecordedEntry[],
  { refundId }: RefundAtProvider,
  isIt: (operation: string) => boolean,
): boolean =>
  entries.some(({ operation, providerObjectId }) => providerObjectId === refundId && isIt(operation));

function wasRecorded(entries: readonly RecordedEntry[], refund: RefundAtProvider): boolean {
  return hasEntry(entries, refund, (operation) => operation !== 'refund_failed');
}

function isRecorded(entries: readonly RecordedEntry[], refund: RefundAtProvider): boolean {
  return (
    wasRecorded(entries, refund) && !hasEntry(entries, refund, (operation) => operation === 'refund_failed')
  );
}

/** Compensates the ledger entry of a failed refund. Marks our refund, if any, as failed and its return as `received`. */
async function takeRefundBack(
  queries: Queries,
  ref: OrderRef,
  {
    refundId: providerObjectId,
    reason = 'the provider reports that the refund has failed',
  }: RefundAtProvider,
  actor: Actor,
): Promise<void> {
  const recorded = await queries.paymentLedgerEntry.findFirstOrThrow({
    where: { orderId: ref.orderId, providerObjectId, operation: { in: ['refund', 'refund_elsewhere'] } },
  });
  const amountMinor = Number(recorded.amountMinor);
  await appendEntry(queries, ref, 'refund_failed', { amountMinor, providerObjectId });
  const refund = await queries.refund.findFirst({
    where: {
      orderId: ref.orderId,
      ordinal: recorded.operation === 'refund' ? recorded.ordinal : 0,
      status: 'succeeded',
    },
  });
  if (refund) {
    await queries.refund.update({ where: { id: refund.id }, data: { status: 'failed', failure: reason } });
  }
  if (refund?.returnId) {
    await queries.return.update({ where: { id: refund.returnId }, data: { status: ReturnStatus.Received } });
  }
  await appendMoved(queries, ref, {
    type: OrderEventType.PaymentRefundFailed,
    reason,
    actor,
    data: { amountMinor, providerObjectId, ...(refund ? { refundId: refund.id } : {}) },
    flags: Prisma.sql`array_remove(${flagsWithRefundFailed}, ${OrderFlag.RefundedUnshipped}::text)`,
  });
}

async function recordForeignRefund(
  queries: Queries,
  ref: OrderRef,
  { refundId: providerObjectId, amountMinor }: RefundAtProvider,
  actor: Actor,
): Promise<void> {
  await appendEntry(queries, ref, 'refund_elsewhere', { amountMinor, providerObjectId });
  const isUnshipped = isRefundedUnshipped({
    ...(await readOrderFacts(queries, ref)),
    refundedMinor: await readRefundedMinor(queries, ref),
  });
  await appendMoved(queries, ref, {
    type: OrderEventType.PaymentRefundedElsewhere,
    actor,
    data: { amountMinor, providerObjectId },
    flags: isUnshipped
      ? Prisma.sql`array_append(array_remove(${flagsAfterRefund(ref)}, ${OrderFlag.RefundedUnshipped}::text), ${OrderFlag.RefundedUnshipped}::text)`
      : flagsAfterRefund(ref),
  });
}

/** The refunded sum of the ledger. A refund that is only requested may yet fail. */
async function readRefundedMinor(queries: Queries, { orderId }: OrderRef): Promise<number> {
  const { refundedMinor } = await queries.payment.findUniqueOrThrow({ where: { orderId } });
  return Number(refundedMinor);
}

/** An order's flags with `refund_failed`. */
export const flagsWithRefundFailed = Prisma.sql`
  CASE WHEN ${OrderFlag.RefundFailed}::text = ANY (orders.flags) THEN orders.flags
    ELSE array_append(orders.flags, ${OrderFlag.RefundFailed}::text) END`;

/**
 * An order's flags after a recorded refund. `refund_failed` goes once later refunds reach the failed amount, `overpaid` once no
 * more than the total is left. Reads the ledger from before the statement that contains this expression.
 */
export function flagsAfterRefund({ orderId }: Pick<OrderRef, 'orderId'>): Prisma.Sql {
  const withoutOverpaid = Prisma.sql`
    CASE WHEN (SELECT captured_minor - refunded_minor <= orders.total_minor FROM payments WHERE order_id = ${orderId}::uuid)
      THEN array_remove(orders.flags, ${OrderFlag.Overpaid}::text) ELSE orders.flags END`;
  return Prisma.sql`CASE WHEN (
      WITH entries AS (
        SELECT * FROM payment_ledger WHERE order_id = ${orderId}::uuid
      ), failures AS (
        SELECT amount_minor, recorded_at AS failed_at FROM entries WHERE operation = 'refund_failed'
        UNION ALL
        -- Declined at once: the ledger has no entry of such a refund.
        SELECT amount_minor, settled_at FROM refunds
        WHERE order_id = ${orderId}::uuid AND status = 'failed'
          AND NOT EXISTS (SELECT FROM entries WHERE operation = 'refund' AND entries.ordinal = refunds.ordinal)
      )
      SELECT coalesce(sum(failures.amount_minor), 0) <= (
        SELECT coalesce(sum(amount_minor), 0) FROM entries given
        WHERE operation IN ('refund', 'refund_elsewhere') AND recorded_at >= (SELECT min(failed_at) FROM failures)
          AND NOT EXISTS (SELECT FROM entries failed WHERE failed.operation = 'refund_failed'
            AND failed.provider_object_id = given.provider_object_id))
      FROM failures)
    THEN array_remove(${withoutOverpaid}, ${OrderFlag.RefundFailed}::text) ELSE ${withoutOverpaid} END`;
}

/** Appends the event and sets the payment's status by its sums, which include the new entry. Unpaid payments keep theirs. */
async function appendMoved(
  queries: Queries,
  { orderId }: OrderRef,
  moved: {
    readonly type: OrderEventType;
    readonly reason?: string;
    readonly actor: Actor;
    readonly data: Readonly<Record<string, unknown>>;
    readonly flags: Prisma.Sql;
  },
): Promise<void> {
  const { type, reason, actor, data, flags } = moved;
  const order = await queries.order.findUniqueOrThrow({ where: { id: orderId }, include: { payment: true } });
  const { paymentStatus: before, payment } = order;
  const after = statusBySums(before, payment?.capturedMinor ?? 0n, payment?.refundedMinor ?? 0n);
  await append(
    queries,
    { orderId, actor },
    {
      set: Prisma.sql`flags = ${flags}, payment_status = ${after},`,
      event: { type, reason, data, from: Prisma.sql`${before}`, to: Prisma.sql`${after}` },
    },
  );
}

function statusBySums(before: string, captured: bigint, refunded: bigint): string {
  if (captured === 0n || before === PaymentStatus.Failed) return before;
  if (refunded === 0n) return PaymentStatus.Captured;
  return refunded < captured ? PaymentStatus.PartiallyRefunded : PaymentStatus.Refunded;
}

/** Call under the order's lock. */
async function appendEntry(
  queries: Queries,
  { orderId }: OrderRef,
  operation: 'refund_elsewhere' | 'refund_failed',
  movement: { readonly amountMinor: number; readonly providerObjectId: string },
): Promise<void> {
  const ordinal = (await queries.paymentLedgerEntry.count({ where: { orderId, operation } })) + 1;
  const idempotencyKey = `${orderId}:${operation}:${ordinal}`;
  await queries.paymentLedgerEntry.create({
    data: { orderId, operation, ordinal, idempotencyKey, ...movement },
  });
}
