import {
  CancellationReason,
  haveOwnTaxes,
  lineAmounts,
  OrderEventType,
  OrderStatus,
  PaymentStatus,
  sayStockFaults,
  skusToStock,
  stockOfLines,
  type Actor,
  type NewOrder,
  type OrderRef,
} from '@oms/domain';
import {
  orderLineId,
  type ChangeAnswer,
  type ChangeOrderInput,
  type RecordOrderResult,
} from '@oms/contracts/temporal';

import type { Database } from '../kit/database.js';
import { Prisma } from '../generated/client.js';
import { present } from '../kit/present.js';
import { readStockedSkus } from '../inventory/stocked-skus.js';
import { isCapturedAtShipment } from '../order-log/order-facts-reader.js';
import {
  owesSettlement,
  ownStandingColumns,
  standingColumns,
  standingOf,
  type StandingRow,
} from '../order-log/order-standing.js';

export interface OrderToRecord extends OrderRef {
  readonly idempotencyKey: string;
  readonly requestHash: string;
  readonly requestId: string;
  readonly actor: Actor;
  readonly order: NewOrder;
  /** Whether it is recorded as a draft, which rests until it is confirmed. */
  readonly isDraft?: boolean;
  /** Present if the order was cancelled before it could be recorded. */
  readonly cancellation?: {
    readonly reason: CancellationReason;
    readonly detail: string;
    readonly actor: Actor;
    /** The change that asked for it, whose answer is kept with the order's record. */
    readonly change?: Omit<ChangeOrderInput, keyof OrderRef>;
  };
}

interface RecordedRow extends StandingRow {
  number: string;
  request_hash: string;
  request_id: string;
  payment_provider: string | null;
  pending_at: Date | null;
  pending_limit_seconds: number;
  capture_policy: string;
  payment_reference: string | null;
  total_minor: bigint;
  has_erp: boolean;
}

const recordedColumns = Prisma.sql`
  orders.number, orders.request_hash, orders.request_id, orders.payment_provider, orders.pending_at,
  orders.pending_limit_seconds, orders.capture_policy, orders.payment_reference, orders.total_minor`;

function recordedOrder(row: RecordedRow): RecordOrderResult {
  const { capture_policy: capturePolicy, payment_reference: paymentReference, total_minor: totalMinor } = row;
  return {
    number: row.number,
    requestHash: row.request_hash,
    requestId: row.request_id,
    standing: standingOf(row),
    pendingLimitMs: row.pending_limit_seconds * 1_000,
    ...present('paymentProvider', row.payment_provider),
    ...present('pendingSince', row.pending_at?.toISOString()),
    ...(isCapturedAtShipment({ capturePolicy, paymentReference, totalMinor })
      ? { isCapturedAtShipment: true }
      : {}),
    ...(row.has_erp ? { hasErp: true } : {}),
  };
}

/** Reads an order's record, or `undefined` if it is not recorded. */
export async function findRecordedOrder(
  database: Database,
  ref: OrderRef,
): Promise<RecordOrderResult | undefined> {
  const [row] = await database.prisma.$queryRaw<RecordedRow[]>`
    SELECT ${recordedColumns}, ${standingColumns},
      EXISTS (SELECT FROM erp_links WHERE order_id = orders.id) AS has_erp
    FROM orders
    WHERE id = ${ref.orderId}::uuid AND tenant_id = ${ref.tenantId}::uuid AND org_id = ${ref.orgId}::uuid`;
  return row && recordedOrder(row);
}

/**
 * Records an order with its lines, its number and its first event, in one statement. A recorded order is returned as it
 * is. An order that was cancelled before is recorded as cancelled. So is one whose external id another order of the
 * tenant uses, since an accepted order is never forgotten. An order that is being cancelled uses none.
 *
 * This is the place that decides the stock of lines that name only a SKU, by the levels that exist now. The gateway looks
 * before, to refuse such a request early. A level that is created in between counts: an order whose line has become
 * ambiguous is recorded as cancelled. A repeated call never decides again.
 *
 * Of two calls at the same moment, one fails with a unique violation, and its caller retries it.
 */
export async function recordOrder(database: Database, input: OrderToRecord): Promise<RecordOrderResult> {
  const [row] = await database.prisma.$queryRaw<RecordedRow[]>(insertOrder(await withStock(database, input)));
  if (row) return recordedOrder(row);
  const existing = await findRecordedOrder(database, input);
  if (!existing) throw new Error(`order ${input.orderId} was neither recorded nor found`);
  return existing;
}

