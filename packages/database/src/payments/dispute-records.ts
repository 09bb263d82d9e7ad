import {
  disputeOf,
  disputeOperations,
  disputesAmong,
  keptMinor,
  missingEntries,
  OrderEventType,
  OrderFlag,
  OrderStatus,
  PaymentNotificationKind,
  type Actor,
  type Dispute,
  type DisputeEntry,
  type DisputeOperation,
  type OrderRef,
} from '@oms/domain';

import type { Database } from '../kit/database.js';
import { Prisma } from '../generated/client.js';
import type { Queries } from '../kit/queries.js';
import { append } from '../order-log/command-writing.js';
import { readOrderFacts } from '../order-log/order-facts-reader.js';
import { underOrderLock } from '../order-log/order-lock.js';
import { appendToLedger } from './ledger-entries.js';
import { readLedgerFlags, readMovements, withFlags } from './ledger-flags.js';
import { notificationOf } from './payment-notifications.js';

const eventOf = {
  dispute_opened: OrderEventType.PaymentDisputeOpened,
  dispute_withdrawn: OrderEventType.PaymentDisputeWithdrawn,
  dispute_reinstated: OrderEventType.PaymentDisputeReinstated,
  dispute_won: OrderEventType.PaymentDisputeWon,
  dispute_lost: OrderEventType.PaymentDisputeLost,
} as const satisfies Record<DisputeOperation, OrderEventType>;

/** A dispute as the provider tells of it. */
interface ToldDispute extends Dispute {
  /** The provider's own explanation. */
  readonly reason?: string | undefined;
}

/**
 * Brings an order's ledger to the present state of the disputes of its payment, by all notifications about them: late, doubled
 * and overtaken ones add nothing. Each new entry has its event. Flags follow from the ledger; money that comes back to a
 * cancelled order has to be refunded by hand. Idempotent.
 */
export function recordDisputes(database: Database, ref: OrderRef, actor: Actor): Promise<void> {
  return underOrderLock(database, ref, async (queries) => {
    const told = await readTold(queries, ref);
    const recorded = disputesAmong(await readMovements(queries, ref));
    const missing = told.flatMap((now) => {
      const before = recorded.find(({ id }) => id === now.id);
      return missingEntries(before, now).map((entry) => ({ ...entry, reason: now.reason }));
    });
    if (missing.length === 0) return;
    for (const { operation, amountMinor, disputeId: providerObjectId } of missing)
      await appendToLedger(queries, ref, operation, { amountMinor, providerObjectId });
    const flags = await readFlags(queries, ref, missing);
    for (const { operation, amountMinor, disputeId, reason } of missing) {
      await append(
        queries,
        { orderId: ref.orderId, actor },
        {
          set: Prisma.sql`flags = ${flags},`,
          event: { type: eventOf[operation], reason, data: { disputeId, amountMinor } },
        },
      );
    }
  });
}

/** The disputes that the provider has told of. One of a payment without money has nothing to be disputed. */
async function readTold(queries: Queries, { orderId }: OrderRef): Promise<readonly ToldDispute[]> {
  const { currency, totalMinor, payment } = await queries.order.findUniqueOrThrow({
    where: { id: orderId },
    select: {
      ...{ currency: true, totalMinor: true },
      payment: { select: { provider: true, reference: true, capturedMinor: true } },
    },
  });
  if (!payment) return [];
  const { provider, reference, capturedMinor } = payment;
  const rows = await queries.paymentNotification.findMany({
    where: { provider, reference, objectId: { not: null }, kind: { in: [...disputeOperations] } },
    orderBy: { id: 'asc' },
  });
  const wholeMinor = Number(capturedMinor > 0n ? capturedMinor : totalMinor);
  const said = rows.map(notificationOf);
  const ids = new Set(said.flatMap(({ objectId }) => objectId ?? []));
  return [...ids].flatMap((id) => {
    const about = said.filter(({ objectId }) => objectId === id);
    const dispute = disputeOf(id, about, { currency, wholeMinor });
    return dispute.amountMinor > 0 ? { ...dispute, reason: about.at(-1)?.reason } : [];
  });
}

async function readFlags(
  queries: Queries,
  ref: OrderRef,
  entries: readonly DisputeEntry[],
): Promise<Prisma.Sql> {
  const { raised, cleared } = await readLedgerFlags(queries, ref);
  const isBack = entries.some(({ operation }) => operation === PaymentNotificationKind.DisputeReinstated);
  const isOwed = isBack && (await keepsMoneyOfCancelled(queries, ref));
  return withFlags({ raised: [...raised, ...(isOwed ? [OrderFlag.UnusedPaymentKept] : [])], cleared });
}

async function keepsMoneyOfCancelled(queries: Queries, ref: OrderRef): Promise<boolean> {
  const facts = await readOrderFacts(queries, ref);
  return facts.status === OrderStatus.Cancelled && keptMinor(facts) > 0;
}
