import { limits, OrderStatus, orderStatuses, type OrderCommandOf, type OrderCommandType } from '@oms/domain';
import { z } from 'zod';

import { amount } from '../../kit/amount-schema.js';
import { lineTaxFields, oneTaxOfLine, taxesIncluded } from '../line-tax-schema.js';
import {
  billingAddress,
  orderTaxAmount,
  capturePolicy,
  paymentFieldsGoTogether,
  paymentProvider,
  paymentReference,
  quantity,
  shippingAddress,
} from '../create-order-body.js';
import { note, tags } from '../annotation-schemas.js';
import { namesAChange } from '../../kit/names-a-change.js';
import { orderChangeFields } from '../edit-order-body.js';
import { currency } from '../../kit/currency-schema.js';
import { onlyWhere, onlyWith } from '../../kit/fields-together.js';
import { given } from '../../kit/given.js';
import { metadata } from '../../kit/metadata-schema.js';
import { invalidRequest } from '../../kit/invalid-request.js';
import { identifier, text } from '../../kit/text-schema.js';
import { customerIdSchema, productIdSchema, variantIdSchema } from '../../kit/prefixed-ids.js';
import { namedBodies } from '../../kit/named-schemas.js';

// The bodies of requests about orders on the Sales API.

const lineItem = z
  .strictObject({
    product_id: productIdSchema,
    variant_id: variantIdSchema
      .nullish()
      .meta({ description: 'Which variant of the product. Needed only where it has several.' }),
    quantity,
    unit_price: amount
      .nullish()
      .meta({ description: 'The price that is locked. The product’s of today when left out.' }),
    ...lineTaxFields,
  })
  .superRefine(oneTaxOfLine.check)
  .meta(oneTaxOfLine.schema);
export type SalesLineItem = z.output<typeof lineItem>;

const lineItems = z.array(lineItem).min(1).max(limits.lines);
const adjustments = {
  discount_amount: amount.nullish(),
  tax_amount: orderTaxAmount,
  taxes_included: taxesIncluded.nullish().meta({ default: false }),
  shipping_amount: amount.nullish(),
};
const shippingMethod = text({ minLength: 1, maxLength: limits.name }).nullish();

/** The body of `POST /api/v1/sales/orders`. */
export const createSalesOrderBody = z
  .strictObject({
    customer_id: customerIdSchema,
    currency: currency.nullish().meta({ description: 'ISO 4217. USD when left out.', default: 'USD' }),
    line_items: lineItems,
    shipping_address: shippingAddress.nullish(),
    billing_address: billingAddress.nullish(),
    shipping_method: shippingMethod,
    ...adjustments,
    payment_provider: paymentProvider.nullish().meta({
      description: 'Who charges for the order when it is confirmed. Paid by invoice when left out.',
    }),
    payment_reference: paymentReference
      .nullish()
      .meta({ description: 'The provider’s reference of the authorisation. With `payment_provider`.' }),
    capture_policy: capturePolicy,
    external_id: identifier({ minLength: 1, maxLength: limits.name }).nullish(),
    note: note.nullish(),
    tags: tags.nullish(),
    metadata: metadata.nullish(),
  })
  .superRefine(paymentFieldsGoTogether.check)
  .meta({
    description: 'An order that a customer intends to place: a draft. Totals are computed by the server.',
    ...paymentFieldsGoTogether.schema,
  })
  .register(namedBodies, { id: 'CreateSalesOrder' });
export type CreateSalesOrderBody = z.output<typeof createSalesOrderBody>;

const ofDraft = 'Of a draft. Null: 0.';

