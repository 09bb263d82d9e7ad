import { formatAmountMinor, formatTaxRate, type Address } from '@oms/domain';

import type {
  ErpInvoice,
  ErpOrder,
  ErpOrderLine,
  ErpShipment,
  ErpUnits,
  ErpUnitsWithAmount,
} from '../erp-order.js';

type Amount = (amountMinor: number) => string;

/**
 * Renders the body for an order, in the form that Standard Webhooks proposes: `type`, `timestamp`, `data`. Depends
 * only on the snapshot: an equal snapshot has an equal body. Amounts are decimal strings with the currency's
 * decimals.
 */
export function orderBody(order: ErpOrder): string {
  const { totals } = order;
  const amount: Amount = (minor) => formatAmountMinor(minor, order.currencyExponent);
  return JSON.stringify({
    type: 'order.snapshot',
    timestamp: order.updatedAt,
    data: {
      id: order.id,
      number: order.number,
      external_id: order.externalId,
      version: order.version,
      status: order.status,
      payment_status: order.paymentStatus,
      currency: order.currency,
      subtotal_amount: amount(totals.subtotalMinor),
      discount_amount: amount(totals.discountMinor),
      tax_amount: amount(totals.taxMinor),
      taxes_included: totals.taxesIncluded ?? false,
      shipping_amount: amount(totals.shippingMinor),
      total_amount: amount(totals.totalMinor),
      captured_amount: amount(order.capturedMinor),
      refunded_amount: amount(order.refundedMinor),
      disputed_amount: amount(order.disputedMinor),
      lines: order.lines.map((line) => lineBody(line, amount)),
      customer: order.customer,
      shipping_address: addressBody(order.shippingAddress),
      billing_address: addressBody(order.billingAddress),
      shipping_method: order.shippingMethod,
      note: order.note,
      tags: order.tags,
      shipments: order.shipments.map(shipmentBody),
      ...documentBodies(order, amount),
      invoice: order.invoice && invoiceBody(order.invoice, amount),
      cancellation_reason: order.cancellationReason,
      cancellation_detail: order.cancellationDetail,
      created_at: order.createdAt,
      updated_at: order.updatedAt,
    },
  });
}

/** The body that tests whether the server accepts signed requests. */
export function testBody(timestamp: string): string {
  return JSON.stringify({ type: 'connection.test', timestamp, data: {} });
}

function lineBody(line: ErpOrderLine, amount: Amount): object {
  return {
    id: line.id,
    sku: line.sku,
    title: line.title,
    quantity: line.quantity,
    cancelled_quantity: line.cancelled,
    shipped_quantity: line.shipped,
    returned_quantity: line.returned,
    unit_price: amount(line.unitPriceMinor),
    discount_amount: amount(line.discountMinor),
    tax_rate: line.taxRateMillionths === undefined ? undefined : formatTaxRate(line.taxRateMillionths),
    tax_amount: amount(line.taxMinor),
    total_amount: amount(line.quantity * line.unitPriceMinor - line.discountMinor),
    requires_shipping: line.requiresShipping,
  };
}

/** Cancellations, returns and refunds. */
function documentBodies({ cancellations, returns, refunds }: ErpOrder, amount: Amount): object {
  const unitsWithAmount = ({ lineId, quantity, amountMinor }: ErpUnitsWithAmount): object => ({
    ...{ line_id: lineId, quantity },
    amount: amount(amountMinor),
  });
  return {
    cancellations: cancellations.map((cancelled) => ({
      id: cancelled.id,
      amount: amount(cancelled.amountMinor),
      lines: cancelled.lines.map(unitsWithAmount),
      refund_id: cancelled.refundId,
      reason: cancelled.reason,
      cancelled_at: cancelled.cancelledAt,
    })),
    returns: returns.map((returned) => ({
      id: returned.id,
      status: returned.status,
      reason: returned.reason,
      lines: returned.lines.map(unitsBody),
      requested_at: returned.requestedAt,
      received_at: returned.receivedAt,
    })),
    refunds: refunds.map((refund) => ({
      id: refund.id,
      status: refund.status,
      amount: amount(refund.amountMinor),
      lines: refund.lines.map(unitsWithAmount),
      return_id: refund.returnId,
      reason: refund.reason,
      provider_refund_id: refund.providerRefundId,
      requested_at: refund.requestedAt,
      settled_at: refund.settledAt,
    })),
  };
}

function invoiceBody(invoice: ErpInvoice, amount: Amount): object {
  return {
    id: invoice.id,
    number: invoice.number,
    status: invoice.status,
    total_amount: amount(invoice.totalMinor),
    paid_amount: amount(invoice.paidMinor),
    due_amount: amount(invoice.dueMinor),
    credited_amount: amount(invoice.creditedMinor),
    credit_notes: invoice.creditNotes.map((note) => ({
      id: note.id,
      credit_note_number: note.number,
      reason: note.reason,
      amount: amount(note.amountMinor),
      refund_id: note.refundId,
      cancellation_id: note.cancellationId,
      created_at: note.createdAt,
    })),
    issued_at: invoice.issuedAt,
    paid_at: invoice.paidAt,
    voided_at: invoice.voidedAt,
  };
}

function addressBody(address: Address | undefined): object | undefined {
  return (
    address && {
      name: address.name,
      company: address.company,
      line1: address.line1,
      line2: address.line2,
      city: address.city,
      state: address.state,
      postal_code: address.postalCode,
      country: address.country,
      phone: address.phone,
      email: address.email,
    }
  );
}

function shipmentBody(shipment: ErpShipment): object {
  return {
    id: shipment.id,
    carrier: shipment.carrier,
    tracking_number: shipment.trackingNumber,
    shipped_at: shipment.shippedAt,
    delivered_at: shipment.deliveredAt,
    returned_to_sender_at: shipment.returnedToSenderAt,
    lines: shipment.lines.map(unitsBody),
  };
}

function unitsBody({ lineId, quantity, received }: ErpUnits): object {
  return {
    line_id: lineId,
    quantity,
    restocked: received?.restock,
    damaged: received?.damaged,
    missing: received?.missing,
  };
}
