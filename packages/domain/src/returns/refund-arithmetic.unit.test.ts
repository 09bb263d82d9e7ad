import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { computeTotals, maxAmountMinor, type OrderTotals } from '../kit/money.js';
import { lineWorthsMinor, refundForLinesMinor, type RefundableLine } from './refund-arithmetic.js';

interface Priced {
  readonly lines: readonly RefundableLine[];
  readonly totals: OrderTotals;
}

const lineOf = (index: number, quantity: number, unitPriceMinor: number, refunded = 0): RefundableLine => ({
  id: `line ${index}`,
  quantity,
  unitPriceMinor,
  refunded,
});

/** Orders of every possible size: free ones, ones of 500 lines, and ones of the largest amount. */
const priced: fc.Arbitrary<Priced> = fc
  .array(
    fc.tuple(fc.integer({ min: 1, max: 50 }), fc.oneof(fc.constant(0), fc.nat(300), fc.nat(maxAmountMinor))),
    {
      minLength: 1,
      maxLength: 500,
      size: '+1',
    },
  )
  .map((pairs) => {
    let leftMinor = maxAmountMinor;
    return pairs.map(([quantity, wish], index) => {
      const unitPriceMinor = Math.min(wish, Math.floor(leftMinor / quantity));
      leftMinor -= quantity * unitPriceMinor;
      return lineOf(index, quantity, unitPriceMinor);
    });
  })
  .chain((lines) => {
    const subtotalMinor = lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0);
    const atMost = (max: number) => fc.oneof(fc.constant(0), fc.nat(Math.min(max, 999)), fc.nat(max));
    return fc
      .tuple(
        fc.oneof(fc.constant(subtotalMinor), atMost(subtotalMinor)),
        atMost(maxAmountMinor - subtotalMinor),
        fc.nat(),
      )
      .map(([discountMinor, taxMinor, shipping]) => {
        const shippingMinor = Math.min(shipping, maxAmountMinor - subtotalMinor - taxMinor);
        return { lines, totals: computeTotals(lines, { discountMinor, taxMinor, shippingMinor }) };
      });
  });

const sumOf = (amounts: Iterable<number>): number => [...amounts].reduce((sum, amount) => sum + amount, 0);

/** All units of all lines, shuffled and split into parts of any size. Each part is one refund. */
const split = (lines: readonly RefundableLine[]): fc.Arbitrary<readonly (readonly number[])[]> => {
  const units = lines.flatMap(({ quantity }, index) => Array.from({ length: quantity }, () => index));
  return fc
    .tuple(
      fc.shuffledSubarray(units, { minLength: units.length }),
      fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 9 }),
    )
    .map(([shuffled, sizes]) => {
      const parts: (readonly number[])[] = [];
      for (let from = 0, turn = 0; from < shuffled.length; turn += 1) {
        const size = sizes[turn % sizes.length] ?? 1;
        parts.push(shuffled.slice(from, from + size));
        from += size;
      }
      return parts;
    });
};

