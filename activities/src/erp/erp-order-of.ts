import type { InvoiceSums, LineProgress, OrderReturn, OrderSnapshot, Refund } from '@oms/database';
import { amountDueMinor, creditNoteNumber, invoiceNumber, lineAmounts, type LineAmounts } from '@oms/domain';
import type { ErpCustomer, ErpInvoice, ErpOrder, ErpOrderLine, ErpRefund, ErpReturn } from '@oms/erp';

/** An order as ERPs are given it. */
export function erpOrderOf(snapshot: OrderSnapshot): ErpOrder {
  const { order, money, shipments, cancellations, invoice } = snapshot;
  const customer = customerOf(order);
  const { id, number, status, paymentStatus, currency, currencyExponent, totals, version } = order;
  const { externalId, shippingAddress, billingAddress, shippingMethod, note, tags, createdAt, updatedAt } =
    order;
  const { cancellationReason, cancellationDetail } = order;
  return {
    ...{
      id,
      number,
      status,
      paymentStatus,
      currency,
      currencyExponent,
      totals,
      version,
      createdAt,
      updatedAt,
    },
    ...money,
    lines: lineAmounts(order.lines, totals).map(lineOf),
    ...{ shipments, cancellations },
    returns: snapshot.returns.map(returnOf),
    refunds: snapshot.refunds.map(refundOf),
    ...(invoice ? { invoice: invoiceOf(invoice) } : {}),
    ...(externalId === undefined ? {} : { externalId }),
    ...(customer ? { customer } : {}),
    ...(shippingAddress ? { shippingAddress } : {}),
    ...(billingAddress ? { billingAddress } : {}),
    ...(note === undefined ? {} : { note }),
    ...(tags ? { tags } : {}),
    ...(shippingMethod === undefined ? {} : { shippingMethod }),
    ...(cancellationReason ? { cancellationReason } : {}),
    ...(cancellationDetail === undefined ? {} : { cancellationDetail }),
  };
}

function lineOf(line: LineProgress & LineAmounts): ErpOrderLine {
  const { id, sku, quantity, cancelled, shipped, returned, unitPriceMinor, requiresShipping } = line;
  const { discountMinor, taxMinor, taxRateMillionths } = line;
  const words = [line.productTitle, line.variantTitle].filter((word) => word !== undefined);
  return {
    ...{
      id,
      quantity,
      cancelled,
      shipped,
      returned,
      unitPriceMinor,
      discountMinor,
      taxMinor,
      requiresShipping,
    },
    title: words.length > 0 ? words.join(', ') : (sku ?? `Item ${line.position}`),
    ...(sku === undefined ? {} : { sku }),
    ...(taxRateMillionths === undefined ? {} : { taxRateMillionths }),
  };
}

function returnOf({ id, status, reason, lines, requestedAt, receivedAt }: OrderReturn): ErpReturn {
  return {
    ...{ id, status, lines, requestedAt },
    ...(reason === undefined ? {} : { reason }),
    ...(receivedAt === undefined ? {} : { receivedAt }),
  };
}

/** The provider's words about a refusal stay here: they may contain anything. */
function refundOf({ failure: _, ...refund }: Refund): ErpRefund {
  return refund;
}

function invoiceOf(invoice: InvoiceSums): ErpInvoice {
  const { cancelledMinor: _, sequence, creditNotes, ...sums } = invoice;
  return {
    ...sums,
    number: invoiceNumber(sequence),
    dueMinor: amountDueMinor(invoice),
    creditNotes: creditNotes.map(({ sequence: ordinal, ...note }) => ({
      ...note,
      number: creditNoteNumber(ordinal),
    })),
  };
}

/** The client's own name of the customer, where there is one: that is what a shop's ERP knows. */
function customerOf({
  customerRef,
  customerId,
  shippingAddress,
}: OrderSnapshot['order']): ErpCustomer | undefined {
  const id = customerRef ?? customerId;
  if (id === undefined) return undefined;
  const { name, email } = shippingAddress ?? {};
  return { id, ...(name === undefined ? {} : { name }), ...(email === undefined ? {} : { email }) };
}
