import {
  formatAmountMinor,
  OrderStatus,
  PaymentStatus,
  type CancellationReason,
  type Order,
} from '@oms/domain';
import { z } from 'zod';

import { orderErpResource, renderOrderErp } from '../order-erp-resource.js';
import { encodeCursor } from '../../kit/list-cursor.js';
import { orderPageFields } from '../order-resource.js';
import type { PageOfOrders } from '../render-order.js';
import { commerceOrderId } from './commerce-order-id.js';
import { namedResources } from '../../kit/named-schemas.js';

/** The statuses of orders on the Commerce API, in the sequence of an order's lifecycle. */
export const commerceStatuses = ['pending', 'processing', 'shipped', 'delivered', 'cancelled'] as const;
export type CommerceStatus = (typeof commerceStatuses)[number];

/** The statuses of payments on the Commerce API. */
export const commercePaymentStatuses = ['authorized', 'captured', 'refunded', 'voided'] as const;
export type CommercePaymentStatus = (typeof commercePaymentStatuses)[number];

/** The Commerce API's status for each status of an order. Filters use the same table. */
const projectedStatus = {
  [OrderStatus.Draft]: 'pending',
  [OrderStatus.Pending]: 'pending',
  [OrderStatus.Confirmed]: 'pending',
  [OrderStatus.Processing]: 'processing',
  [OrderStatus.Shipped]: 'shipped',
  [OrderStatus.Delivered]: 'delivered',
  [OrderStatus.Closed]: 'delivered',
  [OrderStatus.Cancelled]: 'cancelled',
} as const satisfies Record<OrderStatus, CommerceStatus>;

/**
 * The Commerce API's status for each payment status. Null while no money is held or captured: unpaid, declined, or
 * unknown until the provider answers. A partly refunded payment is still `captured`.
 */
const projectedPaymentStatus = {
  [PaymentStatus.Pending]: null,
  [PaymentStatus.Authorized]: 'authorized',
  [PaymentStatus.Captured]: 'captured',
  [PaymentStatus.PartiallyRefunded]: 'captured',
  [PaymentStatus.Refunded]: 'refunded',
  [PaymentStatus.Voided]: 'voided',
  [PaymentStatus.Failed]: null,
  [PaymentStatus.Unknown]: null,
} as const satisfies Record<PaymentStatus, CommercePaymentStatus | null>;

/** The statuses of orders that the Commerce API shows as this one. */
export function statusesShownAs(status: CommerceStatus): OrderStatus[] {
  return Object.values(OrderStatus).filter((one) => projectedStatus[one] === status);
}

/** The payment statuses that the Commerce API shows as this one. */
export function paymentStatusesShownAs(status: CommercePaymentStatus): PaymentStatus[] {
  return Object.values(PaymentStatus).filter((one) => projectedPaymentStatus[one] === status);
}

/** An order in answers of the Commerce API. A field without a value is null. */
export const commerceOrderResource = z
  .strictObject({
    id: z.string().meta({ description: 'Prefixed with `ord_`.' }),
    number: z.string().meta({ description: 'The human-readable order number, such as BS-10024.' }),
    external_id: z.string().nullable(),
    created_at: z.string().meta({ format: 'date-time' }),
    currency: z.string().meta({ description: 'Three-letter ISO currency code.' }),
    total_amount: z.string().meta({ description: 'Including taxes and shipping.' }),
    tax_amount: z.string(),
    payment_status: z.enum(commercePaymentStatuses).nullable().meta({
      description:
        'Null while nothing is settled: not paid yet, declined, or not known. Captured also where a part was refunded.',
    }),
    status: z.enum(commerceStatuses).meta({
      description: 'Drafts and confirmed orders are pending; closed ones are delivered.',
    }),
    shipping_method: z.string().nullable(),
    tracking_number: z.string().nullable().meta({ description: 'Of the newest shipment that has one.' }),
    erp: orderErpResource.nullable().meta({ description: 'Null for an order that is kept in no ERP.' }),
  })
  .meta({ description: 'An order.' })
  .register(namedResources, { id: 'CommerceOrder' });

/** An accepted order whose stock is not yet decided. */
export const acceptedCommerceOrderResource = z
  .strictObject({
    id: z.string(),
    status: z.enum(['pending', 'cancelled']),
  })
  .register(namedResources, { id: 'AcceptedCommerceOrder' });

/** A page of orders. */
export const commerceOrderListResource = z
  .strictObject({
    orders: z.array(commerceOrderResource).meta({ description: 'Newest first, or as `sort` says.' }),
    ...orderPageFields,
  })
  .register(namedResources, { id: 'CommerceOrderList' });

export type CommerceOrderResource = z.output<typeof commerceOrderResource>;

/** Renders an order. */
export function renderCommerceOrder(order: Order, trackingNumber: string | undefined): CommerceOrderResource {
  const money = (amountMinor: number): string => formatAmountMinor(amountMinor, order.currencyExponent);
  return {
    id: commerceOrderId(order.id),
    number: order.number,
    external_id: order.externalId ?? null,
    created_at: order.createdAt,
    currency: order.currency,
    total_amount: money(order.totals.totalMinor),
    tax_amount: money(order.totals.taxMinor),
    payment_status: projectedPaymentStatus[order.paymentStatus],
    status: projectedStatus[order.status],
    shipping_method: order.shippingMethod ?? null,
    tracking_number: trackingNumber ?? null,
    erp: renderOrderErp(order.erp),
  };
}

/** Renders an order that was accepted and may not be recorded yet. */
export function renderAcceptedCommerceOrder(
  orderId: string,
  cancelledFor?: CancellationReason,
): z.output<typeof acceptedCommerceOrderResource> {
  return { id: commerceOrderId(orderId), status: cancelledFor === undefined ? 'pending' : 'cancelled' };
}

/**
 * Renders a page of orders.
 *
 * @param trackingNumbers by the order's id
 */
export function renderCommerceOrderList(
  page: PageOfOrders,
  trackingNumbers: ReadonlyMap<string, string>,
  { offset }: { readonly offset: number },
): z.output<typeof commerceOrderListResource> {
  return {
    orders: page.orders.map((order) => renderCommerceOrder(order, trackingNumbers.get(order.id))),
    limit: page.limit,
    offset,
    next_cursor: page.next ? encodeCursor(page.next) : null,
  };
}
