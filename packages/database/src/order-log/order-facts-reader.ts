import {
  CapturePolicy,
  isInvoiceCommand,
  isOpenReturn,
  ShipmentStatus,
  type Address,
  type InvoiceFacts,
  type InvoiceStatus,
  type LineFacts,
  type LineQuantity,
  type LineRefund,
  type OrderCommandType,
  type OrderFacts,
  type OrderFlag,
  type OrderRef,
  type OrderStatus,
  type PaymentStatus,
  type ReturnStatus,
  type SplitShipments,
} from '@oms/domain';

import type { CancellationDecision } from '@oms/contracts/temporal';

import type { Database } from '../kit/database.js';
import { lineTaxOf } from '../kit/line-tax.js';
import { totalsOf } from '../kit/order-totals.js';
import { present } from '../kit/present.js';
import { RowNotFoundError } from '../kit/database-error.js';
import type {
  Prisma,
  Order as OrderRow,
  Invoice as InvoiceRow,
  InvoicePayment as InvoicePaymentRow,
  OrderLine as LineRow,
  Shipment as ShipmentRow,
} from '../generated/client.js';
import type { Queries } from '../kit/queries.js';
import { sumOfAmounts } from '../kit/sum-of-amounts.js';

const withParts = {
  lines: { orderBy: { position: 'asc' } },
  payment: { include: { captureRequests: { where: { status: 'pending' } } } },
  shipments: { include: { lines: true }, orderBy: { ordinal: 'asc' } },
  returns: { include: { lines: true }, orderBy: { ordinal: 'asc' } },
  refunds: { where: { status: { not: 'failed' } } },
  cancellations: { where: { refundId: null }, include: { lines: true } },
} as const satisfies Prisma.OrderInclude;

/**
 * Reads everything that a decision about an order depends on.
 *
 * @throws RowNotFoundError for an unknown order
 */
export async function readOrderFacts(queries: Queries, ref: OrderRef): Promise<OrderFacts> {
  const row = await queries.order.findUnique({
    where: { id: ref.orderId, tenantId: ref.tenantId, orgId: ref.orgId },
    include: withParts,
  });
  if (!row) throw new RowNotFoundError(`there is no order ${ref.orderId}`);
  return factsOf(row);
}

/** The same of many orders, by their ids. */
export async function readFactsOfOrders(
  queries: Queries,
  orderIds: readonly string[],
): Promise<ReadonlyMap<string, OrderFacts>> {
  const rows = await queries.order.findMany({ where: { id: { in: [...orderIds] } }, include: withParts });
  return new Map(rows.map((row) => [row.id, factsOf(row)]));
}

type OrderWithParts = Prisma.OrderGetPayload<{ include: typeof withParts }>;

function factsOf(row: OrderWithParts): OrderFacts {
  const asked = row.refunds.filter(({ status }) => status === 'pending');
  const pendingMinor = sumOfAmounts(asked);
  return {
    // Check constraints hold this text and the text below to the domain's words.
    status: row.status as OrderStatus,
    paymentStatus: row.paymentStatus as PaymentStatus,
    version: row.version,
    currency: { code: row.currency, exponent: row.currencyExponent },
    totals: totalsOf(row),
    capturedMinor: Number(row.payment?.capturedMinor ?? 0),
    notChargedMinor: sumOfAmounts(row.cancellations),
    refundedMinor: Number(row.payment?.refundedMinor ?? 0) + pendingMinor,
    disputedMinor: Number(row.payment?.disputedMinor ?? 0),
    moneyStepMinor: Number(row.payment?.moneyStepMinor ?? 1),
    ...(isRefundWindowOver(row) ? { isRefundWindowOver: true } : {}),
    ...(isCapturedAtShipment(row) ? { captureAtShipment: captureTermsOf(row) } : {}),
    flags: row.flags as OrderFlag[],
    ...present('beingCancelledFor', (row.cancelling as CancellationDecision | null)?.reason), // As `refuseOrder` wrote it.
    details: {
      tags: row.tags,
      metadata: row.metadata as Record<string, string>, // As this package writes it, and the addresses too.
      ...present('shippingAddress', row.shippingAddress as Address | null),
      ...present('billingAddress', row.billingAddress as Address | null),
      ...present('paymentReference', row.paymentReference),
      ...present('shippingMethod', row.shippingMethod),
      ...present('note', row.note),
    },
    lines: lineFacts(row),
    shipments: row.shipments.map(({ lines, ...shipment }) => ({
      id: shipment.id,
      status: shipmentStatusOf(shipment),
      lines: lines.map(({ lineId, quantity }) => ({ lineId, quantity })),
    })),
    returns: row.returns.map(({ id, status, lines }) => ({
      id,
      status: status as ReturnStatus,
      lines: lines
        .map(({ lineId, quantity, missingQuantity }) => ({
          lineId,
          quantity: quantity - (missingQuantity ?? 0),
        }))
        .filter(({ quantity }) => quantity > 0),
      ...(asked.some(({ returnId }) => returnId === id) ? { isBeingRefunded: true as const } : {}),
    })),
  };
}

