import { limits } from '@oms/domain';
import { z } from 'zod';

import { amount } from '../../kit/amount-schema.js';
import { currency, defaultCurrency } from '../../kit/currency-schema.js';
import { lineTaxFields, oneTaxOfLine, taxesIncluded } from '../line-tax-schema.js';
import {
  capturePolicy,
  orderTaxAmount,
  paymentFieldsGoTogether,
  paymentProvider,
  quantity,
  billingAddress,
  shippingAddress,
} from '../create-order-body.js';
import { requiredField } from '../../kit/parse-request.js';
import { atLeastOneOf } from '../../kit/fields-together.js';
import { metadata } from '../../kit/metadata-schema.js';
import { identifier, text } from '../../kit/text-schema.js';
import { uuid } from '../../kit/uuid-schema.js';
import { commerceCustomerId } from './commerce-order-id.js';
import { namedBodies } from '../../kit/named-schemas.js';

// The bodies of requests on the Commerce API.

const item = z
  .strictObject({
    sku: identifier({ minLength: 1, maxLength: limits.sku })
      .nullish()
      .meta({ description: 'The variant with this SKU. Required unless `variant_id` is given.' }),
    variant_id: uuid.nullish().meta({ description: 'The variant whose stock is reserved.' }),
    location_id: uuid.nullish().meta({
      description:
        'Where the stock is taken from. Wherever there is some when left out. A location that does not stock the SKU is a 400 that lists those that do.',
    }),
    title: text({ maxLength: limits.name })
      .nullish()
      .meta({ description: 'The product’s title in the catalogue when left out.' }),
    variant_title: text({ maxLength: limits.name })
      .nullish()
      .meta({ description: 'The variant’s title in the catalogue when left out.' }),
    quantity,
    unit_price: amount,
    ...lineTaxFields,
    requires_shipping: z.boolean().nullish().meta({
      description: 'As the catalogue says when left out; true for a variant that is only stocked.',
    }),
  })
  .superRefine((value, context) => {
    oneTaxOfLine.check(value, context);
    if (typeof value.sku === 'string' || typeof value.variant_id === 'string') return;
    context.addIssue({
      ...{ code: 'custom', path: ['sku'], message: 'or variant_id is required' },
      params: requiredField,
    });
  })
  .meta({ ...atLeastOneOf('sku', 'variant_id'), ...oneTaxOfLine.schema });

/** The body of `POST /v1/orders`. */
export const createCommerceOrderBody = z
  .strictObject({
    external_id: identifier({ minLength: 1, maxLength: limits.name })
      .nullish()
      .meta({ description: 'The id from your source system (ERP, Shopify, etc). Unique per tenant.' }),
    currency: currency
      .nullish()
      .meta({ description: 'Three-letter ISO 4217 code. USD when left out.', default: defaultCurrency }),
    tax_amount: orderTaxAmount,
    taxes_included: taxesIncluded.nullish().meta({ default: false }),
    shipping_amount: amount.nullish(),
    discount_amount: amount.nullish(),
    shipping_method: text({ minLength: 1, maxLength: limits.name })
      .nullish()
      .meta({ description: 'The carrier service selected, such as `fedex_ground`.' }),
    customer_id: commerceCustomerId.nullish(),
    items: z.array(item).min(1).max(limits.lines),
    shipping_address: shippingAddress.nullish(),
    billing_address: billingAddress.nullish(),
    payment_provider: paymentProvider
      .nullish()
      .meta({ description: 'Who charges for the order. Paid by invoice when left out.' }),
    payment_reference: identifier({ minLength: 1, maxLength: limits.name })
      .nullish()
      .meta({ description: 'The provider’s reference of the authorisation. With `payment_provider`.' }),
    capture_policy: capturePolicy,
    metadata: metadata.nullish().meta({ description: 'Notes of your own, shown by the Orders API.' }),
  })
  .superRefine(paymentFieldsGoTogether.check)
  .meta({
    description: 'An order to place. Totals are computed by the server.',
    ...paymentFieldsGoTogether.schema,
  })
  .register(namedBodies, { id: 'CreateCommerceOrder' });

/** The documentation's example order. */
export const createCommerceOrderExample = {
  external_id: '9928120',
  currency: 'USD',
  tax_amount: '15.02',
  shipping_amount: '50.00',
  shipping_method: 'fedex_ground',
  items: [{ sku: 'WOOL-SWTR-M-BLU', quantity: 2, unit_price: '89.99', title: 'Classic Wool Sweater' }],
};
