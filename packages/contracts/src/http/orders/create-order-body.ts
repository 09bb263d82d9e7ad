import { capturePolicies, limits, paymentProviderNames } from '@oms/domain';
import { z } from 'zod';

import { amount } from '../kit/amount-schema.js';
import { lineTaxFields, oneTaxOfLine, taxesIncluded } from './line-tax-schema.js';
import { needs, needsOneOf } from '../kit/fields-together.js';
import { metadata } from '../kit/metadata-schema.js';
import { completeMessage, fault, requiredField } from '../kit/parse-request.js';
import { placeFields } from '../kit/place-schema.js';
import { identifier, text } from '../kit/text-schema.js';
import { uuid } from '../kit/uuid-schema.js';
import { note, tags } from './annotation-schemas.js';
import { currency, defaultCurrency } from '../kit/currency-schema.js';
import { namedBodies } from '../kit/named-schemas.js';

// A null field counts as left out: many clients send null for absent fields, and our own answers contain null for
// absent values. Defaults are applied after parsing, so that null fields get them too.

/** The schema of a payment provider's name. */
export const paymentProvider = z
  .enum(paymentProviderNames)
  .meta({ description: 'The payment provider. Which of them are available is up to the installation.' });

/** The schema of a provider's reference of a payment. */
export const paymentReference = identifier({ minLength: 1, maxLength: limits.name });

/** The schema of an order's own capture policy. */
export const capturePolicy = z.enum(capturePolicies).nullish().meta({
  description:
    'When the payment is captured: before the order is confirmed, or before its first units leave. As the settings of the tenant say when left out. Without a payment it means nothing.',
});

/**
 * The rule that a payment provider and a payment reference need each other. With both, the provider's authorisation
 * pays for the order; with neither, an invoice does.
 */
export const paymentFieldsGoTogether = {
  check: (
    body: { readonly payment_provider?: unknown; readonly payment_reference?: unknown },
    context: {
      addIssue(issue: { code: 'custom'; path: string[]; message: string; params: object }): void;
    },
  ): void => {
    const isNamed = (value: unknown): boolean => typeof value === 'string';
    if (isNamed(body.payment_provider) === isNamed(body.payment_reference)) return;
    const missing = isNamed(body.payment_provider) ? 'payment_reference' : 'payment_provider';
    const message = 'is required: payment_provider and payment_reference go together';
    context.addIssue({ code: 'custom', path: [missing], message, params: requiredField });
  },
  schema: {
    allOf: [needs('payment_provider', 'payment_reference'), needs('payment_reference', 'payment_provider')],
  },
};

/** The address that goods are shipped to. */
export const shippingAddress = z
  .strictObject({
    name: text({ maxLength: limits.name }).nullish(),
    company: text({ maxLength: limits.name }).nullish(),
    ...placeFields,
    phone: text({ maxLength: 64 }).nullish(),
    email: identifier({ maxLength: 254 }).nullish(),
  })
  .meta({ description: 'Where the goods go. Kept as it was sent.' });

/** The address on the invoice. */
export const billingAddress = shippingAddress.meta({
  description: 'Who the invoice is made out to. Kept as it was sent.',
});

const wantedQuantity = 'must be a positive integer';
/** The number of units of a line. */
export const quantity = z
  .int({ error: fault(wantedQuantity) })
  .min(1, { error: wantedQuantity })
  .max(limits.quantity, { error: `must be at most ${limits.quantity}` });

/** The tax of a whole order. */
export const orderTaxAmount = amount.nullish().meta({
  description:
    'The tax of the whole order, spread over its lines by their prices. Left out where lines state their own taxes: it is their sum.',
});

/** One line of an order. */
export const orderItem = z
  .strictObject({
    product_title: text({ maxLength: limits.name }).nullish(),
    variant_id: uuid.nullish().meta({
      description: 'The variant whose stock is reserved. Left out: the variant of `sku`, if it is stocked.',
    }),
    location_id: uuid.nullish().meta({
      description:
        'Where the stock is taken from. Required with `variant_id`, and with a `sku` alone if several locations stock it: the refusal lists them.',
    }),
    sku: identifier({ maxLength: limits.sku }).nullish().meta({
      description:
        'Without `variant_id`: the stock of the variant with this SKU is reserved. A SKU that no location stocks is a text, and nothing is reserved for the line.',
    }),
    variant_title: text({ maxLength: limits.name }).nullish(),
    quantity,
    unit_price: amount,
    ...lineTaxFields,
    requires_shipping: z.boolean().nullish().meta({ description: 'True when left out.', default: true }),
  })
  .superRefine((item, context) => {
    oneTaxOfLine.check(item, context);
    const hasVariant = typeof item.variant_id === 'string';
    const hasLocation = typeof item.location_id === 'string';
    if (hasVariant && !hasLocation) {
      context.addIssue({
        code: 'custom',
        path: ['location_id'],
        message: 'location_id is required for inventory-backed items',
        params: { ...completeMessage, ...requiredField },
      });
    }
    if (hasLocation && !hasVariant && typeof item.sku !== 'string') {
      context.addIssue({
        ...{ code: 'custom', path: ['variant_id'], message: 'or sku is required with location_id' },
        params: requiredField,
      });
    }
  })
  .meta({
    allOf: [
      needs('variant_id', 'location_id'),
      needsOneOf('location_id', 'variant_id', 'sku'),
      oneTaxOfLine.schema,
    ],
  });

/** The body of `POST /api/v1/oms/orders`. */
export const createOrderBody = z
  .strictObject({
    idempotency_key: identifier({ minLength: 1, maxLength: limits.name }).meta({
      description:
        'A unique string that identifies this order attempt. Use the same key for retries; the second call gives the first one’s answer.',
    }),
    payment_provider: paymentProvider,
    payment_reference: paymentReference.meta({
      description:
        'The provider’s reference of the authorisation that the checkout made, such as `pi_…`. A payment that names another tenant or organization counts as one that does not exist.',
    }),
    capture_policy: capturePolicy,
    customer_id: uuid.nullish(),
    external_id: identifier({ minLength: 1, maxLength: limits.name }).nullish().meta({
      description:
        'The order’s id in the system that it comes from. Unique in the tenant, whichever organization uses it first.',
    }),
    currency: currency
      .nullish()
      .meta({ description: 'ISO 4217. USD when left out.', default: defaultCurrency }),
    channel: identifier({ minLength: 1, maxLength: limits.name }).nullish(),
    source_platform: identifier({ minLength: 1, maxLength: limits.name }).nullish(),
    items: z.array(orderItem).min(1).max(limits.lines),
    shipping_address: shippingAddress.nullish(),
    billing_address: billingAddress.nullish(),
    shipping_method: text({ minLength: 1, maxLength: limits.name }).nullish(),
    discount_amount: amount.nullish(),
    tax_amount: orderTaxAmount,
    taxes_included: taxesIncluded.nullish().meta({ default: false }),
    shipping_amount: amount.nullish(),
    note: note.nullish().meta({ description: 'For people.' }),
    tags: tags.nullish().meta({ description: 'Each is kept once.' }),
    metadata: metadata.nullish().meta({ description: 'Entries of your own, given back as they are.' }),
  })
  .meta({ description: 'An order to place. Totals are computed by the server.' })
  .register(namedBodies, { id: 'CreateOrder' });

/** A parsed body. */
export type CreateOrderBody = z.output<typeof createOrderBody>;