const dayMs = 86_400_000;

function isRefundWindowOver({ closedAt, cancelledAt, refundWindowDays }: OrderRow): boolean {
  const endedAt = closedAt ?? cancelledAt;
  if (!endedAt || refundWindowDays === null) return false;
  return endedAt.getTime() + refundWindowDays * dayMs <= Date.now();
}

/** Whether the payment of an order is captured when it ships. A free order, and one on invoice, has none. */
export const isCapturedAtShipment = ({
  capturePolicy,
  paymentReference,
  totalMinor,
}: Pick<OrderRow, 'capturePolicy' | 'paymentReference' | 'totalMinor'>): boolean =>
  capturePolicy === CapturePolicy.AtShipment && paymentReference !== null && totalMinor > 0n;

const captureTermsOf = ({
  splitShipments,
  payment,
}: OrderWithParts): NonNullable<OrderFacts['captureAtShipment']> => ({
  splitShipments: splitShipments as SplitShipments, // A check constraint holds it to the domain's words.
  isUnderWay: (payment?.captureRequests.length ?? 0) > 0,
});

export function shipmentStatusOf({
  deliveredAt,
  cancelledAt,
  returnedToSenderAt,
}: Pick<ShipmentRow, 'deliveredAt' | 'cancelledAt' | 'returnedToSenderAt'>): ShipmentStatus {
  if (cancelledAt) return ShipmentStatus.Cancelled;
  if (returnedToSenderAt) return ShipmentStatus.ReturnedToSender;
  return deliveredAt ? ShipmentStatus.Delivered : ShipmentStatus.Shipped;
}

/** Reads the order state for a command of one type. Commands about the invoice depend on the invoice as well. */
export async function readFactsFor(
  queries: Queries,
  ref: OrderRef,
  type?: OrderCommandType,
): Promise<OrderFacts> {
  const facts = await readOrderFacts(queries, ref);
  if (type === undefined || !isInvoiceCommand(type)) return facts;
  const { orderId } = ref;
  const row = await queries.invoice.findUnique({ where: { orderId }, include: { payments: true } });
  return row ? { ...facts, invoice: invoiceFacts(row) } : facts;
}

function invoiceFacts(row: InvoiceRow & { readonly payments: readonly InvoicePaymentRow[] }): InvoiceFacts {
  const { id, currency, payments } = row;
  return {
    ...{ id, currency, status: row.status as InvoiceStatus },
    ...{ totalMinor: Number(row.totalMinor), paidMinor: Number(row.paidMinor) },
    cancelledMinor: Number(row.cancelledMinor),
    payments: payments.map((payment) => ({
      ...{ id: payment.id, currency: payment.currency, method: payment.method },
      amountMinor: Number(payment.amountMinor),
      ...present('reference', payment.reference),
    })),
  };
}

/** The progress of each line, by its own counts and by the open documents. */
function lineFacts({
  lines,
  returns,
  refunds,
  cancellations,
}: {
  readonly lines: readonly LineRow[];
  readonly returns: readonly { readonly status: string; readonly lines: readonly LineQuantity[] }[];
  readonly refunds: readonly { readonly lines: unknown }[];
  readonly cancellations: readonly {
    readonly lines: readonly { readonly lineId: string; readonly amountMinor: bigint }[];
  }[];
}): readonly LineFacts[] {
  const open = returns.filter(({ status }) => isOpenReturn(status as ReturnStatus));
  const returning = unitsByLine(open.map((returned) => returned.lines));
  const refundedMinor = new Map<string, number>();
  const add = (lineId: string, amountMinor: number): void => {
    refundedMinor.set(lineId, (refundedMinor.get(lineId) ?? 0) + amountMinor);
  };
  for (const { lines: parts } of refunds) {
    // As this package writes them.
    for (const { lineId, amountMinor } of parts as readonly LineRefund[]) add(lineId, amountMinor);
  }
  for (const { lineId, amountMinor } of cancellations.flatMap((cancelled) => cancelled.lines)) {
    add(lineId, Number(amountMinor));
  }
  return lines.map((line) => ({
    id: line.id,
    quantity: line.quantity,
    unitPriceMinor: Number(line.unitPriceMinor),
    requiresShipping: line.requiresShipping,
    ...lineTaxOf(line),
    cancelled: line.cancelledQuantity,
    shipped: line.shippedQuantity,
    delivered: line.deliveredQuantity,
    returnedToSender: line.returnedToSenderQuantity,
    returning: returning.get(line.id) ?? 0,
    returned: line.returnedQuantity,
    refundedMinor: refundedMinor.get(line.id) ?? 0,
  }));
}

/** See {@link readOrderFacts}. */
export function findOrderFacts(database: Database, ref: OrderRef): Promise<OrderFacts> {
  return readOrderFacts(database.prisma, ref);
}

function unitsByLine(documents: readonly (readonly LineQuantity[])[]): ReadonlyMap<string, number> {
  const units = new Map<string, number>();
  for (const { lineId, quantity } of documents.flat()) units.set(lineId, (units.get(lineId) ?? 0) + quantity);
  return units;
}
