import { describe, expect, it } from 'vitest';

import { createOrderExample } from './create-order-example.js';
import { parseCreateOrder } from '../testing/parsed.js';
import { exampleItem, refusal, withItem } from '../testing/refused-orders.js';

function without(name: string, from: object = createOrderExample): object {
  return Object.fromEntries(Object.entries(from).filter(([key]) => key !== name));
}

describe('the example order', () => {
  it('is parsed into minor units with totals that the server computed', () => {
    const { idempotencyKey, order } = parseCreateOrder(createOrderExample);
    expect(idempotencyKey).toBe('cart-9f2e1a4b-3c7d');
    expect(order).toStrictEqual({
      currency: 'USD',
      currencyExponent: 2,
      paymentProvider: 'stripe',
      paymentReference: 'pi_3Pqr4RLkdIwHu7ix0pQvA1bC',
      channel: 'web-storefront',
      metadata: {},
      totals: { subtotalMinor: 17998, discountMinor: 0, taxMinor: 0, shippingMinor: 0, totalMinor: 17998 },
      lines: [
        {
          productTitle: 'Classic Wool Sweater',
          variantId: 'c3d4e5f6-a7b8-9012-cdef-345678901234',
          locationId: 'f6a7b8c9-d0e1-2345-abcd-678901234567',
          sku: 'WOOL-SWTR-M-BLU',
          variantTitle: 'Blue / Medium',
          quantity: 2,
          unitPriceMinor: 8999,
          requiresShipping: true,
        },
      ],
    });
  });
});

describe('fields that are left out', () => {
  it.each([undefined, null])('get their defaults, also when they are %s', (nothing) => {
    const { order } = parseCreateOrder({
      ...withItem({ requires_shipping: nothing, variant_id: nothing, location_id: nothing, sku: nothing }),
      currency: nothing,
      channel: nothing,
      customer_id: nothing,
      shipping_address: nothing,
      metadata: nothing,
      discount_amount: nothing,
    });
    expect(order).toMatchObject({ currency: 'USD', metadata: {}, lines: [{ requiresShipping: true }] });
    for (const absent of ['channel', 'customerId', 'shippingAddress'])
      expect(order).not.toHaveProperty(absent);
    for (const absent of ['variantId', 'locationId', 'sku'])
      expect(order.lines[0]).not.toHaveProperty(absent);
  });

  it.each(['idempotency_key', 'payment_provider', 'payment_reference', 'items'])('are named: %s', (name) => {
    expect(refusal(without(name))).toEqual({ message: `${name} is required`, field: name });
  });

  it.each(['quantity', 'unit_price'])('are named with the item they are missing from: %s', (name) => {
    const items = [exampleItem, without(name, exampleItem)];
    const field = `items[1].${name}`;
    expect(refusal({ ...createOrderExample, items })).toEqual({ message: `${field} is required`, field });
  });

  it.each(['line1', 'city', 'country'])('are named with the address they are missing from: %s', (name) => {
    const address = without(name, { line1: '1 Main St', city: 'Springfield', country: 'US' });
    const field = `shipping_address.${name}`;
    expect(refusal({ ...createOrderExample, shipping_address: address }).message).toBe(
      `${field} is required`,
    );
  });
});

describe('unknown fields', () => {
  it.each([
    [{ ...createOrderExample, total: 1 }, 'total is not a known field'],
    [{ ...createOrderExample, unknown: null }, 'unknown is not a known field'],
    [withItem({ price: 1 }), 'items[0].price is not a known field'],
    [
      {
        ...createOrderExample,
        shipping_address: { line1: '1 Main St', city: 'Springfield', country: 'US', zip: '1' },
      },
      'shipping_address.zip is not a known field',
    ],
    [
      JSON.parse(JSON.stringify(createOrderExample).replace('{', '{"__proto__":{},')) as object,
      '__proto__ is not a known field',
    ],
    [{ ...createOrderExample, constructor: 1 }, 'constructor is not a known field'],
  ])('are refused by name', (body, message) => {
    expect(refusal(body).message).toBe(message);
  });

  it('cannot put control characters or megabytes into the message', () => {
    const { message } = refusal({
      ...createOrderExample,
      [`a\u001b[2J\u0000\u009b${'x'.repeat(1_000_000)}`]: 1,
    });
    expect(message).not.toMatch(/\p{Cc}/u);
    expect(message.length).toBeLessThan(200);
  });
});

