import type { Order, OrderLine, OrderRef } from '@oms/domain';

import type { Database } from '../kit/database.js';
import { RowNotFoundError } from '../kit/database-error.js';
import { Prisma } from '../generated/client.js';
import type { Cancellation, OrderReturn, Refund, Shipment } from './order-documents.js';
import { toCreditNoteHead, toInvoiceHead, type CreditNoteHead, type InvoiceHead } from './invoice-rows.js';
import { toCancellation, toRefund, toReturn, toShipment } from './order-parts.js';
import { toOrder, withParts } from './postgres-order-reader.js';

/** The units of a line, by their progress. */
export interface LineProgress extends OrderLine {
  readonly cancelled: number;
  readonly shipped: number;
  readonly returned: number;
}

/** The sums of an invoice, without the lines and parties that it prints. */
export type InvoiceSums = InvoiceHead & { readonly creditNotes: readonly CreditNoteHead[] };

/** All of an order as it was at one moment, at one version. Lists are the oldest first. */
export interface OrderSnapshot {
  readonly order: Omit<Order, 'lines'> & { readonly lines: readonly LineProgress[] };
  /** The sums of the payment ledger. Zero for an order without a payment. */
  readonly money: {
    readonly capturedMinor: number;
    readonly refundedMinor: number;
    readonly disputedMinor: number;
  };
  /** Without cancelled ones. */
  readonly shipments: readonly Shipment[];
  readonly cancellations: readonly Cancellation[];
  readonly returns: readonly OrderReturn[];
  readonly refunds: readonly Refund[];
  /** Absent until the order is confirmed. */
  readonly invoice?: InvoiceSums;
}

const oldestFirst = { orderBy: { ordinal: 'asc' } } as const;

const withHistory = {
  ...withParts,
  payment: true,
  cancellations: { ...oldestFirst, include: { lines: true } },
  returns: { ...oldestFirst, include: { lines: true } },
  refunds: oldestFirst,
  invoice: { include: { creditNotes: { orderBy: { sequence: 'asc' } } } },
} as const satisfies Prisma.OrderInclude;

/**
 * Reads an order at one moment, regardless of concurrent writes.
 *
 * @throws RowNotFoundError for an unknown order
 */
export async function findOrderSnapshot(
  { prisma }: Database,
  { tenantId, orgId, orderId }: OrderRef,
): Promise<OrderSnapshot> {
  const where = { id: orderId, tenantId, orgId };
  const [row, shipments] = await prisma.$transaction(
    [
      prisma.order.findUnique({ where, include: withHistory }),
      prisma.shipment.findMany({
        where: { order: where, cancelledAt: null },
        include: { lines: true },
        ...oldestFirst,
      }),
    ],
    { isolationLevel: Prisma.TransactionIsolationLevel.RepeatableRead },
  );
  if (!row) throw new RowNotFoundError(`there is no order ${orderId}`);
  const { payment, invoice } = row;
  const order = toOrder(row);
  const progress = new Map(row.lines.map((line) => [line.id, line]));
  return {
    order: {
      ...order,
      lines: order.lines.map((line) => {
        const {
          cancelledQuantity: cancelled = 0,
          shippedQuantity: shipped = 0,
          returnedQuantity: returned = 0,
        } = progress.get(line.id) ?? {};
        return { ...line, cancelled, shipped, returned };
      }),
    },
    money: {
      capturedMinor: Number(payment?.capturedMinor ?? 0),
      refundedMinor: Number(payment?.refundedMinor ?? 0),
      disputedMinor: Number(payment?.disputedMinor ?? 0),
    },
    shipments: shipments.map(toShipment),
    cancellations: row.cancellations.map(toCancellation),
    returns: row.returns.map(toReturn),
    refunds: row.refunds.map(toRefund),
    ...(invoice
      ? { invoice: { ...toInvoiceHead(invoice), creditNotes: invoice.creditNotes.map(toCreditNoteHead) } }
      : {}),
  };
}
