import type { CancellationReason, Order, OrderLine, OrderStatus, OrderPosition } from '@oms/domain';
import {
  formatAmountMinor,
  formatTaxRate,
  lineAmounts,
  orderStatuses,
  type LineAmounts,
  type LineTax,
} from '@oms/domain';

import { renderOrderErp } from './order-erp-resource.js';
import { renderAddress } from '../kit/address-resource.js';
import { encodeCursor } from '../kit/list-cursor.js';
import type {
  AcceptedOrderResource,
  OrderItemResource,
  OrderListResource,
  OrderResource,
  PlacedOrderResource,
} from './order-resource.js';

/** Renders the answer to a placed order, recorded or not. */
export function renderPlacedOrder(orderId: string): PlacedOrderResource {
  return { order_id: orderId };
}

/** Renders an order that was accepted and is not yet recorded. */
export function renderAcceptedOrder(
  orderId: string,
  cancelledFor?: CancellationReason,
): AcceptedOrderResource {
  if (cancelledFor === undefined) return { id: orderId, status: 'pending' };
  return { id: orderId, status: 'cancelled', cancellation_reason: cancelledFor };
}

/** Renders an order without its tenant, its organisation and its idempotency key. */
export function renderOrder(order: Order): OrderResource {
  const { totals } = order;
  const money = (amountMinor: number) => formatAmountMinor(amountMinor, order.currencyExponent);
  return {
    id: order.id,
    number: order.number,
    status: order.status,
    payment_status: order.paymentStatus,
    cancellation_reason: order.cancellationReason ?? null,
    cancellation_detail: order.cancellationDetail ?? null,
    flags: [...order.flags],
    currency: order.currency,
    subtotal_amount: money(totals.subtotalMinor),
    discount_amount: money(totals.discountMinor),
    tax_amount: money(totals.taxMinor),
    taxes_included: totals.taxesIncluded ?? false,
    shipping_amount: money(totals.shippingMinor),
    total_amount: money(totals.totalMinor),
    payment_provider: order.paymentProvider ?? null,
    payment_reference: order.paymentReference ?? null,
    capture_policy: order.capturePolicy ?? null,
    customer_id: order.customerId ?? null,
    external_id: order.externalId ?? null,
    channel: order.channel ?? null,
    source_platform: order.sourcePlatform ?? null,
    shipping_address: order.shippingAddress ? renderAddress(order.shippingAddress) : null,
    billing_address: order.billingAddress ? renderAddress(order.billingAddress) : null,
    shipping_method: order.shippingMethod ?? null,
    note: order.note ?? null,
    tags: [...(order.tags ?? [])],
    metadata: { ...order.metadata },
    items: lineAmounts(order.lines, totals).map((line) => ({
      ...renderItem(line, money),
      ...renderLineAmounts(line, money),
    })),
    erp: renderOrderErp(order.erp),
    created_at: order.createdAt,
    updated_at: order.updatedAt,
    ...renderStatusTimes(order.statusTimes),
    version: order.version,
  };
}

/** A page of orders from the database. */
export interface PageOfOrders {
  readonly orders: readonly Order[];
  /** The maximum number of orders in the page. */
  readonly limit: number;
  /** Absent on the last page. */
  readonly next?: OrderPosition;
}

/** Renders a page of orders. */
export function renderOrderList(
  page: PageOfOrders,
  { offset }: { readonly offset: number },
): OrderListResource {
  return {
    orders: page.orders.map(renderOrder),
    limit: page.limit,
    offset,
    next_cursor: page.next ? encodeCursor(page.next) : null,
  };
}

/** Renders a line's share of the discount and of the tax. */
export function renderLineAmounts(
  { discountMinor, taxMinor, taxRateMillionths }: LineAmounts & Pick<LineTax, 'taxRateMillionths'>,
  money: (amountMinor: number) => string,
) {
  return {
    discount_amount: money(discountMinor),
    tax_rate: taxRateMillionths === undefined ? null : formatTaxRate(taxRateMillionths),
    tax_amount: money(taxMinor),
  };
}

function renderItem(
  line: OrderLine,
  money: (amountMinor: number) => string,
): Omit<OrderItemResource, keyof ReturnType<typeof renderLineAmounts>> {
  return {
    id: line.id,
    position: line.position,
    product_title: line.productTitle ?? null,
    variant_id: line.variantId ?? null,
    location_id: line.locationId ?? null,
    sku: line.sku ?? null,
    variant_title: line.variantTitle ?? null,
    quantity: line.quantity,
    unit_price: money(line.unitPriceMinor),
    total: money(line.quantity * line.unitPriceMinor),
    requires_shipping: line.requiresShipping,
  };
}

/** Renders the times at which the order reached each status. */
export function renderStatusTimes(
  statusTimes: Order['statusTimes'],
): Partial<Record<`${OrderStatus}_at`, string>> {
  const rendered: Partial<Record<`${OrderStatus}_at`, string>> = {};
  for (const status of orderStatuses) {
    const reachedAt = statusTimes[status];
    if (reachedAt !== undefined) rendered[`${status}_at`] = reachedAt;
  }
  return rendered;
}
