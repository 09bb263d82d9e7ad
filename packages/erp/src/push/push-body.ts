import { formatAmountMinor, type Address } from '@oms/domain';

import type { ErpOrder, ErpOrderLine, ErpShipment } from '../erp-order.js';

/**
 * Renders the body for an order, in the form that Standard Webhooks proposes: `type`, `timestamp`, `data`. Depends
 * only on the snapshot: an equal snapshot has an equal body. Amounts are decimal strings with the currency's
 * decimals.
 */
export function orderBody(order: ErpOrder): string {
  const { totals } = order;
  const amount = (minor: number): string => formatAmountMinor(minor, order.currencyExponent);
  return JSON.stringify({
    type: 'order.snapshot',
    timestamp: order.updatedAt,
    data: {
      id: order.id,
      number: order.number,
      external_id: order.externalId,
      version: order.version,
      status: order.status,
      currency: order.currency,
      subtotal_amount: amount(totals.subtotalMinor),
      discount_amount: amount(totals.discountMinor),
      tax_amount: amount(totals.taxMinor),
      taxes_included: totals.taxesIncluded ?? false,
      shipping_amount: amount(totals.shippingMinor),
      total_amount: amount(totals.totalMinor),
      lines: order.lines.map((line) => lineBody(line, amount)),
      customer: order.customer,
      shipping_address: addressBody(order.shippingAddress),
      billing_address: addressBody(order.billingAddress),
      shipping_method: order.shippingMethod,
      note: order.note,
      tags: order.tags,
      shipments: order.shipments.map(shipmentBody),
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

function lineBody(line: ErpOrderLine, amount: (minor: number) => string): object {
  return {
    id: line.id,
    sku: line.sku,
    title: line.title,
    quantity: line.quantity,
    unit_price: amount(line.unitPriceMinor),
    discount_amount: amount(line.discountMinor),
    total_amount: amount(line.quantity * line.unitPriceMinor - line.discountMinor),
    requires_shipping: line.requiresShipping,
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
    lines: shipment.lines.map(({ lineId, quantity, received }) => ({
      line_id: lineId,
      quantity,
      restocked: received?.restock,
      damaged: received?.damaged,
      missing: received?.missing,
    })),
  };
}