describe('invalid bodies', () => {
  it.each([
    [undefined, 'the body is required'],
    [null, 'the body must be an object'],
    ['{}', 'the body must be an object'],
    [[], 'the body must be an object'],
    [7, 'the body must be an object'],
  ])('are refused: %j', (body, message) => {
    expect(refusal(body)).toEqual({ message, field: undefined });
  });
});

describe('items', () => {
  it.each([
    [[], 'items must have at least 1 entry'],
    [Array.from({ length: 501 }, () => exampleItem), 'items must have at most 500 entries'],
    [{}, 'items must be an array'],
    [[null], 'items[0] must be an object'],
  ])('are an array of 1 to 500 objects', (items, message) => {
    expect(refusal({ ...createOrderExample, items }).message).toBe(message);
  });

  it('may be 500', () => {
    const items = Array.from({ length: 500 }, () => exampleItem);
    expect(parseCreateOrder({ ...createOrderExample, items }).order.lines).toHaveLength(500);
  });

  it.each([0, -1, 1.5, '2', true, null, Number.NaN, 1e300, []])('refuse a quantity of %j', (quantity) => {
    expect(refusal(withItem({ quantity })).message).toMatch(
      /^items\[0\]\.quantity must be (a positive integer|at most)/,
    );
  });

  it('take up to a million pieces', () => {
    expect(parseCreateOrder(withItem({ quantity: 1_000_000 })).order.lines[0]?.quantity).toBe(1_000_000);
    expect(refusal(withItem({ quantity: 1_000_001 })).message).toBe(
      'items[0].quantity must be at most 1000000',
    );
  });

  it('without a location, with a variant → refused with the promised message', () => {
    for (const location_id of [undefined, null]) {
      expect(refusal(withItem({ location_id }))).toEqual({
        message: 'location_id is required for inventory-backed items',
        field: 'items[0].location_id',
      });
    }
  });

  it('with a SKU and a location, without a variant → kept, for the stock of the SKU at this location', () => {
    const { order } = parseCreateOrder(withItem({ variant_id: undefined, sku: ' U\u0308 ' }));
    expect(order.lines[0]).toMatchObject({ sku: '\u00dc', locationId: expect.any(String) as string });
    expect(order.lines[0]).not.toHaveProperty('variantId');
  });

  it('have no location without a variant and a SKU', () => {
    for (const nothing of [undefined, null]) {
      const line = parseCreateOrder(withItem({ variant_id: nothing, location_id: nothing })).order.lines[0];
      expect(line).not.toHaveProperty('variantId');
      expect(refusal(withItem({ variant_id: nothing, sku: nothing }))).toEqual({
        message: 'items[0].variant_id or sku is required with location_id',
        field: 'items[0].variant_id',
      });
    }
  });
});

describe('the largest order that is accepted', () => {
  it('fits into one Temporal payload (2 MB)', () => {
    const widest = (length: number) => '🧶'.repeat(length);
    const id = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
    const { order } = parseCreateOrder({
      ...createOrderExample,
      idempotency_key: widest(255),
      payment_reference: widest(255),
      external_id: widest(255),
      channel: widest(255),
      source_platform: widest(255),
      shipping_method: widest(255),
      items: Array.from({ length: 500 }, () => ({
        product_title: widest(255),
        variant_id: id,
        location_id: id,
        sku: widest(100),
        variant_title: widest(255),
        quantity: 1,
        unit_price: '19999999.99',
      })),
      metadata: Object.fromEntries(
        Array.from({ length: 50 }, (_, n) => [`${n}`.padStart(2, '0') + widest(38), widest(500)]),
      ),
    });
    expect(Buffer.byteLength(JSON.stringify(order))).toBeLessThan(2 * 1024 * 1024 - 100_000);
  });
});
