import { maxAmountMinor } from '@oms/domain';
import { describe, expect, it } from 'vitest';

import { createOrderExample } from './create-order-example.js';
import { parseCreateOrder } from '../testing/parsed.js';
import { refusal, withItem } from '../testing/refused-orders.js';

describe('UUIDs', () => {
  it('are accepted in any version and variant, and converted to lower case', () => {
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

  it.each(texts)('with characters that PostgreSQL cannot store are refused: %s', (field, bodyWith) => {
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
  it('is kept as it was sent', () => {
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
        country: 'GB',
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

  it.each(['GBR', 'G', '', 'ß', 7, 'gb', 'ZZ', 'UK', 'EU'])('refuses a country of %j', (country) => {
    const shipping_address = { line1: 'x', city: 'y', country };
    expect(refusal({ ...createOrderExample, shipping_address }).message).toBe(
      'shipping_address.country must be an ISO 3166-1 country code in upper case, such as US',
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
    [JSON.parse('{"__proto__":"x"}') as object, 'metadata.__proto__ has a name that is reserved'],
    [
      Object.fromEntries(Array.from({ length: 51 }, (_, n) => [n, 'x'])),
      'metadata must have at most 50 keys',
    ],
  ])('holds at most 50 short texts: %j', (metadata, message) => {
    expect(refusal({ ...createOrderExample, metadata }).message).toBe(message);
  });
});
