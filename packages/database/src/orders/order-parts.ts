import type { LineRefund, ReturnStatus, TenantScope } from '@oms/domain';

import type { Database } from '../kit/database.js';
import type {
  Cancellation as CancellationRow,
  CancellationLine as CancellationLineRow,
  Refund as RefundRow,
  Return as ReturnRow,
  ReturnLine as ReturnLineRow,
  Shipment as ShipmentRow,
  ShipmentLine as ShipmentLineRow,
} from '../generated/client.js';
import type {
  Cancellation,
  DocumentLine,
  OrderMoney,
  OrderParts,
  OrderReturn,
  Refund,
  Shipment,
} from './order-documents.js';
import { present } from '../kit/present.js';
import { shipmentStatusOf } from '../order-log/order-facts-reader.js';

/** Reads the shipments, returns, refunds and cancelled units of an order. */
export async function findOrderParts(
  database: Database,
  { tenantId, orgId }: TenantScope,
  orderId: string,
): Promise<OrderParts | undefined> {
  const oldestFirst = { orderBy: { ordinal: 'asc' } } as const;
  const row = await database.prisma.order.findUnique({
    where: { id: orderId, tenantId, orgId },
    select: {
      ...moneyColumns,
      shipments: { ...oldestFirst, include: { lines: true } },
      returns: { ...oldestFirst, include: { lines: true } },
      refunds: oldestFirst,
      cancellations: { ...oldestFirst, include: { lines: true } },
    },
  });
  if (!row) return undefined;
  return {
    ...toMoney(row),
    shipments: row.shipments.map(toShipment),
    returns: row.returns.map(toReturn),
    refunds: row.refunds.map(toRefund),
    cancellations: row.cancellations.map(toCancellation),
  };
}

/** Reads the form of an order's amounts; `undefined` for an unknown order. */
export async function findOrderMoney(
  { prisma }: Database,
  { tenantId, orgId }: TenantScope,
  orderId: string,
): Promise<OrderMoney | undefined> {
  const row = await prisma.order.findUnique({
    where: { id: orderId, tenantId, orgId },
    select: moneyColumns,
  });
  return row ? toMoney(row) : undefined;
}

const moneyColumns = {
  ...{ currency: true, currencyExponent: true },
  payment: { select: { moneyStepMinor: true } },
} as const;

interface MoneyRow {
  readonly currency: string;
  readonly currencyExponent: number;
  readonly payment: { readonly moneyStepMinor: bigint } | null;
}

function toMoney({ currency, currencyExponent, payment }: MoneyRow): OrderMoney {
  return {
    currency: { code: currency, exponent: currencyExponent },
    moneyStepMinor: Number(payment?.moneyStepMinor ?? 1),
  };
}

/** Renders a shipment's row and its lines. */
export function toShipment(row: ShipmentRow & { readonly lines: readonly ShipmentLineRow[] }): Shipment {
  return {
    id: row.id,
    status: shipmentStatusOf(row),
    lines: row.lines.map(toDocumentLine),
    shippedAt: row.shippedAt.toISOString(),
    ...present('trackingNumber', row.trackingNumber),
    ...present('carrier', row.carrier),
    ...present('deliveredAt', row.deliveredAt?.toISOString()),
    ...present('cancelledAt', row.cancelledAt?.toISOString()),
    ...present('cancellationReason', row.cancellationReason),
    ...present('returnedToSenderAt', row.returnedToSenderAt?.toISOString()),
    ...present('returnedToSenderReason', row.returnedToSenderReason),
  };
}

function toDocumentLine({
  lineId,
  quantity,
  restockedQuantity,
  damagedQuantity,
  missingQuantity,
}: Omit<ShipmentLineRow, 'shipmentId'> | Omit<ReturnLineRow, 'returnId'>): DocumentLine {
  if (restockedQuantity === null) return { lineId, quantity };
  // A check constraint: with the first one, all three are set.
  const received = {
    restock: restockedQuantity,
    damaged: damagedQuantity ?? 0,
    missing: missingQuantity ?? 0,
  };
  return { lineId, quantity, received };
}

/** Renders a return's row and its lines. */
export function toReturn(row: ReturnRow & { readonly lines: readonly ReturnLineRow[] }): OrderReturn {
  return {
    id: row.id,
    status: row.status as ReturnStatus, // Held to the domain's words by a check constraint.
    lines: row.lines.map(toDocumentLine),
    requestedAt: row.requestedAt.toISOString(),
    ...present('reason', row.reason),
    ...present('decisionReason', row.decisionReason),
    ...present('decidedAt', row.decidedAt?.toISOString()),
    ...present('receivedAt', row.receivedAt?.toISOString()),
    ...present('expiresAt', row.expiresAt?.toISOString()),
    ...present('expiredAt', row.expiredAt?.toISOString()),
    ...present('cancelledAt', row.cancelledAt?.toISOString()),
  };
}

/** Renders a refund's row. */
export function toRefund(row: RefundRow): Refund {
  return {
    id: row.id,
    status: row.status as Refund['status'], // As above.
    amountMinor: Number(row.amountMinor),
    lines: row.lines as unknown as readonly LineRefund[], // As the command that made it wrote them.
    requestedAt: row.requestedAt.toISOString(),
    ...present('returnId', row.returnId),
    ...present('reason', row.reason),
    ...present('failure', row.failure),
    ...present('settledAt', row.settledAt?.toISOString()),
    ...present('providerRefundId', row.providerRefundId),
  };
}

/** Renders the row of cancelled units and its lines. */
export function toCancellation(
  row: CancellationRow & { readonly lines: readonly CancellationLineRow[] },
): Cancellation {
  return {
    id: row.id,
    amountMinor: Number(row.amountMinor),
    lines: row.lines.map(({ lineId, quantity, amountMinor }) => ({
      ...{ lineId, quantity },
      amountMinor: Number(amountMinor),
    })),
    cancelledAt: row.cancelledAt.toISOString(),
    ...present('refundId', row.refundId),
    ...present('reason', row.reason),
  };
}