async function withStock(database: Database, input: OrderToRecord): Promise<OrderToRecord> {
  const { order } = input;
  const levels = await readStockedSkus(database.prisma, input, skusToStock(order.lines));
  const { lines, faults } = stockOfLines(order.lines, levels);
  const stocked = { ...input, order: { ...order, lines } };
  const [fault] = faults;
  if (!fault || input.cancellation) return stocked;
  const cancellation = { reason: fault.reason, detail: sayStockFaults(faults), actor: recorder };
  return { ...stocked, cancellation };
}

function numberedLines({ orderId, order }: OrderToRecord) {
  const lines = haveOwnTaxes(order.lines) ? lineAmounts(order.lines, order.totals) : order.lines;
  return lines.map((line, index) => ({
    id: orderLineId(orderId, index + 1),
    position: index + 1,
    ...line,
  }));
}

function insertOrder(input: OrderToRecord): Prisma.Sql {
  const { order } = input;
  const { totals } = order;
  const first = firstStatus(input);
  return Prisma.sql`
    WITH claimed AS (
      SELECT CASE
        WHEN ${input.cancellation !== undefined}::boolean THEN ${input.cancellation?.reason ?? null}::text
        WHEN EXISTS (
          SELECT FROM orders
          WHERE tenant_id = ${input.tenantId}::uuid AND external_id = ${order.externalId ?? null}
            AND status <> 'cancelled' AND cancelling IS NULL
        ) THEN ${CancellationReason.ExternalIdInUse}
      END AS cancelled_for
      WHERE NOT EXISTS (SELECT FROM orders WHERE id = ${input.orderId}::uuid)
    ), numbered AS (
      INSERT INTO tenant_settings AS settings (tenant_id, last_order_number)
      SELECT ${input.tenantId}::uuid, 10001 FROM claimed
      ON CONFLICT (tenant_id) DO UPDATE SET last_order_number = settings.last_order_number + 1
      RETURNING order_number_prefix || '-' || last_order_number AS next_number, return_window_seconds AS window_seconds, return_expiry_days AS expiry_days,
        pending_limit_seconds AS limit_seconds, payments_require_metadata AS requires_metadata,
        capture_policy AS default_policy, split_shipments AS splits, lapsing_authorizations AS lapsing, refund_window_days AS refund_days
    ), recorded AS (
      INSERT INTO orders (
        id, tenant_id, org_id, number, idempotency_key, request_hash, request_id, status, payment_status,
        cancellation_reason, cancellation_detail, customer_id, customer_ref, external_id, channel, source_platform,
        currency, currency_exponent, subtotal_minor, discount_minor, tax_minor, taxes_included, shipping_minor, total_minor,
        payment_provider, payment_reference, payments_require_metadata, return_window_seconds, return_expiry_days, pending_limit_seconds,
        capture_policy, split_shipments, lapsing_authorizations, refund_window_days,
        shipping_address, billing_address, shipping_method, note, tags, metadata, version, draft_at, pending_at, cancelled_at)
      SELECT
        ${input.orderId}::uuid, ${input.tenantId}::uuid, ${input.orgId}::uuid, next_number,
        ${input.idempotencyKey}, ${input.requestHash}, ${input.requestId},
        CASE WHEN cancelled_for IS NOT NULL THEN ${OrderStatus.Cancelled} ELSE ${first} END, ${PaymentStatus.Pending},
        cancelled_for, CASE WHEN cancelled_for IS NOT NULL THEN ${cancellationOf(input).detail} END,
        ${order.customerId ?? null}::uuid, ${order.customerRef ?? null}, ${order.externalId ?? null}, ${order.channel ?? null}, ${order.sourcePlatform ?? null},
        ${order.currency}, ${order.currencyExponent}, ${totals.subtotalMinor}, ${totals.discountMinor}, ${totals.taxMinor}, ${totals.taxesIncluded ?? false},
        ${totals.shippingMinor}, ${totals.totalMinor}, ${order.paymentProvider ?? null}, ${order.paymentReference ?? null}, requires_metadata, window_seconds, expiry_days, limit_seconds,
        coalesce(${order.capturePolicy ?? null}, default_policy), splits, lapsing, refund_days,
        ${jsonOrNull(order.shippingAddress)}::jsonb, ${jsonOrNull(order.billingAddress)}::jsonb, ${order.shippingMethod ?? null},
        ${order.note ?? null}, ${[...(order.tags ?? [])]}::text[], ${JSON.stringify(order.metadata)}::jsonb,
        CASE WHEN cancelled_for IS NOT NULL THEN 2 ELSE 1 END, ${first === OrderStatus.Draft ? Prisma.sql`now(), NULL` : Prisma.sql`NULL, now()`},
        CASE WHEN cancelled_for IS NOT NULL THEN now() END
      FROM numbered, claimed
      RETURNING *
    ), lines AS (${insertLines(input)}
    ), linked AS (
      INSERT INTO erp_links (order_id)
      SELECT recorded.id FROM recorded JOIN erp_connections USING (tenant_id, org_id)
      RETURNING order_id
    ), ${answeredChange(input)}${firstEvents(input)}
    SELECT ${recordedColumns}, ${ownStandingColumns},
      false AS owes_refund, ${owesSettlement} AS owes_settlement, NULL::timestamptz AS closes_at,
      NULL::timestamptz AS return_expires_at, false AS owes_capture, NULL::timestamptz AS capture_by,
      EXISTS (SELECT FROM linked) AS has_erp
    FROM recorded orders`;
}

