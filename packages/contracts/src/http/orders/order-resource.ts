import type { OrderStatus } from '@oms/domain';
import {
  cancellationReasons,
  capturePolicies,
  orderFlags,
  orderStatuses,
  paymentProviderNames,
  paymentStatuses,
} from '@oms/domain';
import { z } from 'zod';

import { taxesIncluded } from './line-tax-schema.js';
import { orderErpResource } from './order-erp-resource.js';
import { addressResource } from '../kit/address-resource.js';
import { namedResources } from '../kit/named-schemas.js';

// Orders in answers of the Orders API. A field without a value is null, so that every order has the same fields. The
// times of statuses are the exception: absent until the order reaches the status.

const id = z.string().meta({ format: 'uuid' });
const timestamp = z.string().meta({ format: 'date-time', description: 'ISO 8601 in UTC.' });
const money = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/)
  .meta({ description: 'A decimal string with exactly the currency’s decimals.' });

/** The answer to a placed order. */
export const placedOrderResource = z
  .strictObject({ order_id: id })
  .meta({ description: 'The id of the order. The same key always gives the same id.' })
  .register(namedResources, { id: 'PlacedOrder' });

/** The answer to an order that is accepted and not yet recorded. */
export const acceptedPlacementResource = z
  .strictObject({ order_id: id, status: z.literal('pending') })
  .meta({
    description: 'The order is accepted, will be recorded by itself, and can be asked for by its id.',
  })
  .register(namedResources, { id: 'AcceptedPlacement' });

/** An order that was accepted and is not yet recorded. */
export const acceptedOrderResource = z
  .strictObject({
    id,
    status: z.enum(['pending', 'cancelled']),
    cancellation_reason: z.enum(cancellationReasons).optional().meta({
      description:
        'Present where the order is cancelled already. It is recorded as that, and nothing is done for it.',
    }),
  })
  .meta({ description: 'An order that was accepted and is not yet recorded. Ask again shortly.' })
  .register(namedResources, { id: 'AcceptedOrder' });

/** A line's share of the discount and of the tax of its order. */
export const lineAmountFields = {
  discount_amount: money.meta({ description: 'The share of the order’s discount.' }),
  tax_rate: z
    .string()
    .nullable()
    .meta({ description: 'In percent, such as `7.5`. Null where no rate was stated for the line.' }),
  tax_amount: money.meta({
    description: 'Worked out by the rate, as it was stated, or the share of the order’s tax.',
  }),
};

/** A line of an order. */
export const orderItemResource = z
  .strictObject({
    id,
    position: z.int().min(1).meta({ description: '1 for the first item.' }),
    product_title: z.string().nullable(),
    variant_id: id.nullable().meta({
      description:
        'The variant whose stock is reserved, also of an item by SKU. Null for an item without stock.',
    }),
    location_id: id.nullable().meta({
      description:
        'Where the stock is taken from. Null for an item without stock, or that is served wherever there is some.',
    }),
    sku: z.string().nullable(),
    variant_title: z.string().nullable(),
    quantity: z.int().min(1),
    unit_price: money,
    total: money.meta({ description: 'Quantity × price, before the discount and an added tax.' }),
    ...lineAmountFields,
    requires_shipping: z.boolean(),
  })
  .register(namedResources, { id: 'OrderItem' });

const statusTimes = Object.fromEntries(
  orderStatuses.map((status) => [
    `${status}_at`,
    timestamp.optional().meta({ description: `When the order became ${status}. Absent until then.` }),
  ]),
  // `Object.fromEntries` loses the types of the keys, the domain's statuses.
) as Record<`${OrderStatus}_at`, z.ZodOptional<typeof timestamp>>;

/** How the total of an order follows from its parts. */
export const totalOfAmounts = 'Subtotal − discount + tax, unless the prices include it, + shipping.';

/** When the payment of an order is captured. */
export const capturePolicyOfOrder = z.enum(capturePolicies).nullable().meta({
  description: 'When the payment is captured. Null for an order that is paid for by invoice.',
});

