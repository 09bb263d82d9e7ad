import type {
  CapturePolicy,
  Actor,
  Address,
  CancellationReason,
  Order,
  OrderEvent,
  OrderEventType,
  OrderFlag,
  OrderLine,
  OrderStatus,
  PaymentProviderName,
  PaymentStatus,
  TenantScope,
  OrderListQuery,
} from '@oms/domain';
import { orderStatuses } from '@oms/domain';

import type { Database } from '../kit/database.js';
import type { OrderEvent as EventRow, OrderLine as LineRow } from '../generated/client.js';
import type { Prisma } from '../generated/client.js';
import { listOrderIds } from './order-list.js';
import type { OrderPage, OrderReader } from './order-reader.js';
import { toOrderErp } from '../erp/erp-links.js';
import { lineTaxOf } from '../kit/line-tax.js';
import { totalsOf } from '../kit/order-totals.js';
import { present } from '../kit/present.js';

/** Reads orders from PostgreSQL. Every query names tenant and organisation. */
export function createOrderReader(database: Database): OrderReader {
  const { prisma } = database;
  return {
    async findOrder(scope, orderId) {
      const row = await prisma.order.findUnique({
        where: { id: orderId, tenantId: scope.tenantId, orgId: scope.orgId },
        include: withParts,
      });
      return row ? toOrder(row) : undefined;
    },
    async findRequestHash(scope, orderId) {
      const row = await prisma.order.findUnique({
        where: { id: orderId, tenantId: scope.tenantId, orgId: scope.orgId },
        select: { requestHash: true },
      });
      return row?.requestHash;
    },
    listOrders: (scope, query) => listOrders(database, scope, query),
    async listEvents(scope, orderId) {
      const row = await prisma.order.findUnique({
        where: { id: orderId, tenantId: scope.tenantId, orgId: scope.orgId },
        select: { events: { orderBy: { sequence: 'asc' } } },
      });
      return row?.events.map(toEvent);
    },
    ping: () => database.ping(),
  };
}

/** The relations that are read with an order's row. */
export const withParts = {
  lines: { orderBy: { position: 'asc' } },
  shipments: { where: { cancelledAt: null }, orderBy: { ordinal: 'desc' }, take: 1 },
  erpLink: true,
} as const satisfies Prisma.OrderInclude;
type OrderRow = Prisma.OrderGetPayload<{ include: typeof withParts }>;

async function listOrders(database: Database, scope: TenantScope, query: OrderListQuery): Promise<OrderPage> {
  const { ids, limit, next } = await listOrderIds(database, scope, query);
  const rows = await database.prisma.order.findMany({
    where: { id: { in: [...ids] } },
    include: withParts,
  });
  const byId = new Map(rows.map((row) => [row.id, row]));
  const orders = ids.flatMap((id) => {
    const row = byId.get(id);
    return row ? [toOrder(row)] : [];
  });
  return { orders, limit, ...present('next', next) };
}

// Check constraints hold the text of the casts below to the domain's words.

/** Renders an order's row and its parts as the domain has them. */
export function toOrder(row: OrderRow): Order {
  return {
    id: row.id,
    tenantId: row.tenantId,
    orgId: row.orgId,
    number: row.number,
    idempotencyKey: row.idempotencyKey,
    status: row.status as OrderStatus,
    paymentStatus: row.paymentStatus as PaymentStatus,
    currency: row.currency,
    currencyExponent: row.currencyExponent,
    metadata: row.metadata as Record<string, string>,
    totals: totalsOf(row),
    flags: row.flags as OrderFlag[],
    lines: row.lines.map(toLine),
    version: row.version,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    statusTimes: statusTimes(row),
    ...present('trackingNumber', row.shipments[0]?.trackingNumber),
    ...present('carrier', row.shipments[0]?.carrier),
    ...present('erp', row.erpLink && toOrderErp(row.erpLink, row.version)),
    ...present('cancellationReason', row.cancellationReason as CancellationReason | null),
    ...present('cancellationDetail', row.cancellationDetail),
    ...present('paymentProvider', row.paymentProvider as PaymentProviderName | null),
    ...present('paymentReference', row.paymentReference),
    ...(row.paymentReference === null ? {} : { capturePolicy: row.capturePolicy as CapturePolicy }),
    ...present('customerId', row.customerId),
    ...present('customerRef', row.customerRef),
    ...present('externalId', row.externalId),
    ...present('channel', row.channel),
    ...present('sourcePlatform', row.sourcePlatform),
    ...present('shippingAddress', row.shippingAddress as Address | null),
    ...present('billingAddress', row.billingAddress as Address | null),
    ...present('shippingMethod', row.shippingMethod),
    ...present('note', row.note),
    ...(row.tags.length > 0 ? { tags: row.tags } : {}),
  };
}

/** Renders a line's row as the domain has it. */
export function toLine(row: LineRow): OrderLine {
  return {
    id: row.id,
    position: row.position,
    quantity: row.quantity,
    unitPriceMinor: Number(row.unitPriceMinor),
    requiresShipping: row.requiresShipping,
    ...lineTaxOf(row),
    ...present('productTitle', row.productTitle),
    ...present('productId', row.productId),
    ...present('variantId', row.variantId),
    ...present('locationId', row.locationId),
    ...present('sku', row.sku),
    ...present('variantTitle', row.variantTitle),
  };
}

function toEvent(row: EventRow): OrderEvent {
  return {
    sequence: row.sequence,
    type: row.type as OrderEventType,
    actor: { type: row.actorType as Actor['type'], id: row.actorId },
    data: row.data as Record<string, unknown>,
    occurredAt: row.occurredAt.toISOString(),
    ...present('from', row.fromStatus),
    ...present('to', row.toStatus),
    ...present('reason', row.reason),
  };
}

function statusTimes(row: OrderRow): Partial<Record<OrderStatus, string>> {
  const times: Partial<Record<OrderStatus, string>> = {};
  for (const status of orderStatuses) {
    const reachedAt = row[`${status}At`];
    if (reachedAt) times[status] = reachedAt.toISOString();
  }
  return times;
}
