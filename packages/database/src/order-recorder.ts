import {
  CancellationReason,
  OrderEventType,
  OrderStatus,
  PaymentStatus,
  type Actor,
  type NewOrder,
  type OrderRef,
} from '@oms/domain';
import { orderLineId } from '@oms/contracts/temporal';

import type { Database } from './database.js';
import { Prisma } from './generated/client.js';

export interface OrderToRecord extends OrderRef {
  readonly idempotencyKey: string;
  readonly requestHash: string;
  readonly requestId: string;
  readonly actor: Actor;
  readonly order: NewOrder;
}

/** An order's record, as far as its workflow needs it. */
export interface RecordedOrder {
  readonly number: string;
  readonly status: OrderStatus;
  readonly paymentStatus: PaymentStatus;
  readonly requestHash: string;
  readonly requestId: string;
  readonly cancellationReason?: CancellationReason;
}

interface RecordedRow {
  number: string;
  status: OrderStatus;
  payment_status: PaymentStatus;
  request_hash: string;
  request_id: string;
  cancellation_reason: CancellationReason | null;
}

function recordedOrder(row: RecordedRow): RecordedOrder {
  return {
    number: row.number,
    status: row.status,
    paymentStatus: row.payment_status,
    requestHash: row.request_hash,
    requestId: row.request_id,
    ...(row.cancellation_reason ? { cancellationReason: row.cancellation_reason } : {}),
  };
}

/** Reads an order's record, or `undefined` where there is none. */
export async function findRecordedOrder(
  database: Database,
  ref: OrderRef,
): Promise<RecordedOrder | undefined> {
  const [row] = await database.prisma.$queryRaw<RecordedRow[]>`
    SELECT number, status, payment_status, request_hash, request_id, cancellation_reason FROM orders
    WHERE id = ${ref.orderId}::uuid AND tenant_id = ${ref.tenantId}::uuid AND org_id = ${ref.orgId}::uuid`;
  return row && recordedOrder(row);
}

/**
 * Records an order with its lines, its number and its first event, in one statement; an order that is recorded
 * already is left as it is and returned. One whose external id another order of the tenant uses is recorded as
 * cancelled with that reason, since an order that was accepted is never forgotten.
 *
 * Two calls at the same moment: one of them fails with a unique violation and is retried by its caller.
 */
export async function recordOrder(database: Database, input: OrderToRecord): Promise<RecordedOrder> {
  const [row] = await database.prisma.$queryRaw<RecordedRow[]>(insertOrder(input));
  if (row) return recordedOrder(row);
  const existing = await findRecordedOrder(database, input);
  if (!existing) throw new Error(`order ${input.orderId} was neither recorded nor found`);
  return existing;
}

function insertOrder(input: OrderToRecord): Prisma.Sql {
  const { order } = input;
  const { totals } = order;
  return Prisma.sql`
    WITH claimed AS (
      SELECT EXISTS (
        SELECT FROM orders
        WHERE tenant_id = ${input.tenantId}::uuid AND external_id = ${order.externalId ?? null} AND status <> 'cancelled'
      ) AS external_id_in_use
      WHERE NOT EXISTS (SELECT FROM orders WHERE id = ${input.orderId}::uuid)
    ), numbered AS (
      INSERT INTO tenant_settings AS settings (tenant_id, last_order_number)
      SELECT ${input.tenantId}::uuid, 10001 FROM claimed
      ON CONFLICT (tenant_id) DO UPDATE SET last_order_number = settings.last_order_number + 1
      RETURNING order_number_prefix || '-' || last_order_number AS number
    ), recorded AS (
      INSERT INTO orders (
        id, tenant_id, org_id, number, idempotency_key, request_hash, request_id, status, payment_status,
        cancellation_reason, cancellation_detail, customer_id, external_id, channel, source_platform,
        currency, currency_exponent, subtotal_minor, discount_minor, tax_minor, shipping_minor, total_minor,
        payment_provider, payment_reference, shipping_address, shipping_method, metadata, version, pending_at, cancelled_at)
      SELECT
        ${input.orderId}::uuid, ${input.tenantId}::uuid, ${input.orgId}::uuid, number,
        ${input.idempotencyKey}, ${input.requestHash}, ${input.requestId},
        CASE WHEN external_id_in_use THEN ${OrderStatus.Cancelled} ELSE ${OrderStatus.Pending} END, ${PaymentStatus.Pending},
        CASE WHEN external_id_in_use THEN ${CancellationReason.ExternalIdInUse} END,
        CASE WHEN external_id_in_use THEN 'another order of this tenant has this external id' END,
        ${order.customerId ?? null}::uuid, ${order.externalId ?? null}, ${order.channel ?? null}, ${order.sourcePlatform ?? null},
        ${order.currency}, ${order.currencyExponent}, ${totals.subtotalMinor}, ${totals.discountMinor}, ${totals.taxMinor},
        ${totals.shippingMinor}, ${totals.totalMinor}, ${order.paymentProvider}, ${order.paymentReference},
        ${order.shippingAddress ? JSON.stringify(order.shippingAddress) : null}::jsonb, ${order.shippingMethod ?? null},
        ${JSON.stringify(order.metadata)}::jsonb,
        CASE WHEN external_id_in_use THEN 2 ELSE 1 END, now(), CASE WHEN external_id_in_use THEN now() END
      FROM numbered, claimed
      RETURNING *
    ), lines AS (${insertLines(input)}
    ), ${firstEvents(input)}
    SELECT number, status, payment_status, request_hash, request_id, cancellation_reason FROM recorded`;
}

/** An order that is recorded as cancelled has made two steps at once, and so has two events. */
function firstEvents({ actor }: OrderToRecord): Prisma.Sql {
  return Prisma.sql`
    happened AS (
      INSERT INTO order_events (order_id, sequence, type, from_status, to_status, reason, actor_type, actor_id)
      SELECT id, 1, ${OrderEventType.OrderPlaced}, NULL, ${OrderStatus.Pending}, NULL, ${actor.type}, ${actor.id}
      FROM recorded
      UNION ALL
      SELECT id, 2, ${OrderEventType.OrderCancelled}, ${OrderStatus.Pending}, status, cancellation_reason, 'system', 'orders'
      FROM recorded WHERE status = ${OrderStatus.Cancelled}
      RETURNING order_id, type, actor_type, actor_id
    ), audit AS (
      INSERT INTO audit_log (tenant_id, org_id, actor_type, actor_id, action, resource_type, resource_id)
      SELECT recorded.tenant_id, recorded.org_id, actor_type, actor_id, type, 'order', order_id
      FROM happened JOIN recorded ON recorded.id = happened.order_id
    )`;
}

function insertLines(input: OrderToRecord): Prisma.Sql {
  const lines = input.order.lines.map((line, index) => ({
    id: orderLineId(input.orderId, index + 1),
    position: index + 1,
    ...line,
  }));
  return Prisma.sql`
      INSERT INTO order_lines (
        id, order_id, position, product_title, variant_id, location_id, sku, variant_title, quantity, unit_price_minor, requires_shipping)
      SELECT line.id, recorded.id, line.position, line."productTitle", line."variantId", line."locationId", line.sku,
        line."variantTitle", line.quantity, line."unitPriceMinor", line."requiresShipping"
      FROM recorded, jsonb_to_recordset(${JSON.stringify(lines)}::jsonb) AS line (
        id uuid, position int, "productTitle" text, "variantId" uuid, "locationId" uuid, sku text, "variantTitle" text,
        quantity int, "unitPriceMinor" bigint, "requiresShipping" boolean)`;
}