/** An order. */
export const orderResource = z
  .strictObject({
    id,
    number: z.string().meta({ description: 'For people; unique per tenant.' }),
    status: z.enum(orderStatuses),
    payment_status: z.enum(paymentStatuses),
    cancellation_reason: z
      .enum(cancellationReasons)
      .nullable()
      .meta({ description: 'Why the order is cancelled. Null for any other order.' }),
    cancellation_detail: z.string().nullable(),
    flags: z.array(z.enum(orderFlags)).meta({
      description:
        'What somebody has to look at. `capture_failed`: the provider took back a capture that it had reported as done, and the order cannot be shipped. `recapture_reported`: the provider says, unsigned, that it captured again; an operator has to confirm it. `settled_elsewhere`: it did, and the money came another way, as an operator stated. `paid_twice`: it captured again after that, and one of the two has to be given back. `overpaid`: the checkout captured more than the total, and the rest has to be refunded. `captured_after_cancellation`: the money of a cancelled order was taken and has to be given back. `refund_failed`: the provider declined a refund, at once or after it had accepted it, and the money has yet to be given back by a new one. `refunded_unshipped`: all money was refunded at the provider itself, or before a shipment was cancelled or came back, and the units that are left cannot be shipped until an operator allows it. `unused_payment_kept`: the order did not take its payment, and the provider keeps captured money of it, which has to be given back. `disputed`: the customer disputes the payment, nothing is decided, and refunds have to be forced. `dispute_lost`: the customer won a dispute, and the provider gave the money to the customer. `capture_declined`: the provider declined the capture for a shipment, and nothing was shipped. `authorization_expiring`: nothing is captured yet, and the authorisation lapses within 24 hours. `authorization_expired`: the authorisation lapsed before anything was captured.',
    }),
    currency: z.string().meta({ description: 'ISO 4217.' }),
    subtotal_amount: money.meta({ description: 'The sum of the items.' }),
    discount_amount: money,
    tax_amount: money.meta({ description: 'The sum of the taxes of the items.' }),
    taxes_included: taxesIncluded,
    shipping_amount: money,
    total_amount: money.meta({ description: totalOfAmounts }),
    payment_provider: z
      .enum(paymentProviderNames)
      .nullable()
      .meta({ description: 'Null for an order that is paid for by invoice.' }),
    payment_reference: z.string().nullable(),
    capture_policy: capturePolicyOfOrder,
    customer_id: id.nullable(),
    external_id: z.string().nullable(),
    channel: z.string().nullable(),
    source_platform: z.string().nullable(),
    shipping_address: addressResource.nullable(),
    billing_address: addressResource.nullable(),
    shipping_method: z.string().nullable(),
    note: z.string().nullable(),
    tags: z.array(z.string()),
    metadata: z.record(z.string(), z.string()),
    items: z.array(orderItemResource),
    erp: orderErpResource.nullable().meta({ description: 'Null for an order that is kept in no ERP.' }),
    created_at: timestamp,
    updated_at: timestamp,
    ...statusTimes,
    version: z.int().min(1).meta({ description: 'Counts the order’s events; grows with every change.' }),
  })
  .register(namedResources, { id: 'Order' });

/** The fields of a page of orders that all APIs show. */
export const orderPageFields = {
  limit: z.int().meta({
    description:
      'How many orders the page could have: as many as were asked for, or fewer where the orders are so large that the page ended early.',
  }),
  offset: z.int(),
  next_cursor: z.string().nullable().meta({
    description:
      'The `cursor` of the next page. Null on the last page; it alone says so, and not how many orders a page has.',
  }),
};

/** A page of orders. */
export const orderListResource = z
  .strictObject({
    orders: z.array(orderResource).meta({ description: 'Newest first, or as `sort` says.' }),
    ...orderPageFields,
  })
  .register(namedResources, { id: 'OrderList' });

export type OrderResource = z.output<typeof orderResource>;
export type OrderItemResource = z.output<typeof orderItemResource>;
export type OrderListResource = z.output<typeof orderListResource>;
export type PlacedOrderResource = z.output<typeof placedOrderResource>;
export type AcceptedOrderResource = z.output<typeof acceptedOrderResource>;
