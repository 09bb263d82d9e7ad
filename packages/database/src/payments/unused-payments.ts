import { OrderEventType, OrderFlag, type Actor, type OrderRef, type PaymentOwner } from '@oms/domain';

import { Prisma } from '../generated/client.js';
import type { Database } from '../kit/database.js';
import type { Queries } from '../kit/queries.js';
import { append } from '../order-log/command-writing.js';
import { underOrderLock } from '../order-log/order-lock.js';
import { notedMoney, owesRelease } from '../order-log/order-standing.js';
import { findOrderPayment, type Movement, type OrderPayment } from './payment-records.js';

/** A payment that its order does not take, and that may have money. */
export interface UnusedPayment {
  readonly payment: OrderPayment;
  /** The number of its notifications. A later answer of the provider covers them. */
  readonly noted: number;
}

/** @returns `undefined` if the order takes its payment, or has nothing to let go of */
export async function findUnusedPayment(
  database: Database,
  ref: OrderRef,
): Promise<UnusedPayment | undefined> {
  const [row] = await database.prisma.$queryRaw<{ noted: number }[]>`
    SELECT ${notedMoney} AS noted FROM orders
    WHERE id = ${ref.orderId}::uuid AND tenant_id = ${ref.tenantId}::uuid AND org_id = ${ref.orgId}::uuid AND ${owesRelease}`;
  const payment = row && (await findOrderPayment(database, ref));
  return payment && { payment, noted: row.noted };
}

/** The money of a payment at its provider, in minor units of its own currency. */
export interface UnusedMoney {
  readonly owner: PaymentOwner;
  readonly currency: string;
  readonly moneyStepMinor: number;
  readonly authorizedMinor: number;
  readonly capturedMinor: number;
}

/**
 * Claims a payment for an order that does not take it, and records its money: from then on no other order can take it.
 * Idempotent.
 *
 * @returns `false` if another order has claimed the payment, or waits to: that order lets go of it
 */
export function claimUnusedPayment(database: Database, ref: OrderRef, money: UnusedMoney): Promise<boolean> {
  const { orderId } = ref;
  const { owner, currency, moneyStepMinor, authorizedMinor, capturedMinor } = money;
  return underOrderLock(database, ref, async (queries) => {
    await queries.$executeRaw`
      INSERT INTO payments (order_id, provider, reference, currency, money_step_minor, is_unused)
      SELECT id, payment_provider, payment_reference, ${currency}, ${moneyStepMinor}, true FROM orders
      WHERE id = ${orderId}::uuid AND NOT EXISTS (
        SELECT FROM orders other
        WHERE other.payment_provider = orders.payment_provider AND other.payment_reference = orders.payment_reference
          AND other.id <> orders.id AND other.status IN ('draft', 'pending') AND other.total_minor > 0 AND ${mayPay(owner)})
      ON CONFLICT DO NOTHING`;
    const claim = await queries.payment.findUnique({ where: { orderId } });
    if (!claim) return false;
    // Owed until the release is recorded.
    await queries.order.update({ where: { id: orderId }, data: { unusedPaymentSeen: null } });
    const entry = { orderId, ordinal: 1, providerObjectId: claim.reference };
    await queries.paymentLedgerEntry.createMany({
      data: [
        { ...entry, ...movementOf('authorize', Math.max(authorizedMinor, capturedMinor)) },
        ...(capturedMinor > 0 ? [{ ...entry, ...movementOf('capture', capturedMinor) }] : []),
      ],
      skipDuplicates: true,
    });
    return true;

    function movementOf(operation: 'authorize' | 'capture', amountMinor: number) {
      return { operation, amountMinor, idempotencyKey: `${orderId}:${operation}:1` };
    }
  });
}

/** The condition for a row `other` of `orders` that may pay with a payment of this owner. */
function mayPay(owner: PaymentOwner): Prisma.Sql {
  switch (owner.kind) {
    case 'named':
      return Prisma.sql`other.tenant_id = ${owner.tenantId}::uuid AND other.org_id = ${owner.orgId}::uuid`;
    case 'unnamed':
      return Prisma.sql`NOT other.payments_require_metadata`;
    case 'unreadable':
      return Prisma.sql`false`;
  }
}

/** The end of an order's release of a payment. */
export type Release =
  /** The payment has no money, or another order has the payment. */
  | { readonly kind: 'left' }
  | { readonly kind: 'void' | 'refund'; readonly movement: Movement; readonly currency: string }
  /** The provider keeps captured money, for the reason. */
  | { readonly kind: 'kept'; readonly reason: string };

/**
 * Records the end of a release, with an event and the ledger's entry or a flag. The order's payment status stays: it tells why
 * the payment was not taken. Idempotent.
 */
export function recordRelease(
  database: Database,
  ref: OrderRef,
  { noted, release, actor }: { readonly noted: number; readonly release: Release; readonly actor: Actor },
): Promise<void> {
  const { orderId } = ref;
  return underOrderLock(database, ref, async (queries) => {
    if (release.kind === 'kept') await appendKept(queries, ref, release.reason, actor);
    if (release.kind === 'void' || release.kind === 'refund')
      await appendReleased(queries, ref, release, actor);
    await queries.$executeRaw`
      UPDATE orders SET unused_payment_seen = greatest(unused_payment_seen, ${noted}) WHERE id = ${orderId}::uuid`;
  });
}

async function appendReleased(
  queries: Queries,
  { orderId }: OrderRef,
  { kind: operation, movement, currency }: Extract<Release, { kind: 'void' | 'refund' }>,
  actor: Actor,
): Promise<void> {
  const { count } = await queries.paymentLedgerEntry.createMany({
    data: [{ orderId, operation, ordinal: 1, ...movement }],
    skipDuplicates: true,
  });
  if (count === 0) return;
  const { amountMinor, providerObjectId } = movement;
  await append(
    queries,
    { orderId, actor },
    {
      set: Prisma.sql`flags = array_remove(flags, ${OrderFlag.UnusedPaymentKept}::text),`,
      event: {
        type: OrderEventType.PaymentReleased,
        data: { operation, amountMinor, currency, providerObjectId },
      },
    },
  );
}

async function appendKept(
  queries: Queries,
  { orderId }: OrderRef,
  reason: string,
  actor: Actor,
): Promise<void> {
  const flag = OrderFlag.UnusedPaymentKept;
  const { flags } = await queries.order.findUniqueOrThrow({
    where: { id: orderId },
    select: { flags: true },
  });
  if (flags.includes(flag)) return;
  await append(
    queries,
    { orderId, actor },
    {
      set: Prisma.sql`flags = array_append(flags, ${flag}::text),`,
      event: { type: OrderEventType.PaymentUnusedKept, reason },
    },
  );
}
