import {
  OrderEventType,
  OrderFlag,
  PaymentStatus,
  StatementOutcome,
  type Actor,
  type OrderRef,
  type OrderStatus,
  type PaymentProviderName,
} from '@oms/domain';

import type { Database } from '../kit/database.js';
import { RowNotFoundError } from '../kit/database-error.js';
import { Prisma } from '../generated/client.js';
import { appendEvent, lockedOrder } from '../order-log/order-event-sql.js';

/** What an order has to pay, and what its own ledger says was done about it. Amounts in minor units. */
export interface OrderPayment {
  readonly orderStatus: OrderStatus;
  readonly paymentStatus: PaymentStatus;
  readonly totalMinor: number;
  readonly currency: string;
  readonly currencyExponent: number;
  readonly provider: PaymentProviderName;
  readonly reference: string;
  /** Whether the order's tenant took only payments with an owner when the order was recorded. */
  readonly mustBeNamed: boolean;
  /**
   * The ordinal of the next capture. Only an operator's statement that an earlier one did not happen counts it up: a
   * capture whose outcome nobody knows is never asked for under another key.
   */
  readonly captureOrdinal: number;
  /** Absent until the order's authorisation is recorded. */
  readonly ledger?: {
    /** When the authorisation lapses unless it is captured, ISO 8601, where the provider says so. */
    readonly authorizationExpiresAt?: string;
    readonly authorizedMinor: number;
    readonly capturedMinor: number;
    readonly voidedMinor: number;
    readonly refundedMinor: number;
  };
}

/**
 * @returns `undefined` for an order that is paid for by invoice
 * @throws RowNotFoundError when there is no such order
 */
export async function findOrderPayment(database: Database, ref: OrderRef): Promise<OrderPayment | undefined> {
  const row = await database.prisma.order.findUnique({
    where: { id: ref.orderId, tenantId: ref.tenantId, orgId: ref.orgId },
    include: { payment: true, statements: { where: { outcome: StatementOutcome.NotCaptured } } },
  });
  if (!row) throw new RowNotFoundError(`there is no order ${ref.orderId}`);
  if (row.paymentProvider === null || row.paymentReference === null) return undefined;
  return {
    orderStatus: row.status as OrderStatus, // Both are held to the domain's words by check constraints.
    paymentStatus: row.paymentStatus as PaymentStatus,
    totalMinor: Number(row.totalMinor),
    currency: row.currency,
    currencyExponent: row.currencyExponent,
    provider: row.paymentProvider as PaymentProviderName,
    reference: row.paymentReference,
    mustBeNamed: row.paymentsRequireMetadata,
    captureOrdinal: 1 + row.statements.length,
    ...(row.payment && {
      ledger: {
        ...(row.payment.authorizationExpiresAt && {
          authorizationExpiresAt: row.payment.authorizationExpiresAt.toISOString(),
        }),
        authorizedMinor: Number(row.payment.authorizedMinor),
        capturedMinor: Number(row.payment.capturedMinor),
        voidedMinor: Number(row.payment.voidedMinor),
        refundedMinor: Number(row.payment.refundedMinor),
      },
    }),
  };
}

/** The order that has claimed a payment reference, of whatever tenant. `undefined` while no order has. */
export async function findClaimant(
  database: Database,
  { provider, reference }: Pick<OrderPayment, 'provider' | 'reference'>,
): Promise<OrderRef | undefined> {
  const claim = await database.prisma.payment.findUnique({
    where: { provider_reference: { provider, reference } },
    select: { order: { select: { id: true, tenantId: true, orgId: true } } },
  });
  if (!claim) return undefined;
  const { id: orderId, tenantId, orgId } = claim.order;
  return { orderId, tenantId, orgId };
}

export interface Movement {
  readonly idempotencyKey: string;
  readonly amountMinor: number;
  /** The provider's id of what it did. */
  readonly providerObjectId: string;
}

/**
 * Claims the payment reference for the order and records its authorisation, in one statement.
 *
 * @returns `recorded`, now or at an earlier call; `reference_in_use` when another order was first; `not_pending`
 *   when the order was given up meanwhile
 * @throws RowNotFoundError when there is no such order
 */
