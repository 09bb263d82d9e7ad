import {
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
import type { Queries } from '../kit/queries.js';

/** A refund of an order's payment as its provider has it. */
export interface RefundAtProvider {
  readonly refundId: string;
  readonly amountMinor: number;
  readonly state: 'succeeded' | 'pending' | 'failed';
  /** Whether it was made for this order by this system: then the step that made it books it. */
  readonly isOwn: boolean;
  readonly reason?: string;
}

interface BookedEntry {
  readonly operation: string;
  readonly providerObjectId: string;
}

/**
 * Brings an order's books to the refunds that its provider has, all of them taken together: one that failed after it was
 * booked is taken back, and one that somebody made at the provider itself is booked. However often, late or in
 * whatever order this is called, each is booked once.
 *
 * @returns the order's facts, or `undefined` where the books agreed already
 * @throws RowNotFoundError when there is no such order
 */
export function bookRefundsOfProvider(
  database: Database,
  ref: OrderRef,
  refunds: readonly RefundAtProvider[],
  actor: Actor,
): Promise<OrderFacts | undefined> {
  return underOrderLock(database, ref, async (queries) => {
    const order = await queries.order.findUnique({ where: { id: ref.orderId }, select: { id: true } });
    if (!order) throw new RowNotFoundError(`there is no order ${ref.orderId}`);
    const entries = await queries.paymentLedgerEntry.findMany({
      where: { orderId: ref.orderId, operation: { in: ['refund', 'refund_elsewhere', 'refund_failed'] } },
      select: { operation: true, providerObjectId: true },
    });
    const failed = refunds.filter((refund) => refund.state === 'failed' && isBooked(entries, refund));
    const foreign = refunds.filter(
      (refund) => refund.state === 'succeeded' && !refund.isOwn && !wasBooked(entries, refund),
    );
    // What failed first: it makes room for what was given back instead of it.
    for (const refund of failed) await takeRefundBack(queries, ref, refund, actor);
    for (const refund of foreign) await bookForeignRefund(queries, ref, refund, actor);
    return failed.length + foreign.length > 0 ? readOrderFacts(queries, ref) : undefined;
  });
}

const hasEntry = (
  entries: readonly BookedEntry[],
  { refundId }: RefundAtProvider,
  isIt: (operation: string) => boolean,
): boolean =>
  entries.some(({ operation, providerObjectId }) => providerObjectId === refundId && isIt(operation));

function wasBooked(entries: readonly BookedEntry[], refund: RefundAtProvider): boolean {
  return hasEntry(entries, refund, (operation) => operation !== 'refund_failed');
}

function isBooked(entries: readonly BookedEntry[], refund: RefundAtProvider): boolean {
  return (
    wasBooked(entries, refund) && !hasEntry(entries, refund, (operation) => operation === 'refund_failed')
  );
}

/** The merchant has the money: the entry is compensated, its refund is failed, and its return waits for its money again. */
async function takeRefundBack(
  queries: Queries,
  ref: OrderRef,
  {
    refundId: providerObjectId,
    reason = 'the provider reports that the refund has failed',
  }: RefundAtProvider,
  actor: Actor,
): Promise<void> {
  const booked = await queries.paymentLedgerEntry.findFirstOrThrow({
    where: { orderId: ref.orderId, providerObjectId, operation: { in: ['refund', 'refund_elsewhere'] } },
  });
  const amountMinor = Number(booked.amountMinor);
  await appendEntry(queries, ref, 'refund_failed', { amountMinor, providerObjectId });
  const refund = await queries.refund.findFirst({
    where: {
      orderId: ref.orderId,
      ordinal: booked.operation === 'refund' ? booked.ordinal : 0,
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
    flags: Prisma.sql`CASE WHEN ${OrderFlag.RefundFailed}::text = ANY (flags) THEN flags
      ELSE array_append(flags, ${OrderFlag.RefundFailed}::text) END`,
  });
}

async function bookForeignRefund(
  queries: Queries,
  ref: OrderRef,
  { refundId: providerObjectId, amountMinor }: RefundAtProvider,
  actor: Actor,
): Promise<void> {
  await appendEntry(queries, ref, 'refund_elsewhere', { amountMinor, providerObjectId });
  await appendMoved(queries, ref, {
    type: OrderEventType.PaymentRefundedElsewhere,
    actor,
    data: { amountMinor, providerObjectId },
    flags: flagsAfterRefund(ref),
  });
}

/**
 * An order's flags once a refund is booked: what failed is made good when as much was given back since. Sees the
 * ledger as it is before the statement that it is part of.
 */
export function flagsAfterRefund({ orderId }: Pick<OrderRef, 'orderId'>): Prisma.Sql {
  return Prisma.sql`CASE WHEN (
      SELECT coalesce(sum(amount_minor) FILTER (WHERE operation = 'refund_failed'), 0) <= coalesce(sum(amount_minor) FILTER (
        WHERE operation IN ('refund', 'refund_elsewhere') AND id > first_failed AND NOT has_failed), 0)
      FROM (
        SELECT entry.*,
          (SELECT min(id) FROM payment_ledger WHERE order_id = ${orderId}::uuid AND operation = 'refund_failed') AS first_failed,
          EXISTS (SELECT FROM payment_ledger failure WHERE failure.order_id = entry.order_id
            AND failure.operation = 'refund_failed' AND failure.provider_object_id = entry.provider_object_id) AS has_failed
        FROM payment_ledger entry WHERE entry.order_id = ${orderId}::uuid) entries)
    THEN array_remove(orders.flags, ${OrderFlag.RefundFailed}::text) ELSE orders.flags END`;
}

/** The payment's status by its sums, which count the new entry by now. One that was not paid for stays what it is. */
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

/** Needs the order's lock. */
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
