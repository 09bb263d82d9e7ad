import {
  OrderEventType,
  OrderFlag,
  OrderStatus,
  PaymentStatus,
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
import { appendToLedger } from './ledger-entries.js';
import { readLedgerFlags, withFlag, withFlags } from './ledger-flags.js';

/** A change of an order's payment that its provider reports, without a call of this system. */
export interface PaymentFact {
  /** The subject of the change, equal in all reports of it. Distinguishes it from other changes of the same kind. */
  readonly about: string;
  /** The provider's own explanation, if any. */
  readonly reason?: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;
  readonly actor: Actor;
}

/** Flags that come with a change of the ledger. */
type ChangedRecords =
  | 'capture_declined'
  | 'capture_failed'
  | 'disputed'
  | 'dispute_lost'
  | 'overpaid'
  | 'settled_elsewhere'
  | 'paid_twice'
  | 'refund_failed'
  | 'refunded_unshipped'
  | 'unused_payment_kept';

const eventOf = {
  captured_after_cancellation: OrderEventType.PaymentCapturedAfterCancellation,
  recapture_reported: OrderEventType.PaymentRecaptureReported,
  authorization_expiring: OrderEventType.PaymentAuthorizationExpiring,
  authorization_expired: OrderEventType.PaymentAuthorizationExpired,
} as const satisfies Record<Exclude<OrderFlag, ChangedRecords>, OrderEventType>;

/**
 * Records a change that affects neither the order's status nor its money, as an event and a flag. Idempotent.
 *
 * @returns the order state, or `undefined` if the change was recorded before
 * @throws RowNotFoundError if there is no such order
 */
export function flagOrder(
  database: Database,
  ref: OrderRef,
  flag: keyof typeof eventOf,
  fact: PaymentFact,
): Promise<OrderFacts | undefined> {
  return noteOnce(database, ref, eventOf[flag], fact, () =>
    Promise.resolve({ set: Prisma.sql`flags = ${withFlag(flag)},` }),
  );
}

/**
 * Reverses a capture that the provider reports as failed: adds a ledger entry, marks the payment as failed, and flags
 * the order. Reverses only the amount without earlier refunds, since the customer has that money. Idempotent.
 *
 * @returns the order state, or `undefined` if nothing is captured or the reversal was recorded before
 * @throws RowNotFoundError if there is no such order
 */
export function reverseCapture(
  database: Database,
  ref: OrderRef,
  fact: PaymentFact,
): Promise<OrderFacts | undefined> {
  return noteOnce(database, ref, OrderEventType.PaymentCaptureFailed, fact, async (queries) => {
    const payment = await queries.payment.findUnique({ where: { orderId: ref.orderId } });
    const amountMinor = Number(payment?.capturedMinor ?? 0) - Number(payment?.refundedMinor ?? 0);
    if (amountMinor <= 0) return undefined;
    await appendToLedger(queries, ref, 'capture_failed', { amountMinor, providerObjectId: fact.about });
    const flags = withFlags(await readLedgerFlags(queries, ref), withFlag(OrderFlag.CaptureFailed));
    return {
      set: Prisma.sql`flags = ${flags}, payment_status = ${PaymentStatus.Failed},`,
      to: PaymentStatus.Failed,
      data: { amountMinor },
    };
  });
}

/**
 * Records a second capture after a reversed one: providers retry failed captures by themselves. Adds a ledger entry and
 * removes the flag. If the money had come another way, the flag `paid_twice` replaces it.
 *
 * @returns the order state, or `undefined` without a reversed capture, or if the second capture was recorded before
 * @throws RowNotFoundError if there is no such order
 */
export function restoreCapture(
  database: Database,
  ref: OrderRef,
  capturedMinor: number,
  fact: PaymentFact,
): Promise<OrderFacts | undefined> {
  return noteOnce(database, ref, OrderEventType.PaymentRecaptured, fact, async (queries, order) => {
    const payment = await queries.payment.findUnique({ where: { orderId: ref.orderId } });
    const amountMinor = capturedMinor - Number(payment?.capturedMinor ?? 0);
    const cameElsewhere = order.flags.includes(OrderFlag.SettledElsewhere);
    const isMissing = cameElsewhere || order.flags.includes(OrderFlag.CaptureFailed);
    if (order.status === OrderStatus.Cancelled || !isMissing || amountMinor <= 0) return undefined;
    const settled = cameElsewhere
      ? Prisma.sql`array_replace(flags, ${OrderFlag.SettledElsewhere}::text, ${OrderFlag.PaidTwice}::text)`
      : Prisma.sql`array_remove(flags, ${OrderFlag.CaptureFailed}::text)`;
    await appendToLedger(queries, ref, 'capture', { amountMinor, providerObjectId: fact.about });
    const flags = withFlags(await readLedgerFlags(queries, ref), settled);
    return {
      set: Prisma.sql`flags = ${flags}, payment_status = ${PaymentStatus.Captured},`,
      to: PaymentStatus.Captured,
      data: { amountMinor },
    };
  });
}

interface Noted {
  readonly set: Prisma.Sql;
  /** The payment's new status, if it changes. */
  readonly to?: PaymentStatus;
  readonly data?: Readonly<Record<string, unknown>>;
}

interface LockedOrder {
  readonly status: string;
  readonly flags: readonly string[];
}

/** Under the order's lock: checks whether the change is recorded, computes its effects, and appends its event. */
function noteOnce(
  database: Database,
  ref: OrderRef,
  type: OrderEventType,
  { about, reason, data, actor }: PaymentFact,
  note: (queries: Queries, order: LockedOrder) => Promise<Noted | undefined>,
): Promise<OrderFacts | undefined> {
  return underOrderLock(database, ref, async (queries) => {
    const { orderId } = ref;
    const known = { type, data: { path: ['about'], equals: about } };
    const order = await queries.order.findUnique({
      where: { id: orderId },
      select: { status: true, flags: true, paymentStatus: true, events: { where: known, take: 1 } },
    });
    if (!order) throw new RowNotFoundError(`there is no order ${orderId}`);
    if (order.events.length > 0) return undefined;
    const noted = await note(queries, order);
    if (!noted) return undefined;
    await append(
      queries,
      { orderId, actor },
      {
        set: noted.set,
        event: {
          type,
          reason,
          data: { ...data, ...noted.data, about },
          ...(noted.to ? { from: Prisma.sql`${order.paymentStatus}`, to: Prisma.sql`${noted.to}` } : {}),
        },
      },
    );
    return readOrderFacts(queries, ref);
  });
}
