import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { lineOf, snapshotOf } from '../testing/order-snapshot.js';
import { sameLines, saleLinesOf, type ReadSaleLine, type SaleLine } from './sale-lines.js';
import { canonicalDecimal } from './tryton-value.js';

const noProducts = { bySku: new Map() };

/** The sum by Tryton's arithmetic, in minor units. */
function sumMinor(lines: readonly SaleLine[]): number {
  return lines.reduce((sum, line) => {
    return sum + line.quantity * Number(line.unit_price.decimal.replace('.', ''));
  }, 0);
}

function asRead(lines: readonly SaleLine[]): ReadSaleLine[] {
  return lines.map((line, index) => ({
    ...line,
    id: index + 1,
    unit_price: canonicalDecimal(line.unit_price.decimal),
  }));
}

describe('the lines of a sale', () => {
  it("add up to the order's total, whatever its lines, discounts, tax and shipping are", () => {
    const amount = fc.integer({ min: 0, max: 1_000_000 });
    const line = fc
      .record({
        quantity: fc.integer({ min: 1, max: 999 }),
        unitPriceMinor: amount,
        share: fc.float({ min: 0, max: 1, noNaN: true }),
      })
      .map(({ quantity, unitPriceMinor, share }) =>
        lineOf({ quantity, unitPriceMinor, discountMinor: Math.floor(quantity * unitPriceMinor * share) }),
      );
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 20 }),
        fc.float({ min: 0, max: 1, noNaN: true }),
        amount,
        fc.boolean(),
        amount,
        (lines, share, tax, taxesIncluded, shippingMinor) => {
          const ofLinesMinor = lines.reduce((sum, { discountMinor }) => sum + discountMinor, 0);
          const subtotalMinor = lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0);
          const discountMinor = ofLinesMinor + Math.floor((subtotalMinor - ofLinesMinor) * share);
          const taxMinor = taxesIncluded ? Math.min(tax, subtotalMinor - discountMinor) : tax;
          const order = snapshotOf({ lines, discountMinor, taxMinor, taxesIncluded, shippingMinor });
          expect(sumMinor(saleLinesOf(order, noProducts))).toBe(order.totals.totalMinor);
        },
      ),
    );
  });

  it('have the sequence of the order’s lines, each discount after its line, then the rest of the discount, tax and shipping', () => {
    const order = snapshotOf({
      lines: [lineOf({ title: 'Hat', discountMinor: 10 }), lineOf({ title: 'Scarf' })],
      discountMinor: 30,
      taxMinor: 5,
      shippingMinor: 7,
    });
    expect(
      saleLinesOf(order, noProducts).map((line) => [
        line.sequence,
        line.description,
        line.unit_price.decimal,
      ]),
    ).toEqual([
      [1, 'Hat', '49.50'],
      [2, 'Discount: Hat', '-0.10'],
      [3, 'Scarf', '49.50'],
      [4, 'Discount', '-0.20'],
      [5, 'Tax', '0.05'],
      [6, 'Shipping: fedex_ground', '0.07'],
    ]);
  });

  it('name the products that Tryton has, also where the SKU has blanks around it', () => {
    const order = snapshotOf({ lines: [lineOf({ sku: ' HAT ' })], taxMinor: 1, shippingMinor: 1 });
    const lines = saleLinesOf(order, {
      bySku: new Map([['HAT', { id: 7, unitId: 1 }]]),
      tax: { id: 8, unitId: 2 },
    });
    expect(lines.map(({ product, unit }) => [product, unit])).toEqual([
      [7, 1],
      [8, 2],
      [null, null],
    ]);
  });

  it('are equal when Tryton returns them in another sequence and with other zeros', () => {
    const wanted = saleLinesOf(snapshotOf({ lines: [lineOf(), lineOf()] }), noProducts);
    expect(sameLines(wanted, asRead(wanted).reverse())).toBe(true);
  });

  it.each([
    ['a price', { unit_price: '49.51' }],
    ['a quantity', { quantity: 3 }],
    ['a description', { description: 'Coat' }],
    ['a product', { product: 9 }],
    ['a unit', { unit: 9 }],
  ])('differ by %s', (_name, change) => {
    const wanted = saleLinesOf(snapshotOf(), noProducts);
    const present = asRead(wanted).map((line, index) => (index === 0 ? { ...line, ...change } : line));
    expect(sameLines(wanted, present)).toBe(false);
  });

  it('differ with one line more or less', () => {
    const wanted = saleLinesOf(snapshotOf(), noProducts);
    expect(sameLines(wanted, asRead(wanted).slice(1))).toBe(false);
    expect(sameLines(wanted.slice(1), asRead(wanted))).toBe(false);
  });
});
