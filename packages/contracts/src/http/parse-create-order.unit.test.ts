import { maxAmountMinor } from '@oms/domain';
import { describe, expect, it } from 'vitest';

import { createOrderExample } from './create-order-example.js';
import { parseCreateOrder } from './parse-create-order.js';
import { RequestError } from './request-error.js';

const [exampleItem] = createOrderExample.items;

function withItem(changes: object): object {
  return { ...createOrderExample, items: [{ ...exampleItem, ...changes }] };
}

function without(name: string, from: object = createOrderExample): object {
  return Object.fromEntries(Object.entries(from).filter(([key]) => key !== name));
}

function refusal(body: unknown): { message: string; field: string | undefined } {
  try {
    parseCreateOrder(body);
  } catch (error) {
    if (error instanceof RequestError) return { message: error.message, field: error.field };
    throw error;
  }
  throw new Error('the body was accepted');
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
      JSON.parse(JSON.stringify(createOrderExample).replace('{', '{"__proto__":{},')),
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

describe('bodies that are no order', () => {
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

  it('need a location when they name a variant, in the words of the contract', () => {
    for (const location_id of [undefined, null]) {
      expect(refusal(withItem({ location_id }))).toEqual({
        message: 'location_id is required for inventory-backed items',
        field: 'items[0].location_id',
      });
    }
  });

  it('are not inventory-backed without a variant, with or without a location', () => {
    expect(parseCreateOrder(withItem({ variant_id: undefined })).order.lines[0]).not.toHaveProperty(
      'variantId',
    );
    expect(parseCreateOrder(withItem({ variant_id: null, location_id: null })).order.lines).toHaveLength(1);
  });
});

describe('UUIDs', () => {
  it('are taken in any version and variant, and kept in lower case', () => {
    const customer_id = 'FFFFFFFF-0000-0000-0000-00000000000A';
    expect(parseCreateOrder({ ...createOrderExample, customer_id }).order.customerId).toBe(
      customer_id.toLowerCase(),
    );
  });

  it.each([
    '',
    'abc',
    'c3d4e5f6a7b89012cdef345678901234',
    '{c3d4e5f6-a7b8-9012-cdef-345678901234}',
    'c3d4e5f6-a7b8-9012-cdef-345678901234\n',
    'g3d4e5f6-a7b8-9012-cdef-345678901234',
    7,
    {},
  ])('are refused in another form: %j', (id) => {
    expect(refusal({ ...createOrderExample, customer_id: id }).message).toBe('customer_id must be a UUID');
    expect(refusal(withItem({ variant_id: id })).message).toBe('items[0].variant_id must be a UUID');
    expect(refusal(withItem({ location_id: id })).message).toBe('items[0].location_id must be a UUID');
  });
});

describe('payment providers', () => {
  it.each(['adyen', 'paypal'])('that come later are refused as such: %s', (name) => {
    expect(refusal({ ...createOrderExample, payment_provider: name }).message).toBe(
      `payment_provider ${name} is not available yet; available: stripe`,
    );
  });

  it.each(['Stripe', 'square', '', 7, null])(
    'that are unknown are refused with the names that are known: %j',
    (name) => {
      expect(refusal({ ...createOrderExample, payment_provider: name }).message).toBe(
        'payment_provider must be one of: stripe, adyen, paypal',
      );
    },
  );
});

describe('amounts', () => {
  it.each([
    ['USD', '89.999', 'must have at most 2 decimals in this currency'],
    ['JPY', 1.5, 'must have no decimals in this currency'],
    ['BHD', '1.2345', 'must have at most 3 decimals in this currency'],
    ['USD', -1, 'must be a decimal number that is not negative, such as "89.99"'],
    ['USD', '-1', 'must be a decimal number that is not negative, such as "89.99"'],
    ['USD', '1e3', 'must be a decimal number that is not negative, such as "89.99"'],
    ['USD', '1,00', 'must be a decimal number that is not negative, such as "89.99"'],
    ['USD', ' 1', 'must be a decimal number that is not negative, such as "89.99"'],
    ['USD', '', 'must be a decimal number that is not negative, such as "89.99"'],
    ['USD', true, 'must be a decimal number that is not negative, such as "89.99"'],
    ['USD', null, 'must be a decimal number that is not negative, such as "89.99"'],
    ['USD', Number.NaN, 'must be a decimal number that is not negative, such as "89.99"'],
    ['USD', Number.POSITIVE_INFINITY, 'must be a decimal number that is not negative, such as "89.99"'],
    ['USD', '1'.repeat(41), 'must be a decimal number that is not negative, such as "89.99"'],
    ['USD', 1e12, 'must be at most 9999999999.99'],
    ['JPY', '1000000000000', 'must be at most 999999999999'],
  ])('of %s are refused with what is allowed: %j', (currency, unit_price, wanted) => {
    expect(refusal({ ...withItem({ unit_price }), currency }).message).toBe(`items[0].unit_price ${wanted}`);
  });

  it.each([
    ['JPY', 100, 100],
    ['JPY', '100.00', 100],
    ['BHD', '1.234', 1234],
    ['BHD', 1.234, 1234],
    ['USD', 0, 0],
    ['USD', '89.990', 8999],
  ])('of %s are read by its decimals: %j', (currency, unit_price, minor) => {
    const { order } = parseCreateOrder({ ...withItem({ unit_price }), currency });
    expect(order.lines[0]?.unitPriceMinor).toBe(minor);
  });

  it('add up to lines − discount + tax + shipping', () => {
    const adjustments = { discount_amount: '9.98', tax_amount: 3.5, shipping_amount: '5' };
    expect(parseCreateOrder({ ...createOrderExample, ...adjustments }).order.totals).toEqual({
      subtotalMinor: 17998,
      discountMinor: 998,
      taxMinor: 350,
      shippingMinor: 500,
      totalMinor: 17850,
    });
  });

  it.each(['discount_amount', 'tax_amount', 'shipping_amount'])(
    'are named when they are wrong: %s',
    (name) => {
      expect(refusal({ ...createOrderExample, [name]: '0.001' })).toEqual({
        message: `${name} must have at most 2 decimals in this currency`,
        field: name,
      });
    },
  );

  it('refuse a discount larger than the lines, and a total that is too large', () => {
    expect(refusal({ ...createOrderExample, discount_amount: '179.99' }).message).toBe(
      'the discount must not be larger than the sum of the items',
    );
    const unit_price = String(maxAmountMinor / 100);
    expect(refusal(withItem({ unit_price, quantity: 1_000_000 })).message).toMatch(
      /^the order's total is too large/,
    );
  });
});

describe('currencies', () => {
  it.each(['usd', 'XXX', 'XTS', 'XAU', 'XDR', 'CLF', 'USN', 'ABC', 'US', 'USDX', '', 840])(
    'refuses %j',
    (currency) => {
      expect(refusal({ ...createOrderExample, currency }).message).toMatch(/^currency must be /);
    },
  );
});

describe('texts', () => {
  const texts: readonly [string, (value: string) => object][] = [
    ['idempotency_key', (value) => ({ ...createOrderExample, idempotency_key: value })],
    ['payment_reference', (value) => ({ ...createOrderExample, payment_reference: value })],
    ['external_id', (value) => ({ ...createOrderExample, external_id: value })],
    ['channel', (value) => ({ ...createOrderExample, channel: value })],
    ['source_platform', (value) => ({ ...createOrderExample, source_platform: value })],
    ['shipping_method', (value) => ({ ...createOrderExample, shipping_method: value })],
    ['items[0].product_title', (value) => withItem({ product_title: value })],
    ['items[0].sku', (value) => withItem({ sku: value })],
    ['items[0].variant_title', (value) => withItem({ variant_title: value })],
    [
      'shipping_address.city',
      (value) => ({ ...createOrderExample, shipping_address: { line1: 'x', city: value, country: 'US' } }),
    ],
  ];

  it.each(texts)('cannot hold what PostgreSQL refuses: %s', (field, bodyWith) => {
    for (const bad of ['a\u0000b', 'a\nb', '\u007f', '\u0085']) {
      expect(refusal(bodyWith(bad))).toEqual({
        message: `${field} must not contain control characters`,
        field,
      });
    }
    for (const bad of ['a\ud800', '\udc00a', '\udc00\ud800']) {
      expect(refusal(bodyWith(bad)).message).toBe(`${field} must be well-formed Unicode`);
    }
    expect(parseCreateOrder(bodyWith('Grüße 🧶 ありがとう')).order).toBeDefined();
  });

  it.each(texts)('are bounded: %s', (field, bodyWith) => {
    expect(refusal(bodyWith('x'.repeat(256))).message).toMatch(/ must be at most (255|100) characters$/);
    expect(parseCreateOrder(bodyWith('x'.repeat(100))).order).toBeDefined();
  });

  it('are counted in characters, not in code units', () => {
    expect(
      parseCreateOrder({ ...createOrderExample, idempotency_key: '🧶'.repeat(255) }).order,
    ).toBeDefined();
    expect(refusal({ ...createOrderExample, idempotency_key: '🧶'.repeat(256) }).message).toBe(
      'idempotency_key must be at most 255 characters',
    );
  });

  it.each(['idempotency_key', 'payment_reference', 'external_id', 'channel'])(
    'must not be empty: %s',
    (name) => {
      expect(refusal({ ...createOrderExample, [name]: '' }).message).toBe(`${name} must not be empty`);
    },
  );

  it('must be strings', () => {
    expect(refusal({ ...createOrderExample, idempotency_key: 7 }).message).toBe(
      'idempotency_key must be a string',
    );
    expect(refusal({ ...createOrderExample, idempotency_key: null }).message).toBe(
      'idempotency_key must be a string',
    );
  });
});

describe('the shipping address', () => {
  it('is kept as it was sent, with the country in upper case', () => {
    const { order } = parseCreateOrder({
      ...createOrderExample,
      shipping_method: 'express',
      shipping_address: {
        name: 'Ada Lovelace',
        company: '',
        line1: '12 St James’s Square',
        line2: null,
        city: 'London',
        postal_code: 'SW1Y 4JH',
        country: 'gb',
        email: 'ada@example.com',
      },
    });
    expect(order.shippingMethod).toBe('express');
    expect(order.shippingAddress).toStrictEqual({
      name: 'Ada Lovelace',
      company: '',
      line1: '12 St James’s Square',
      city: 'London',
      postalCode: 'SW1Y 4JH',
      country: 'GB',
      email: 'ada@example.com',
    });
  });

  it.each(['GBR', 'G', '', 'ß', 7])('refuses a country of %j', (country) => {
    const shipping_address = { line1: 'x', city: 'y', country };
    expect(refusal({ ...createOrderExample, shipping_address }).message).toBe(
      'shipping_address.country must be a country code of two letters (ISO 3166-1)',
    );
  });
});

describe('metadata', () => {
  it('is given back as it was sent, line breaks included', () => {
    const metadata = { gift_note: 'Happy\n\tbirthday', empty: '', constructor: 'a name like any other' };
    expect(parseCreateOrder({ ...createOrderExample, metadata }).order.metadata).toStrictEqual(metadata);
  });

  it.each([
    [[], 'metadata must be an object'],
    ['x', 'metadata must be an object'],
    [{ a: 1 }, 'metadata.a must be a string'],
    [{ a: null }, 'metadata.a must be a string'],
    [{ a: { b: 'c' } }, 'metadata.a must be a string'],
    [{ a: 'x'.repeat(501) }, 'metadata.a must be at most 500 characters'],
    [{ a: '\u0000' }, 'metadata.a must not contain control characters'],
    [{ a: '\ud800' }, 'metadata.a must be well-formed Unicode'],
    [{ '': 'x' }, 'metadata[""] has a name that must not be empty'],
    [{ 'a\u0000': 'x' }, 'metadata["a\\u0000"] has a name that must not contain control characters'],
    [{ ['k'.repeat(41)]: 'x' }, `metadata.${'k'.repeat(41)} has a name that must be at most 40 characters`],
    [JSON.parse('{"__proto__":"x"}'), 'metadata.__proto__ has a name that is reserved'],
    [
      Object.fromEntries(Array.from({ length: 51 }, (_, n) => [n, 'x'])),
      'metadata must have at most 50 keys',
    ],
  ])('holds at most 50 short texts: %j', (metadata, message) => {
    expect(refusal({ ...createOrderExample, metadata }).message).toBe(message);
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
