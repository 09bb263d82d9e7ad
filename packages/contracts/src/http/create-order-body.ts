import { paymentProviderNames } from '@oms/domain';
import { z } from 'zod';

import { amount } from './amount-schema.js';
import { currencyCodesAccepted, findCurrency } from './currency.js';
import { metadata } from './metadata-schema.js';
import { completeMessage, fault } from './parse-request.js';
import { text } from './text-schema.js';
import { uuid } from './uuid-schema.js';

/** What an order is in when the client does not say. */
export const defaultCurrency = 'USD';

const maxItems = 500;
const maxQuantity = 1_000_000;

// A field that is null counts as left out: many clients cannot help sending one for the other, and our own answers
// say null where there is no value. Defaults are filled in afterwards, so that null gets them too.

/** A provider that can be named. */
export const paymentProvider = z
  .enum(paymentProviderNames)
  .meta({ description: 'The payment provider. Which of them are available is up to the installation.' });

/** A currency that an order can be in. */
export const currency = z
  .string()
  .superRefine((code, context) => {
    if (findCurrency(code)) return;
    context.addIssue({
      code: 'custom',
      message: 'must be an ISO 4217 currency code in upper case, such as USD',
    });
  })
  .meta({ enum: currencyCodesAccepted });

/** Where goods go. */
export const shippingAddress = z
  .strictObject({
    name: text({ maxLength: 255 }).nullish(),
    company: text({ maxLength: 255 }).nullish(),
    line1: text({ minLength: 1, maxLength: 255 }),
    line2: text({ maxLength: 255 }).nullish(),
    city: text({ minLength: 1, maxLength: 255 }),
    state: text({ maxLength: 255 }).nullish(),
    postal_code: text({ maxLength: 32 }).nullish(),
    country: z
      .string({ error: fault('must be a country code of two letters (ISO 3166-1)') })
      .regex(/^[A-Za-z]{2}$/, { error: 'must be a country code of two letters (ISO 3166-1)' })
      .toUpperCase(),
    phone: text({ maxLength: 64 }).nullish(),
    email: text({ maxLength: 254 }).nullish(),
  })
  .meta({ description: 'Where the goods go. Kept as it was sent.' });

/** Who the invoice is made out to. */
export const billingAddress = shippingAddress.meta({
  description: 'Who the invoice is made out to. Kept as it was sent.',
});

const wantedQuantity = 'must be a positive integer';
/** How many units a line has. */
export const quantity = z
  .int({ error: fault(wantedQuantity) })
  .min(1, { error: wantedQuantity })
  .max(maxQuantity, { error: `must be at most ${maxQuantity}` });

const orderItem = z
  .strictObject({
    product_title: text({ maxLength: 255 }).nullish(),
    variant_id: uuid
      .nullish()
      .meta({ description: 'The variant whose stock is reserved; without it, no stock is.' }),
    location_id: uuid
      .nullish()
      .meta({ description: 'Where the stock is taken from. Required with `variant_id`.' }),
    sku: text({ maxLength: 100 }).nullish(),
    variant_title: text({ maxLength: 255 }).nullish(),
    quantity,
    unit_price: amount,
    requires_shipping: z.boolean().nullish().meta({ description: 'True when left out.', default: true }),
  })
  .superRefine((item, context) => {
    if (typeof item.variant_id !== 'string' || typeof item.location_id === 'string') return;
    context.addIssue({
      code: 'custom',
      path: ['location_id'],
      message: 'location_id is required for inventory-backed items',
      params: completeMessage,
    });
  })
  .meta({
    if: { properties: { variant_id: { type: 'string' } }, required: ['variant_id'] },
    then: { properties: { location_id: { type: 'string' } }, required: ['location_id'] },
  });

/** The body of `POST /api/v1/oms/orders`. */
export const createOrderBody = z
  .strictObject({
    idempotency_key: text({ minLength: 1, maxLength: 255 }).meta({
      description:
        'A unique string that identifies this order attempt. Use the same key for retries; the second call gives the first one’s answer.',
    }),
    payment_provider: paymentProvider,
    payment_reference: text({ minLength: 1, maxLength: 255 }).meta({
      description: 'The provider’s reference of the authorisation that the checkout made, such as `pi_…`.',
    }),
    customer_id: uuid.nullish(),
    external_id: text({ minLength: 1, maxLength: 255 }).nullish().meta({
      description:
        'The order’s id in the system that it comes from. Unique in the tenant, whichever organization uses it first.',
    }),
    currency: currency
      .nullish()
      .meta({ description: 'ISO 4217. USD when left out.', default: defaultCurrency }),
    channel: text({ minLength: 1, maxLength: 255 }).nullish(),
    source_platform: text({ minLength: 1, maxLength: 255 }).nullish(),
    items: z.array(orderItem).min(1).max(maxItems),
    shipping_address: shippingAddress.nullish(),
    billing_address: billingAddress.nullish(),
    shipping_method: text({ minLength: 1, maxLength: 255 }).nullish(),
    discount_amount: amount.nullish(),
    tax_amount: amount.nullish(),
    shipping_amount: amount.nullish(),
    metadata: metadata.nullish().meta({ description: 'Notes of your own, given back as they are.' }),
  })
  .meta({ description: 'An order to place. Totals are computed by the server.' });

/** A body that was accepted. */
export type CreateOrderBody = z.output<typeof createOrderBody>;
