import { randomUUID } from 'node:crypto';

import {
  isRefundedUnshipped,
  OrderEventType,
  OrderFlag,
  PaymentStatus,
  ReturnStatus,
  type Actor,
  type LedgerFlags,
  type OrderFacts,
  type OrderRef,
} from '@oms/domain';

import { append, nextOrdinal } from '../order-log/command-writing.js';
import type { Database } from '../kit/database.js';
import { RowNotFoundError } from '../kit/database-error.js';
import { Prisma } from '../generated/client.js';
import { appendToLedger } from '../payments/ledger-entries.js';
import { readLedgerFlags, withFlags } from '../payments/ledger-flags.js';
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
  await appendToLedger(queries, ref, 'refund_failed', { amountMinor, providerObjectId });
  const refund = await queries.refund.findFirst({
    where: {
      ...{ orderId: ref.orderId, status: 'succeeded' },
      ...(recorded.operation === 'refund'
        ? { ordinal: recorded.ordinal, providerRefundId: null }
        : { providerRefundId: providerObjectId }),
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
    cleared: [OrderFlag.RefundedUnshipped],
  });
}

async function recordForeignRefund(
  queries: Queries,
  ref: OrderRef,
  { refundId: providerObjectId, amountMinor }: RefundAtProvider,
  actor: Actor,
): Promise<void> {
  await appendToLedger(queries, ref, 'refund_elsewhere', { amountMinor, providerObjectId });
  await queries.refund.create({
    data: {
      ...{ id: randomUUID(), orderId: ref.orderId, ordinal: await nextOrdinal(queries, ref, 'refund') },
      // Nobody said which goods it is for.
      ...{ amountMinor, providerRefundId: providerObjectId, lines: [] },
      ...{ status: 'succeeded', settledAt: new Date() },
    },
  });
  const isUnshipped = isRefundedUnshipped({
    ...(await readOrderFacts(queries, ref)),
    refundedMinor: await readRefundedMinor(queries, ref),
  });
  await appendMoved(queries, ref, {
    type: OrderEventType.PaymentRefundedElsewhere,
    actor,
    data: { amountMinor, providerObjectId },
    raised: isUnshipped ? [OrderFlag.RefundedUnshipped] : [],
  });
}

/** The refunded sum of the ledger. A refund that is only requested may yet fail. */
async function readRefundedMinor(queries: Queries, { orderId }: OrderRef): Promise<number> {
  const { refundedMinor } = await queries.payment.findUniqueOrThrow({ where: { orderId } });
  return Number(refundedMinor);
}

/** Appends the event, and sets flags and the payment's status by the ledger with its new entry. Unpaid payments keep theirs. */
async function appendMoved(
  queries: Queries,
  { orderId }: OrderRef,
  moved: {
    readonly type: OrderEventType;
    readonly reason?: string;
    readonly actor: Actor;
    readonly data: Readonly<Record<string, unknown>>;
  } & Partial<LedgerFlags>,
): Promise<void> {
  const { type, reason, actor, data, raised = [], cleared = [] } = moved;
  const order = await queries.order.findUniqueOrThrow({ where: { id: orderId }, include: { payment: true } });
  const byLedger = await readLedgerFlags(queries, { orderId });
  const flags = withFlags({
    raised: [...byLedger.raised, ...raised],
    cleared: [...byLedger.cleared, ...cleared],
  });
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
