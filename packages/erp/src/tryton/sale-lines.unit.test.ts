import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { laterOf, lineOf, snapshotOf, withoutShares } from '../testing/order-snapshot.js';
import {
  quantitiesInSale,
  sameLines,
  saleLinesOf,
  saleTotalMinor,
  type ReadSaleLine,
  type SaleLine,
} from './sale-lines.js';
import { canonicalDecimal } from './tryton-value.js';

const noProducts = { bySku: new Map() };

/** The sum by Tryton's arithmetic, in minor units. */
function sumMinor(lines: readonly SaleLine[]): number {
  return lines.reduce((sum, line) => {
    return sum + line.quantity * Number(line.unit_price.decimal.replace('.', ''));
  }, 0);
}

const rows = (lines: readonly SaleLine[]) =>
  lines.map(({ sequence, description, quantity, unit_price: { decimal } }) => [
    ...[sequence, description, quantity, decimal],
  ]);

function asRead(lines: readonly SaleLine[]): ReadSaleLine[] {
  return lines.map((line, index) => ({
    ...line,
    id: index + 1,
    unit_price: canonicalDecimal(line.unit_price.decimal),
  }));
}

describe('the lines of a sale', () => {
  it("add up to the order's total without the worth of cancelled units, whatever its lines and amounts are", () => {
    const amount = fc.integer({ min: 0, max: 1_000_000 });
    const share = fc.float({ min: 0, max: 1, noNaN: true });
    const line = fc
      .record({
        quantity: fc.integer({ min: 1, max: 999 }),
        unitPriceMinor: amount,
        cancelledShare: share,
        taxRateMillionths: fc.integer({ min: 0, max: 1_000_000 }),
      })
      .map(({ quantity, cancelledShare, ...priced }) =>
        lineOf({ quantity, cancelled: Math.floor(quantity * cancelledShare), ...priced }),
      );
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 20 }),
        ...([share, fc.boolean(), amount] as const),
        (lines, discount, taxesIncluded, shippingMinor) => {
          const subtotalMinor = lines.reduce((sum, each) => sum + each.quantity * each.unitPriceMinor, 0);
          const order = snapshotOf({
            ...{ lines, taxMinor: 0, taxesIncluded, shippingMinor },
            discountMinor: Math.floor(subtotalMinor * discount),
          });
          const sale = saleLinesOf(order, noProducts);
          expect(sumMinor(sale)).toBe(saleTotalMinor(order));
          expect(sumMinor(sale.filter(({ description }) => description === 'Discount'))).toBeLessThanOrEqual(
            0,
          );
          expect(sumMinor(saleLinesOf({ ...order, status: 'cancelled' }, noProducts))).toBe(
            order.totals.totalMinor,
          );
        },
      ),
    );
  });

  it('have the sequence of the order’s lines, then its discount, tax and shipping', () => {
    const order = snapshotOf({
      lines: [lineOf({ title: 'Hat' }), lineOf({ title: 'Scarf' })],
      discountMinor: 30,
      taxMinor: 5,
      shippingMinor: 7,
    });
    expect(rows(saleLinesOf(order, noProducts))).toEqual([
      [1, 'Hat', 2, '49.50'],
      [2, 'Scarf', 2, '49.50'],
      [3, 'Discount', 1, '-0.30'],
      [4, 'Tax', 1, '0.05'],
      [5, 'Shipping: fedex_ground', 1, '0.07'],
    ]);
  });

  it('2 of 3 units cancelled → 1 unit, with a third of its discount and tax, the rest rounded as its refund is', () => {
    // 3 × 10.00 − 1.00 + 10 % of 29.00 = 31.90. Two of three: 21.266…, so 21.26. The tax of two: 1.933…, so 1.93.
    const order = snapshotOf({
      lines: [
        lineOf({
          title: 'Hat',
          quantity: 3,
          cancelled: 2,
          unitPriceMinor: 1_000,
          taxRateMillionths: 100_000,
        }),
      ],
      ...{ discountMinor: 100, taxMinor: 0, shippingMinor: 500 },
    });
    expect(rows(saleLinesOf(order, noProducts))).toEqual([
      [1, 'Hat', 1, '10.00'],
      // 10.00 + 0.97 − (31.90 − 21.26).
      [2, 'Discount', 1, '-0.33'],
      [3, 'Tax', 1, '0.97'],
      [4, 'Shipping: fedex_ground', 1, '5.00'],
    ]);
    // 36.90 − 21.26.
    expect(saleTotalMinor(order)).toBe(1_564);
  });

  it('all units of a line cancelled → no such line; a cancelled order → as ordered', () => {
    const order = snapshotOf({
      lines: [lineOf({ title: 'Hat', cancelled: 2 }), lineOf({ title: 'Scarf' })],
      ...{ taxMinor: 0, shippingMinor: 0 },
    });
    expect(rows(saleLinesOf(order, noProducts))).toEqual([[1, 'Scarf', 2, '49.50']]);
    expect(rows(saleLinesOf({ ...order, status: 'cancelled' }, noProducts))).toEqual([
      [1, 'Hat', 2, '49.50'],
      [2, 'Scarf', 2, '49.50'],
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

  describe('of a sale that is final', () => {
    const before = snapshotOf({
      lines: [lineOf({ title: 'Hat', quantity: 5 }), lineOf({ title: 'Scarf' })],
      discountMinor: 99,
    });
    const afterCancelling = (units: number): typeof before =>
      laterOf(before, {
        lines: before.lines.map((line) => ({
          ...withoutShares(line),
          cancelled: line.title === 'Hat' ? units : 0,
        })),
      });
    const isRight = (order: typeof before, present: readonly ReadSaleLine[]): boolean => {
      const quantityOf = quantitiesInSale(order, present);
      return quantityOf !== undefined && sameLines(saleLinesOf(order, noProducts, quantityOf), present);
    };

    it.each([0, 1, 3, 5])('%i of 5 units cancelled before it, 5 after it → right', (units) => {
      const sale = asRead(saleLinesOf(afterCancelling(units), noProducts));
      expect(isRight(afterCancelling(5), sale)).toBe(true);
    });

    it('with fewer units than are kept, or another amount → wrong', () => {
      const sale = asRead(saleLinesOf(afterCancelling(3), noProducts));
      expect(isRight(afterCancelling(2), sale)).toBe(false);
      expect(
        isRight(
          afterCancelling(3),
          sale.map((line) => (line.description === 'Discount' ? { ...line, unit_price: '-1' } : line)),
        ),
      ).toBe(false);
    });
  });
});