const recorder = { type: 'system', id: 'orders' } as const satisfies Actor;

const externalIdInUse = {
  detail: 'another order of this tenant has this external id',
  actor: recorder,
} as const satisfies { readonly detail: string; readonly actor: Actor };

/** The cancellation to record if the order is cancelled. */
const cancellationOf = ({ cancellation }: OrderToRecord) => cancellation ?? externalIdInUse;

const jsonOrNull = (value: object | undefined): string | null => (value ? JSON.stringify(value) : null);

const firstStatus = ({ isDraft }: OrderToRecord): OrderStatus =>
  isDraft === true ? OrderStatus.Draft : OrderStatus.Pending;

/** The answer to the change that cancelled an order before it was recorded: the same as the order's workflow gave. */
function answeredChange({ cancellation }: OrderToRecord): Prisma.Sql {
  if (!cancellation?.change) return Prisma.empty;
  const { commandId, command, requestHash, requestId } = cancellation.change;
  const { Cancelled: status } = OrderStatus;
  const { Pending: paymentStatus } = PaymentStatus;
  const answer: ChangeAnswer = { status, paymentStatus, version: 2, requestHash, requestId };
  return Prisma.sql`answered AS (
      INSERT INTO order_commands (order_id, command_id, type, request_hash, result)
      SELECT id, ${commandId}, ${command.type}, ${requestHash}, ${JSON.stringify(answer)}::jsonb FROM recorded
    ), `;
}

/** An order that is recorded as cancelled takes two steps at once, and so has two events. */
function firstEvents(input: OrderToRecord): Prisma.Sql {
  const { actor } = input;
  const cancellation = cancellationOf(input);
  const first = firstStatus(input);
  const type = first === OrderStatus.Draft ? OrderEventType.OrderDrafted : OrderEventType.OrderPlaced;
  return Prisma.sql`
    happened AS (
      INSERT INTO order_events (order_id, sequence, type, from_status, to_status, reason, actor_type, actor_id, data)
      SELECT id, 1, ${type}, NULL, ${first}, NULL, ${actor.type}, ${actor.id}, '{}'::jsonb
      FROM recorded
      UNION ALL
      SELECT id, 2, ${OrderEventType.OrderCancelled}, ${first}, status, cancellation_reason, ${cancellation.actor.type},
        ${cancellation.actor.id}, jsonb_build_object('detail', cancellation_detail)
      FROM recorded WHERE status = ${OrderStatus.Cancelled}
      RETURNING order_id, type, actor_type, actor_id
    ), audit AS (
      INSERT INTO audit_log (tenant_id, org_id, actor_type, actor_id, action, resource_type, resource_id)
      SELECT recorded.tenant_id, recorded.org_id, actor_type, actor_id, type, 'order', order_id
      FROM happened JOIN recorded ON recorded.id = happened.order_id
    )`;
}

function insertLines(input: OrderToRecord): Prisma.Sql {
  return Prisma.sql`
      INSERT INTO order_lines (
        id, order_id, position, product_title, variant_id, location_id, sku, variant_title, quantity, unit_price_minor, requires_shipping, product_id,
        tax_rate_millionths, tax_minor)
      SELECT line.id, recorded.id, line.position, line."productTitle", line."variantId", line."locationId", line.sku,
        line."variantTitle", line.quantity, line."unitPriceMinor", line."requiresShipping", line."productId",
        line."taxRateMillionths", line."taxMinor"
      FROM recorded, jsonb_to_recordset(${JSON.stringify(numberedLines(input))}::jsonb) AS line (
        id uuid, position int, "productTitle" text, "variantId" uuid, "locationId" uuid, sku text, "variantTitle" text,
        quantity int, "unitPriceMinor" bigint, "requiresShipping" boolean, "productId" text,
        "taxRateMillionths" int, "taxMinor" bigint)`;
}