describe('lineWorthsMinor', () => {
  it('adds up exactly to the total without shipping, for any prices, discount and tax', () => {
    fc.assert(
      fc.property(priced, ({ lines, totals }) => {
        const worths = lineWorthsMinor(lines, totals);
        expect(worths.size).toBe(lines.length);
        expect(sumOf(worths.values())).toBe(totals.totalMinor - totals.shippingMinor);
      }),
    );
  });

  it('is never negative, and differs from the exact share by less than one minor unit', () => {
    fc.assert(
      fc.property(priced, ({ lines, totals }) => {
        const worths = lineWorthsMinor(lines, totals);
        const paidMinor = BigInt(totals.totalMinor - totals.shippingMinor);
        const subtotalMinor = BigInt(totals.subtotalMinor);
        for (const { id, quantity, unitPriceMinor } of lines) {
          const worthMinor = worths.get(id) ?? Number.NaN;
          expect(worthMinor).toBeGreaterThanOrEqual(0);
          if (subtotalMinor === 0n) continue;
          const off =
            BigInt(worthMinor) * subtotalMinor - BigInt(quantity) * BigInt(unitPriceMinor) * paidMinor;
          expect(off < subtotalMinor && off > -subtotalMinor).toBe(true);
        }
      }),
    );
  });

  it('is exact for 500 lines of the largest order', () => {
    const unitPriceMinor = Math.floor(maxAmountMinor / 500) - 3;
    const lines = Array.from({ length: 500 }, (_, index) => lineOf(index, 1, unitPriceMinor + (index % 2)));
    const totals = computeTotals(lines, { discountMinor: 7, taxMinor: 11, shippingMinor: 5 });
    expect(sumOf(lineWorthsMinor(lines, totals).values())).toBe(totals.totalMinor - 5);
  });

  it.each([
    {
      rule: 'gives rounding remainders to the first of equally large remainders',
      prices: [100, 100, 100],
      discountMinor: 100,
      taxMinor: 0,
      worths: [67, 67, 66],
    },
    {
      rule: 'gives rounding remainders to the largest remainder before the first line',
      prices: [10, 20, 40],
      discountMinor: 0,
      taxMinor: 10,
      worths: [11, 23, 46],
    },
    {
      rule: 'gives no share to a line without a price',
      prices: [0, 50],
      discountMinor: 0,
      taxMinor: 7,
      worths: [0, 57],
    },
    {
      rule: 'gives the tax to the first line if no line has a price',
      prices: [0, 0],
      discountMinor: 0,
      taxMinor: 7,
      worths: [7, 0],
    },
    {
      rule: 'is zero after a discount of the whole subtotal',
      prices: [3, 4],
      discountMinor: 7,
      taxMinor: 0,
      worths: [0, 0],
    },
  ])('$rule', ({ prices, discountMinor, taxMinor, worths }) => {
    const lines = prices.map((unitPriceMinor, index) => lineOf(index, 1, unitPriceMinor));
    const totals = computeTotals(lines, { discountMinor, taxMinor, shippingMinor: 900 });
    expect([...lineWorthsMinor(lines, totals).values()]).toEqual(worths);
  });
});

describe('refundForLinesMinor', () => {
  it('adds up exactly to the worth of each line in any split, and is never negative or too large', () => {
    const cases = priced
      .map(({ lines, totals }) => ({ lines: lines.slice(0, 12), totals }))
      .map(({ lines, totals: { taxMinor, discountMinor } }) => {
        const subtotalMinor = lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0);
        const adjustments = {
          taxMinor,
          discountMinor: Math.min(discountMinor, subtotalMinor),
          shippingMinor: 0,
        };
        return { lines, totals: computeTotals(lines, adjustments) };
      })
      .chain(({ lines, totals }) => split(lines).map((parts) => ({ lines, totals, parts })));
    fc.assert(
      fc.property(cases, ({ lines, totals, parts }) => {
        const worths = lineWorthsMinor(lines, totals);
        const refunded = lines.map(() => 0);
        const given = lines.map(() => 0);
        for (const part of parts) {
          const now = lines.map((line, index) => ({ ...line, refunded: refunded[index] ?? 0 }));
          const wishes = [...new Set(part)].map((index) => ({
            index,
            lineId: `line ${index}`,
            quantity: part.filter((each) => each === index).length,
          }));
          const amountMinor = refundForLinesMinor(now, totals, wishes);
          const each = wishes.map((wish) => refundForLinesMinor(now, totals, [wish]));
          expect(sumOf(each)).toBe(amountMinor);
          for (const [turn, { index, lineId, quantity }] of wishes.entries()) {
            const lineMinor = each[turn] ?? Number.NaN;
            expect(lineMinor).toBeGreaterThanOrEqual(0);
            refunded[index] = (refunded[index] ?? 0) + quantity;
            given[index] = (given[index] ?? 0) + lineMinor;
            expect(given[index]).toBeLessThanOrEqual(worths.get(lineId) ?? Number.NaN);
          }
        }
        expect(given).toEqual([...worths.values()]);
      }),
    );
  });

  it('is zero for lines that the order does not have', () => {
    const lines = [lineOf(0, 2, 100)];
    const totals = computeTotals(lines, { discountMinor: 0, taxMinor: 0, shippingMinor: 0 });
    expect(refundForLinesMinor(lines, totals, [{ lineId: 'another', quantity: 1 }])).toBe(0);
    expect(refundForLinesMinor(lines, totals, [])).toBe(0);
  });
});