export async function recordAuthorization(
  database: Database,
  ref: OrderRef,
  movement: Movement & { readonly expiresAt?: string },
  actor: Actor,
): Promise<'recorded' | 'reference_in_use' | 'not_pending'> {
  const [row] = await database.prisma.$queryRaw<{ status: OrderStatus; claimed: boolean }[]>`
    WITH ${lockedOrder(ref)}, claim AS (
      INSERT INTO payments (order_id, provider, reference, currency, authorization_expires_at)
      SELECT id, payment_provider, payment_reference, currency, ${movement.expiresAt ?? null}::timestamptz FROM target WHERE status = 'pending'
      ON CONFLICT DO NOTHING
      RETURNING order_id
    ), ledger AS (
      INSERT INTO payment_ledger (order_id, operation, ordinal, idempotency_key, amount_minor, provider_object_id)
      SELECT order_id, 'authorize', 1, ${movement.idempotencyKey}, ${movement.amountMinor}, ${movement.providerObjectId} FROM claim
    ), moved AS (
      UPDATE orders SET payment_status = ${PaymentStatus.Authorized}, version = orders.version + 1, updated_at = now()
      FROM target JOIN claim ON claim.order_id = target.id WHERE orders.id = target.id
      RETURNING orders.id, orders.tenant_id, orders.org_id, orders.version, target.payment_status AS payment_status_before
    ), ${appendEvent({
      type: OrderEventType.PaymentAuthorized,
      from: Prisma.sql`payment_status_before`,
      to: Prisma.sql`${PaymentStatus.Authorized}`,
      actor,
      data: { amountMinor: movement.amountMinor },
    })}
    SELECT status, EXISTS (SELECT FROM claim) AS claimed FROM target`;
  if (!row) throw new RowNotFoundError(`there is no order ${ref.orderId}`);
  if (row.claimed) return 'recorded';
  const owned = await database.prisma.payment.findUnique({ where: { orderId: ref.orderId } });
  if (owned) return 'recorded';
  return row.status === 'pending' ? 'reference_in_use' : 'not_pending';
}

const movements = {
  capture: { status: PaymentStatus.Captured, event: OrderEventType.PaymentCaptured },
  void: { status: PaymentStatus.Voided, event: OrderEventType.PaymentVoided },
  refund: { status: PaymentStatus.Refunded, event: OrderEventType.PaymentRefunded },
} as const;

/**
 * What an order's payment is after money was given back: `refunded` once nothing of the capture is left. Needs the
 * CTEs `target` and `ledger`, whose entry the payment's sums do not count yet.
 */
const statusAfterRefund = (amountMinor: number): Prisma.Sql => Prisma.sql`
  (SELECT CASE WHEN refunded_minor + ${amountMinor} < captured_minor THEN ${PaymentStatus.PartiallyRefunded} ELSE ${PaymentStatus.Refunded} END
  FROM payments WHERE order_id = target.id)`;

/**
 * Whether the ledger has an operation's effect already: an order's money is captured, let go or given back once. Needs
 * the CTE `target`.
 */
const isSettled = (operation: keyof typeof movements): Prisma.Sql => Prisma.sql`
  EXISTS (SELECT FROM payments WHERE order_id = target.id AND ${settledBy[operation]})`;

const settledBy = {
  capture: Prisma.sql`captured_minor > 0`,
  void: Prisma.sql`voided_minor > 0`,
  refund: Prisma.sql`captured_minor > 0 AND refunded_minor = captured_minor`,
} as const satisfies Record<keyof typeof movements, Prisma.Sql>;

/**
 * Records that a provider captured, voided or refunded, with the ledger entry, the order's payment status and its
 * event, in one statement. An operation whose ordinal is in the ledger already, or that nothing is left for, is left as
 * it is.
 *
 * @returns whether this call recorded it
 */
