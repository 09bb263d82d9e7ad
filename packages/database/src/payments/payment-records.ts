import {
  ledgerFlags,
  OrderEventType,
  PaymentStatus,
  type Actor,
  type LedgerFlags,
  type OrderRef,
  type OrderStatus,
  type PaymentMovement,
  type PaymentProviderName,
} from '@oms/domain';

import type { Database } from '../kit/database.js';
import { RowNotFoundError } from '../kit/database-error.js';
import { Prisma } from '../generated/client.js';
import type { Queries } from '../kit/queries.js';
import { appendEvent, lockedOrder } from '../order-log/order-event-sql.js';
import { underOrderLock } from '../order-log/order-lock.js';
import { isCapturedAtShipment } from '../order-log/order-facts-reader.js';
import { captureOrdinalOf, withCaptures } from './capture-requests.js';
import { chargeOf, notCharged, readMovements, withFlags } from './ledger-flags.js';

/** An order's payment, with the sums of its own ledger. Amounts are in minor units. */
export interface OrderPayment {
  readonly orderStatus: OrderStatus;
  readonly paymentStatus: PaymentStatus;
  readonly totalMinor: number;
  /** See `chargeMinor`. */
  readonly chargeMinor: number;
  /**
   * The amount of the capture that is to be made. Absent for an order that captures when it ships, until its capture is
   * requested.
   */
  readonly captureMinor?: number;
  /** Whether the payment is captured when the order ships. */
  readonly isCapturedAtShipment: boolean;
  readonly currency: string;
  readonly currencyExponent: number;
  readonly provider: PaymentProviderName;
  readonly reference: string;
  /** Whether the tenant's settings required payments to name an owner when the order was recorded. */
  readonly mustBeNamed: boolean;
  /**
   * The ordinal of the next capture. A capture with an unknown outcome is never retried under another one, see
   * `captureOrdinalOf`.
   */
  readonly captureOrdinal: number;
  /** Absent until the order's authorisation is recorded. */
  readonly ledger?: {
    /** Expiry of an uncaptured authorisation, in ISO 8601. Absent if the provider does not tell. */
    readonly authorizationExpiresAt?: string;
    readonly authorizedMinor: number;
    readonly capturedMinor: number;
    readonly voidedMinor: number;
    readonly refundedMinor: number;
    /** Taken for disputes and not given back. */
    readonly disputedMinor: number;
  };
}

/**
 * @returns `undefined` for an order that is paid by invoice
 * @throws RowNotFoundError if there is no such order
 */
export async function findOrderPayment(database: Database, ref: OrderRef): Promise<OrderPayment | undefined> {
  const row = await database.prisma.order.findUnique({
    where: { id: ref.orderId, tenantId: ref.tenantId, orgId: ref.orgId },
    include: {
      ...withCaptures,
      cancellations: notCharged,
    },
  });
  if (!row) throw new RowNotFoundError(`there is no order ${ref.orderId}`);
  if (row.paymentProvider === null || row.paymentReference === null) return undefined;
  const chargeMinor = chargeOf(row);
  const isAtShipment = isCapturedAtShipment(row);
  const captureMinor = isAtShipment
    ? row.payment?.captureRequests.find(({ status }) => status === 'pending')?.amountMinor
    : chargeMinor;
  return {
    orderStatus: row.status as OrderStatus, // Check constraints allow the domain's values only.
    paymentStatus: row.paymentStatus as PaymentStatus,
    totalMinor: Number(row.totalMinor),
    chargeMinor,
    isCapturedAtShipment: isAtShipment,
    ...(captureMinor === undefined ? {} : { captureMinor: Number(captureMinor) }),
    currency: row.currency,
    currencyExponent: row.currencyExponent,
    provider: row.paymentProvider as PaymentProviderName,
    reference: row.paymentReference,
    mustBeNamed: row.paymentsRequireMetadata,
    captureOrdinal: captureOrdinalOf(row),
    ...(row.payment && {
      ledger: {
        ...(row.payment.authorizationExpiresAt && {
          authorizationExpiresAt: row.payment.authorizationExpiresAt.toISOString(),
        }),
        authorizedMinor: Number(row.payment.authorizedMinor),
        capturedMinor: Number(row.payment.capturedMinor),
        voidedMinor: Number(row.payment.voidedMinor),
        refundedMinor: Number(row.payment.refundedMinor),
        disputedMinor: Number(row.payment.disputedMinor),
      },
    }),
  };
}

/** The order, of any tenant, that has claimed a payment reference; `undefined` without a claim. */
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
  /** The provider's id of the authorisation, capture, void or refund. */
  readonly providerObjectId: string;
}

/**
 * Claims the payment reference for the order and records its authorisation, in one statement.
 *
 * @returns `recorded` by this or an earlier call; `reference_in_use` if another order has claimed the reference;
 *   `not_pending` if the order has left `pending` meanwhile
 * @throws RowNotFoundError if there is no such order
 */
