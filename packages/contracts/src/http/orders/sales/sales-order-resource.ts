import type { CancellationReason, Order, OrderLine, OrderStatus } from '@oms/domain';
import {
  cancellationReasons,
  formatAmountMinor,
  lineAmounts,
  orderStatuses,
  paymentProviderNames,
  paymentStatuses,
} from '@oms/domain';
import { z } from 'zod';

import { encodeCursor } from '../../kit/list-cursor.js';
import { capturePolicyOfOrder } from '../order-resource.js';
import { orderErpResource, renderOrderErp } from '../order-erp-resource.js';
import { taxesIncluded } from '../line-tax-schema.js';
import { addressResource, renderAddress } from '../../kit/address-resource.js';
import { lineAmountFields, orderPageFields, totalOfAmounts } from '../order-resource.js';
import { renderLineAmounts, renderStatusTimes, type PageOfOrders } from '../render-order.js';
import { typeIdOf } from '../../kit/type-id.js';
import { IdPrefix, renderCustomerId, salesOrderId } from '../../kit/prefixed-ids.js';
import { namedResources } from '../../kit/named-schemas.js';

// Orders in answers of the Sales API.

const money = z.string().meta({ description: 'A decimal string with exactly the currency’s decimals.' });
const timestamp = z.string().meta({ format: 'date-time', description: 'ISO 8601 in UTC.' });

export const salesLineItemResource = z.strictObject({
  id: z.string(),
  product_id: z.string().nullable(),
  variant_id: z.string().nullable(),
  title: z.string().nullable(),
  variant_title: z.string().nullable(),
  sku: z.string().nullable(),
  quantity: z.int().min(1),
  unit_price: money,
  total: money.meta({ description: 'Quantity × price, before the discount and an added tax.' }),
  ...lineAmountFields,
});

const timesOfStatuses = Object.fromEntries(
  orderStatuses.map((status) => [`${status}_at`, timestamp.optional()]),
  // `Object.fromEntries` loses the types of the keys, the domain's statuses.
) as Record<`${OrderStatus}_at`, z.ZodOptional<typeof timestamp>>;

export const salesOrderResource = z
  .strictObject({
    id: z.string().meta({ description: 'Begins with `so_`.' }),
    order_number: z.string(),
    status: z.enum(orderStatuses),
    payment_status: z
      .enum(paymentStatuses)
      .meta({ description: 'Of the payment by a provider. What is paid by invoice, the invoice says.' }),
    cancellation_reason: z.enum(cancellationReasons).nullable(),
    cancellation_detail: z.string().nullable(),
    customer_id: z.string().nullable(),
    external_id: z.string().nullable(),
    currency: z.string(),
    subtotal: money,
    discount_amount: money,
    tax_amount: money,
    taxes_included: taxesIncluded,
    shipping_amount: money,
    total: money.meta({ description: totalOfAmounts }),
    payment_provider: z.enum(paymentProviderNames).nullable(),
    payment_reference: z.string().nullable(),
    capture_policy: capturePolicyOfOrder,
    shipping_address: addressResource.nullable(),
    billing_address: addressResource.nullable(),
    shipping_method: z.string().nullable(),
    tracking_number: z.string().nullable().meta({ description: 'Of the newest parcel.' }),
    carrier: z.string().nullable().meta({ description: 'Of the newest parcel.' }),
    line_items: z.array(salesLineItemResource),
    erp: orderErpResource.nullable().meta({ description: 'Null for an order that is kept in no ERP.' }),
    note: z.string().nullable(),
    tags: z.array(z.string()),
    metadata: z.record(z.string(), z.string()),
    created_at: timestamp,
    updated_at: timestamp,
    ...timesOfStatuses,
    version: z.int().min(1),
  })
  .register(namedResources, { id: 'SalesOrder' });

export const acceptedSalesOrderResource = z
  .strictObject({ id: z.string(), status: z.enum(['accepted', 'cancelled']) })
  .meta({ description: 'It is accepted and goes on by itself. Ask for the order to see.' })
  .register(namedResources, { id: 'AcceptedSalesOrder' });

export const salesOrderListResource = z
  .strictObject({
    orders: z.array(salesOrderResource),
    ...orderPageFields,
  })
  .register(namedResources, { id: 'SalesOrderList' });

/** Renders an order. */
export function renderSalesOrder(order: Order): z.output<typeof salesOrderResource> {
  const { totals } = order;
  const amount = (amountMinor: number): string => formatAmountMinor(amountMinor, order.currencyExponent);
  return {
    id: salesOrderId(order.id),
    order_number: order.number,
    status: order.status,
    payment_status: order.paymentStatus,
    cancellation_reason: order.cancellationReason ?? null,
    cancellation_detail: order.cancellationDetail ?? null,
    customer_id: renderCustomerId(order),
    external_id: order.externalId ?? null,
    currency: order.currency,
    subtotal: amount(totals.subtotalMinor),
    discount_amount: amount(totals.discountMinor),
    tax_amount: amount(totals.taxMinor),
    taxes_included: totals.taxesIncluded ?? false,
    shipping_amount: amount(totals.shippingMinor),
    total: amount(totals.totalMinor),
    payment_provider: order.paymentProvider ?? null,
    payment_reference: order.paymentReference ?? null,
    capture_policy: order.capturePolicy ?? null,
    shipping_address: order.shippingAddress ? renderAddress(order.shippingAddress) : null,
    billing_address: order.billingAddress ? renderAddress(order.billingAddress) : null,
    shipping_method: order.shippingMethod ?? null,
    tracking_number: order.trackingNumber ?? null,
    carrier: order.carrier ?? null,
    line_items: lineAmounts(order.lines, totals).map((line) => ({
      ...renderLine(line, amount),
      ...renderLineAmounts(line, amount),
    })),
    erp: renderOrderErp(order.erp),
    note: order.note ?? null,
    tags: [...(order.tags ?? [])],
    metadata: { ...order.metadata },
    created_at: order.createdAt,
    updated_at: order.updatedAt,
    ...renderStatusTimes(order.statusTimes),
    version: order.version,
  };
}

function renderLine(line: OrderLine, amount: (amountMinor: number) => string) {
  return {
    id: typeIdOf(IdPrefix.Item, line.id),
    product_id: line.productId ?? null,
    variant_id: line.variantId === undefined ? null : typeIdOf(IdPrefix.Variant, line.variantId),
    title: line.productTitle ?? null,
    variant_title: line.variantTitle ?? null,
    sku: line.sku ?? null,
    quantity: line.quantity,
    unit_price: amount(line.unitPriceMinor),
    total: amount(line.quantity * line.unitPriceMinor),
  };
}

/** Renders an order that is accepted and not yet recorded, or an accepted change that is not yet complete. */
export function renderAcceptedSalesOrder(
  orderId: string,
  cancelledFor?: CancellationReason,
): z.output<typeof acceptedSalesOrderResource> {
  return { id: salesOrderId(orderId), status: cancelledFor === undefined ? 'accepted' : 'cancelled' };
}

/** Renders a page of orders. */
export function renderSalesOrderList(page: PageOfOrders, { offset }: { readonly offset: number }) {
  return {
    orders: page.orders.map(renderSalesOrder),
    limit: page.limit,
    offset,
    next_cursor: page.next ? encodeCursor(page.next) : null,
  };
}
