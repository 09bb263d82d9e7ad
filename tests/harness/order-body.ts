import { randomUUID } from 'node:crypto';

/** The body of an order: the API's own example, one line of 2 × 89.99 USD, under new keys. */
export function orderBody(overrides: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    idempotency_key: `cart-${randomUUID()}`,
    payment_provider: 'stripe',
    payment_reference: `pi_${randomUUID()}`,
    currency: 'USD',
    channel: 'web-storefront',
    items: [orderItem()],
    ...overrides,
  };
}

/** A line that needs no stock, unless it is given a variant and a location. */
export function orderItem(overrides: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    product_title: 'Classic Wool Sweater',
    sku: 'WOOL-SWTR-M-BLU',
    variant_title: 'Blue / Medium',
    quantity: 2,
    unit_price: 89.99,
    requires_shipping: true,
    ...overrides,
  };
}

/** The total of {@link orderBody}, in cents. */
export const orderBodyTotalMinor = 17_998;