export async function recordAuthorization(
  database: Database,
  ref: OrderRef,
  movement: Movement & {
    readonly expiresAt?: string;
    /** The provider moves multiples of this amount only. */
    readonly moneyStepMinor: number;
  },
  actor: Actor,
): Promise<'recorded' | 'reference_in_use' | 'not_pending'> {
  const [row] = await database.prisma.$queryRaw<{ status: OrderStatus; claimed: boolean }[]>`
    WITH ${lockedOrder(ref)}, claim AS (
      INSERT INTO payments (order_id, provider, reference, currency, money_step_minor, authorization_expires_at)
      SELECT id, payment_provider, payment_reference, currency, ${movement.moneyStepMinor}, ${movement.expiresAt ?? null}::timestamptz
      FROM target WHERE status = 'pending'
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
 * The payment's status after a refund: `refunded` once the whole capture is refunded. Needs the CTEs `target` and `ledger`;
 * the payment's sums do not yet include the entry of `ledger`.
 */
const statusAfterRefund = (amountMinor: number): Prisma.Sql => Prisma.sql`
  (SELECT CASE WHEN refunded_minor + ${amountMinor} < captured_minor THEN ${PaymentStatus.PartiallyRefunded} ELSE ${PaymentStatus.Refunded} END
  FROM payments WHERE order_id = target.id)`;

/**
 * An SQL condition: the ledger already has an operation's whole effect. An order's money is captured, voided or refunded once.
 * Needs the CTE `target`.
 */
const isSettled = (operation: keyof typeof movements): Prisma.Sql => Prisma.sql`
  EXISTS (SELECT FROM payments WHERE order_id = target.id AND ${settledBy[operation]})`;

const settledBy = {
  capture: Prisma.sql`captured_minor > 0`,
  void: Prisma.sql`voided_minor > 0`,
  refund: Prisma.sql`captured_minor > 0 AND refunded_minor = captured_minor`,
} as const satisfies Record<keyof typeof movements, Prisma.Sql>;

interface MovementToRecord extends Movement {
  readonly ordinal: number;
  /** See `chargeMinor`. */
  readonly chargeMinor: number;
}

/**
 * Records a capture, void or refund in one statement: ledger entry, flags, payment status and event. A no-op if the ledger has
 * the ordinal already, or if no money is left for the operation.
 *
 * @returns whether this call recorded the movement
 */
export async function recordMovement(
  database: Database,
  ref: OrderRef,
  operation: keyof typeof movements,
  movement: MovementToRecord,
  actor: Actor,
): Promise<boolean> {
  const { amountMinor, chargeMinor } = movement;
  const moved: PaymentMovement = { operation, amountMinor };
  // No money moved before a capture or a void that is recorded.
  if (operation !== 'refund') {
    return record(database.prisma, ref, operation, movement, ledgerFlags(chargeMinor, [moved]), actor);
  }
  return underOrderLock(database, ref, async (queries) => {
    const flags = ledgerFlags(chargeMinor, [...(await readMovements(queries, ref)), moved]);
    return record(queries, ref, operation, movement, flags, actor);
  });
}

async function record(
  queries: Queries,
  ref: OrderRef,
  operation: keyof typeof movements,
  movement: MovementToRecord,
  flags: LedgerFlags,
  actor: Actor,
): Promise<boolean> {
  const { status: whole, event } = movements[operation];
  const status = operation === 'refund' ? statusAfterRefund(movement.amountMinor) : Prisma.sql`${whole}`;
  const [row] = await queries.$queryRaw<{ recorded: boolean }[]>`
    WITH ${lockedOrder(ref)}, ledger AS (
      INSERT INTO payment_ledger (order_id, operation, ordinal, idempotency_key, amount_minor, provider_object_id)
      SELECT id, ${operation}, ${movement.ordinal}, ${movement.idempotencyKey}, ${movement.amountMinor}, ${movement.providerObjectId}
      FROM target WHERE NOT ${isSettled(operation)}
      ON CONFLICT (order_id, operation, ordinal) DO NOTHING
      RETURNING order_id
    ), moved AS (
      UPDATE orders SET flags = ${withFlags(flags)}, payment_status = ${status}, version = orders.version + 1, updated_at = now()
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
 * Records that the payment of an order with a total of zero is complete, without a provider. Idempotent.
 */
export async function recordNothingToPay(database: Database, ref: OrderRef, actor: Actor): Promise<void> {
  await markPayment(database, ref, {
    status: PaymentStatus.Captured,
    event: OrderEventType.PaymentCaptured,
    actor,
    data: { amountMinor: 0 },
  });
}

/** Records a provider's decline. Idempotent. */
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
    // A late decline does not concern a payment that the ledger has as captured.
    unless: isSettled('capture'),
    ...decline,
  });
}

/**
 * Records that the outcome of an operation is unknown. Idempotent, and a no-op if the ledger has the operation's effect by
 * then.
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
    /** A condition that prevents the mark. */
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