/** The body of `PATCH /api/v1/sales/orders/{orderId}`. */
export const editSalesOrderBody = z
  .strictObject({
    ...orderChangeFields,
    line_items: lineItems.optional().meta({ description: 'Of a draft. All lines anew.' }),
    discount_amount: amount.nullish().meta({ description: ofDraft }),
    tax_amount: amount.nullish().meta({ description: ofDraft }),
    taxes_included: taxesIncluded.nullish().meta({ description: 'Of a draft. Null: false.' }),
    shipping_amount: amount.nullish().meta({ description: ofDraft }),
    payment_reference: paymentReference.optional().meta({
      description:
        'Of a draft that names a payment provider. The payment that it named before is released, unless another order names it.',
    }),
  })
  .refine(namesAChange.check, namesAChange.fault)
  .meta({
    description: 'Changes an order. Fields that are left out stay as they are.',
    ...namesAChange.schema,
  })
  .register(namedBodies, { id: 'EditSalesOrder' });
export type EditSalesOrderBody = z.output<typeof editSalesOrderBody>;

const trackingNumber = identifier({ minLength: 1, maxLength: limits.name }).nullish();

const shippedWords = 'With `shipped`. Required while items are left that have to be shipped.';

/** The fields that belong to one status. */
const statusOfField = {
  tracking_number: OrderStatus.Shipped,
  carrier: OrderStatus.Shipped,
  reason: OrderStatus.Cancelled,
} as const;

/** The body of `PATCH /api/v1/sales/orders/{orderId}/status`. */
export const salesOrderStatusBody = z
  .strictObject({
    status: z.enum(orderStatuses),
    tracking_number: trackingNumber.meta({ description: shippedWords }),
    carrier: text({ minLength: 1, maxLength: limits.name }).nullish().meta({ description: shippedWords }),
    reason: text({ minLength: 1, maxLength: limits.reason })
      .nullish()
      .meta({ description: 'With `cancelled`.' }),
  })
  .superRefine((body, context) => {
    for (const [field, status] of Object.entries(statusOfField)) {
      const isNamed = typeof body[field as keyof typeof statusOfField] === 'string';
      if (body.status !== status && isNamed) context.addIssue(misplaced(field, status));
    }
  })
  .meta({
    description: 'Takes an order to its next status.',
    allOf: [
      onlyWhere('status', [OrderStatus.Shipped], ['tracking_number', 'carrier']),
      onlyWith('reason', 'status', OrderStatus.Cancelled),
    ],
  })
  .register(namedBodies, { id: 'ChangeSalesOrderStatus' });

function misplaced(field: string, status: OrderStatus) {
  return { code: 'custom' as const, path: [field], message: `is only for the status ${status}` };
}

/** The status that a client requests, and the change that leads to it. */
export interface WantedStatus {
  readonly status: OrderStatus;
  /** The body without the fields that were left out. */
  readonly asked: Readonly<Record<string, unknown>>;
  readonly change?: { [Type in OrderCommandType]: StatusChange<Type> }[OrderCommandType];
}
interface StatusChange<Type extends OrderCommandType> {
  readonly type: Type;
  readonly request: Omit<OrderCommandOf<Type>, 'type'>;
}

export function toSalesOrderStatus({
  status,
  ...details
}: z.output<typeof salesOrderStatusBody>): WantedStatus {
  const asked = { status, ...given(details) };
  return { status, asked, ...given({ change: changeTo(status, details) }) };
}

type StatusDetails = Omit<z.output<typeof salesOrderStatusBody>, 'status'>;

function changeTo(
  status: OrderStatus,
  { tracking_number, carrier, reason }: StatusDetails,
): WantedStatus['change'] {
  switch (status) {
    case OrderStatus.Confirmed:
      return { type: 'confirm', request: {} };
    case OrderStatus.Processing:
      return { type: 'start_processing', request: {} };
    case OrderStatus.Shipped:
      return {
        type: 'ship',
        request: { needsTracking: true, ...given({ trackingNumber: tracking_number, carrier }) },
      };
    case OrderStatus.Delivered:
      return { type: 'deliver', request: {} };
    case OrderStatus.Closed:
      return { type: 'close', request: {} };
    case OrderStatus.Cancelled:
      return { type: 'cancel', request: given({ reason }) };
    case OrderStatus.Draft:
    case OrderStatus.Pending:
      return undefined;
    default:
      throw invalidRequest('status is not known', 'status');
  }
}