export async function recordMovement(
  database: Database,
  ref: OrderRef,
  operation: keyof typeof movements,
  movement: Movement & { readonly ordinal: number },
  actor: Actor,
): Promise<boolean> {
  const { status: whole, event } = movements[operation];
  const isRefund = operation === 'refund';
  const status = isRefund ? statusAfterRefund(movement.amountMinor) : Prisma.sql`${whole}`;
  // What undoes an order gives all that is left: no refund that had failed is owed any more. What is captured or let go
  // cannot lapse.
  const settled = isRefund ? OrderFlag.RefundFailed : OrderFlag.AuthorizationExpiring;
  const [row] = await database.prisma.$queryRaw<{ recorded: boolean }[]>`
    WITH ${lockedOrder(ref)}, ledger AS (
      INSERT INTO payment_ledger (order_id, operation, ordinal, idempotency_key, amount_minor, provider_object_id)
      SELECT id, ${operation}, ${movement.ordinal}, ${movement.idempotencyKey}, ${movement.amountMinor}, ${movement.providerObjectId}
      FROM target WHERE NOT ${isSettled(operation)}
      ON CONFLICT (order_id, operation, ordinal) DO NOTHING
      RETURNING order_id
    ), moved AS (
      UPDATE orders SET flags = array_remove(orders.flags, ${settled}::text), payment_status = ${status}, version = orders.version + 1, updated_at = now()
      FROM target JOIN ledger ON ledger.order_id = target.id WHERE orders.id = target.id
      RETURNING orders.id, orders.tenant_id, orders.org_id, orders.version, orders.payment_status,
        target.payment_status AS payment_status_before
    ), ${appendEvent({
      type: event,
      from: Prisma.sql`payment_status_before`,
      to: Prisma.sql`moved.payment_status`,
      actor,
      data: { amountMinor: movement.amountMinor, providerObjectId: movement.providerObjectId },
    })}
    SELECT EXISTS (SELECT FROM ledger) AS recorded FROM target`;
  if (!row) throw new RowNotFoundError(`there is no order ${ref.orderId}`);
  return row.recorded;
}

/**
 * Records that nothing has to be paid: the payment of an order with a total of zero is complete without any
 * provider. Recording it twice is recording it once.
 */
export async function recordNothingToPay(database: Database, ref: OrderRef, actor: Actor): Promise<void> {
  await markPayment(database, ref, {
    status: PaymentStatus.Captured,
    event: OrderEventType.PaymentCaptured,
    actor,
    data: { amountMinor: 0 },
  });
}

/** Records a provider's decision against the order. Recording it twice is recording it once. */
export async function recordDecline(
  database: Database,
  ref: OrderRef,
  decline: {
    readonly reason: string;
    readonly data: Readonly<Record<string, unknown>>;
    readonly actor: Actor;
  },
): Promise<void> {
  await markPayment(database, ref, {
    status: PaymentStatus.Failed,
    event: OrderEventType.PaymentDeclined,
    // A decline that comes after all is none of what the ledger has as captured.
    unless: isSettled('capture'),
    ...decline,
  });
}

/**
 * Records that a provider may or may not have done what it was asked. Recording it twice is recording it once, and what
 * the ledger has by then is not put in doubt by whoever asked before.
 */
export async function recordUnknownOutcome(
  database: Database,
  ref: OrderRef,
  unknown: {
    readonly operation: keyof typeof movements;
    readonly message: string;
    readonly actor: Actor;
  },
): Promise<void> {
  const { operation, message, actor } = unknown;
  await markPayment(database, ref, {
    status: PaymentStatus.Unknown,
    event: OrderEventType.PaymentUnknown,
    actor,
    data: { operation, message },
    unless: isSettled(operation),
  });
}

async function markPayment(
  database: Database,
  ref: OrderRef,
  mark: {
    readonly status: PaymentStatus;
    readonly event: OrderEventType;
    readonly actor: Actor;
    readonly reason?: string;
    readonly data: Readonly<Record<string, unknown>>;
    /** A condition under which nothing is marked. */
    readonly unless?: Prisma.Sql;
  },
): Promise<void> {
  const rows = await database.prisma.$queryRaw<unknown[]>`
    WITH ${lockedOrder(ref)}, moved AS (
      UPDATE orders SET payment_status = ${mark.status}, version = orders.version + 1, updated_at = now()
      FROM target WHERE orders.id = target.id AND target.payment_status <> ${mark.status}
        AND NOT ${mark.unless ?? Prisma.sql`false`}
      RETURNING orders.id, orders.tenant_id, orders.org_id, orders.version, target.payment_status AS payment_status_before
    ), ${appendEvent({
      type: mark.event,
      from: Prisma.sql`payment_status_before`,
      to: Prisma.sql`${mark.status}`,
      reason: mark.reason,
      actor: mark.actor,
      data: mark.data,
    })}
    SELECT id FROM target`;
  if (rows.length === 0) throw new RowNotFoundError(`there is no order ${ref.orderId}`);
}
