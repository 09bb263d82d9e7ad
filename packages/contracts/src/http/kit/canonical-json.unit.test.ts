import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { canonicalJson } from './canonical-json.js';
import { createOrderExample } from '../orders/create-order-example.js';
import { parseCreateOrder } from '../testing/parsed.js';

/** The same value with the keys of every object in another order. */
function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, shuffled(member)]),
  );
}

describe('canonical JSON', () => {
  it('is JSON of the same value, so that different values differ', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(shuffled(value))).toBe(canonicalJson(value));
      }),
    );
  });

  it('leaves out what is undefined', () => {
    expect(canonicalJson({ b: undefined, a: 1 })).toBe('{"a":1}');
  });
});

describe('the hash of a request', () => {
  const { requestHash } = parseCreateOrder(createOrderExample);
  const [item] = createOrderExample.items;

  it('is the same for ever, so that a retry after an upgrade is still a retry', () => {
    expect(requestHash).toBe('6f6146da6de1e4d78dcd129b94f03691f2b9681f6ddd8fed2adfc98dd440d97d');
  });

  it.each([
    ['the keys in another order', shuffled(createOrderExample)],
    ['the price as a string', { ...createOrderExample, items: [{ ...item, unit_price: '89.990' }] }],
    ['the default currency left out', { ...createOrderExample, currency: undefined }],
    [
      'the default of an item left out',
      { ...createOrderExample, items: [{ ...item, requires_shipping: null }] },
    ],
    ['an amount of nothing spelt out', { ...createOrderExample, tax_amount: '0.00', metadata: {} }],
    [
      'an id in upper case',
      { ...createOrderExample, items: [{ ...item, variant_id: item?.variant_id.toUpperCase() }] },
    ],
    ['another key', { ...createOrderExample, idempotency_key: 'another' }],
  ])('is the same with %s', (_, body) => {
    expect(parseCreateOrder(body).requestHash).toBe(requestHash);
  });

  it.each([
    ['another quantity', { ...createOrderExample, items: [{ ...item, quantity: 3 }] }],
    ['another price', { ...createOrderExample, items: [{ ...item, unit_price: 89.98 }] }],
    ['another currency', { ...createOrderExample, currency: 'EUR' }],
    ['another reference', { ...createOrderExample, payment_reference: 'pi_other' }],
    ['one item more', { ...createOrderExample, items: [item, item] }],
    ['metadata', { ...createOrderExample, metadata: { a: 'b' } }],
    ['an empty text for an absent one', { ...createOrderExample, items: [{ ...item, sku: '' }] }],
  ])('is another with %s', (_, body) => {
    expect(parseCreateOrder(body).requestHash).not.toBe(requestHash);
  });

  it('does not depend on how an accepted request is written', () => {
    const body = fc.record({
      idempotency_key: fc.constant('key'),
      payment_provider: fc.constant('stripe'),
      payment_reference: fc.constant('pi_1'),
      metadata: fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.stringMatching(/^[a-z]{0,5}$/), {
        noNullPrototype: true,
      }),
      items: fc.array(
        fc.record({ quantity: fc.integer({ min: 1, max: 9 }), cents: fc.integer({ min: 0, max: 100_000 }) }),
        { minLength: 1, maxLength: 4 },
      ),
    });
    fc.assert(
      fc.property(body, ({ items, ...rest }) => {
        const asNumbers = items.map(({ quantity, cents }) => ({ quantity, unit_price: cents / 100 }));
        const asTexts = items.map(({ quantity, cents }) => ({
          unit_price: (cents / 100).toFixed(2),
          quantity,
        }));
        const one = parseCreateOrder({ ...rest, items: asNumbers });
        const other = parseCreateOrder(shuffled({ currency: 'USD', items: asTexts, ...rest }));
        expect(other.requestHash).toBe(one.requestHash);
      }),
    );
  });
});
