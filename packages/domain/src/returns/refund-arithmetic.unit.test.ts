import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { computeTotals, type OrderTotals } from '../kit/line-amounts.js';
import { maxAmountMinor } from '../kit/money.js';
import {
  lineWorthsMinor,
  refundOfUnitsMinor,
  splitBetweenLines,
  type RefundableLine,
  type RefundBasis,
} from './refund-arithmetic.js';

/** At a provider that moves every minor unit. */
const worthsOf = (lines: readonly RefundableLine[], totals: OrderTotals) =>
  lineWorthsMinor({ lines, totals, moneyStepMinor: 1 });

const lineOf = (
  index: number,
  quantity: number,
  unitPriceMinor: number,
  refundedMinor = 0,
): RefundableLine => ({
  id: `line ${index}`,
  quantity,
  unitPriceMinor,
  refundedMinor,
});

/** Orders of every possible size: free ones, ones of 500 lines, and ones of the largest amount. */
const priced: fc.Arbitrary<Omit<RefundBasis, 'moneyStepMinor'>> = fc
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
        const worths = worthsOf(lines, totals);
        expect(worths.size).toBe(lines.length);
        expect(sumOf(worths.values())).toBe(totals.totalMinor - totals.shippingMinor);
      }),
    );
  });

  it('gives no negative worth, and none a whole minor unit for each rounding from the exact share', () => {
    fc.assert(
      fc.property(priced, ({ lines, totals }) => {
        const worths = worthsOf(lines, totals);
        const paidMinor = BigInt(totals.totalMinor - totals.shippingMinor);
        const subtotalMinor = BigInt(totals.subtotalMinor);
        for (const { id, quantity, unitPriceMinor } of lines) {
          const worthMinor = worths.get(id) ?? Number.NaN;
          expect(worthMinor).toBeGreaterThanOrEqual(0);
          if (subtotalMinor === 0n) continue;
          const off =
            BigInt(worthMinor) * subtotalMinor - BigInt(quantity) * BigInt(unitPriceMinor) * paidMinor;
          // The discount and the tax are rounded each.
          const bound =
            subtotalMinor * BigInt(Number(totals.discountMinor > 0) + Number(totals.taxMinor > 0));
          expect(off === 0n || (off < bound && off > -bound)).toBe(true);
        }
      }),
    );
  });

  it('is exact for 500 lines of the largest order', () => {
    const unitPriceMinor = Math.floor(maxAmountMinor / 500) - 3;
    const lines = Array.from({ length: 500 }, (_, index) => lineOf(index, 1, unitPriceMinor + (index % 2)));
    const totals = computeTotals(lines, { discountMinor: 7, taxMinor: 11, shippingMinor: 5 });
    expect(sumOf(worthsOf(lines, totals).values())).toBe(totals.totalMinor - 5);
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
    expect([...worthsOf(lines, totals).values()]).toEqual(worths);
  });
});

/** Small orders at providers of every step. The captured total is a multiple of the step, as providers demand. */
const bases: fc.Arbitrary<RefundBasis> = fc
  .record({
    wishes: fc.array(
      fc.record({
        quantity: fc.integer({ min: 1, max: 7 }),
        unitPriceMinor: fc.nat(4_000),
        taxRateMillionths: fc.constantFrom(70_000, 190_000, 212_500),
      }),
      { minLength: 1, maxLength: 6 },
    ),
    moneyStepMinor: fc.constantFrom(1, 10, 100),
    discount: fc.nat(2_000),
    tax: fc.oneof(fc.constant('of lines' as const), fc.nat(2_000)),
    taxesIncluded: fc.boolean(),
    shipping: fc.nat(2_000),
  })
  .map(({ wishes, moneyStepMinor, discount, tax, taxesIncluded, shipping }) => {
    const lines = wishes.map(({ quantity, unitPriceMinor, taxRateMillionths }, index) => ({
      ...lineOf(index, quantity, unitPriceMinor),
      ...(tax === 'of lines' ? { taxRateMillionths } : {}),
    }));
    const subtotalMinor = lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0);
    const discountMinor = Math.min(discount, subtotalMinor);
    const stated = tax === 'of lines' ? 0 : tax;
    const taxMinor = taxesIncluded ? Math.min(stated, subtotalMinor - discountMinor) : stated;
    const amounts = { discountMinor, taxMinor, taxesIncluded, shippingMinor: shipping };
    const rest = computeTotals(lines, amounts).totalMinor % moneyStepMinor;
    const shippingMinor = shipping + (rest === 0 ? 0 : moneyStepMinor - rest);
    return { lines, totals: computeTotals(lines, { ...amounts, shippingMinor }), moneyStepMinor };
  });

/** The order after a refund. */
function after(basis: RefundBasis, refund: ReturnType<typeof splitBetweenLines>): RefundBasis {
  const lines = basis.lines.map((line) => ({
    ...line,
    refundedMinor:
      line.refundedMinor + sumOf(refund.filter((r) => r.lineId === line.id).map((r) => r.amountMinor)),
  }));
  return { ...basis, lines };
}

/** Refunds units at the amount that is worked out. */
function giveUnits(basis: RefundBasis, part: readonly number[]): RefundBasis {
  const units = [...new Set(part)].map((index) => ({
    lineId: `line ${index}`,
    quantity: part.filter((each) => each === index).length,
  }));
  return after(basis, splitBetweenLines(basis, units, refundOfUnitsMinor(basis, units)));
}

const givenOf = ({ lines }: RefundBasis): readonly number[] =>
  lines.map(({ refundedMinor }) => refundedMinor);

describe('refundOfUnitsMinor', () => {
  it('adds up exactly to the worth of each line, in any split and order', () => {
    const cases = bases.chain((basis) => split(basis.lines).map((parts) => ({ basis, parts })));
    fc.assert(
      fc.property(cases, ({ basis, parts }) => {
        const worths = [...lineWorthsMinor(basis).values()];
        expect(givenOf(parts.reduce(giveUnits, basis))).toEqual(worths);
        expect(givenOf([...parts].reverse().reduce(giveUnits, basis))).toEqual(worths);
      }),
    );
  });

  it('closes exactly after named amounts, and gives only what the provider can move', () => {
    const cases = bases.chain((basis) =>
      fc
        .tuple(split(basis.lines), fc.array(fc.tuple(fc.nat(5), fc.nat(90)), { maxLength: 4 }))
        .map(([parts, named]) => ({ basis, parts, named })),
    );
    fc.assert(
      fc.property(cases, ({ basis, parts, named }) => {
        const worths = [...lineWorthsMinor(basis).values()];
        const goodwill = named.reduce((now, [index, steps]) => {
          const units = [{ lineId: `line ${index % basis.lines.length}`, quantity: 1 }];
          return after(now, splitBetweenLines(now, units, steps * basis.moneyStepMinor));
        }, basis);
        let now = goodwill;
        for (const part of parts) {
          const next = giveUnits(now, part);
          for (const [index, line] of next.lines.entries()) {
            expect(line.refundedMinor).toBeGreaterThanOrEqual(now.lines[index]?.refundedMinor ?? Number.NaN);
            expect(line.refundedMinor).toBeLessThanOrEqual(worths[index] ?? Number.NaN);
            expect(line.refundedMinor % basis.moneyStepMinor).toBe(0);
          }
          now = next;
        }
        expect(givenOf(now)).toEqual(worths);
        const leftMinor = basis.totals.totalMinor - sumOf(givenOf(now));
        expect(leftMinor).toBeGreaterThanOrEqual(0);
        expect(leftMinor % basis.moneyStepMinor).toBe(0);
      }),
    );
  });

  // A line of `prices` units of one price. The amounts are refunds of one unit after the other.
  it.each([
    {
      rule: '12.350 BHD for two, in hundredths: 6.17 and 6.18',
      of: [2, 6_175],
      step: 10,
      amounts: [6_170, 6_180, 0],
    },
    {
      rule: '100.00 TWD for three, in whole dollars: 33, 33 and 34',
      of: [3, 3_333],
      extra: 1,
      step: 100,
      amounts: [3_300, 3_300, 3_400, 0],
    },
    {
      rule: '3 × 0.33 and a cent of tax: 0.33, 0.33 and 0.34',
      of: [3, 33],
      extra: 1,
      step: 1,
      amounts: [33, 33, 34, 0],
    },
    {
      rule: '10.00 for a scratch of two at 50.00: 40.00, then 50.00',
      of: [2, 5_000],
      given: 1_000,
      step: 1,
      amounts: [4_000, 5_000, 0],
    },
    {
      rule: '60.00 given of two at 50.00: the first is paid, 40.00 are left of the second',
      of: [2, 5_000],
      given: 6_000,
      step: 1,
      amounts: [4_000, 0],
    },
  ] as const)('$rule', ({ of: [quantity, price], step, amounts, ...more }) => {
    const lines = [lineOf(0, quantity, price, 'given' in more ? more.given : 0)];
    const taxMinor = 'extra' in more ? more.extra : 0;
    const totals = computeTotals(lines, { discountMinor: 0, taxMinor, shippingMinor: 0 });
    let basis: RefundBasis = { lines, totals, moneyStepMinor: step };
    for (const amountMinor of amounts) {
      expect(refundOfUnitsMinor(basis, [{ lineId: 'line 0', quantity: 1 }])).toBe(amountMinor);
      basis = giveUnits(basis, [0]);
    }
  });

  it('gives at most what is left for more units than are left', () => {
    const lines = [lineOf(0, 3, 100, 100)];
    const totals = computeTotals(lines, { discountMinor: 0, taxMinor: 0, shippingMinor: 0 });
    expect(
      refundOfUnitsMinor({ lines, totals, moneyStepMinor: 1 }, [{ lineId: 'line 0', quantity: 3 }]),
    ).toBe(200);
  });

  it('is zero for lines that the order does not have', () => {
    const lines = [lineOf(0, 2, 100)];
    const basis = {
      ...{ lines, moneyStepMinor: 1 },
      totals: computeTotals(lines, { discountMinor: 0, taxMinor: 0, shippingMinor: 0 }),
    };
    expect(refundOfUnitsMinor(basis, [{ lineId: 'another', quantity: 1 }])).toBe(0);
    expect(refundOfUnitsMinor(basis, [])).toBe(0);
  });

  it('is exact for a line of the largest quantity', () => {
    const lines = [lineOf(0, 1_000_000, 3, 1_499_999)];
    const totals = computeTotals(lines, { discountMinor: 1_500_000, taxMinor: 0, shippingMinor: 0 });
    // Worth 1.5 minor units each: 1,499,999 pay for 999,999 units, and one minor unit is left for the last.
    expect(
      refundOfUnitsMinor({ lines, totals, moneyStepMinor: 1 }, [{ lineId: 'line 0', quantity: 1 }]),
    ).toBe(1);
  });
});

describe('refunds of lines with taxes of their own', () => {
  it('gives 107.00 for the item at 7 % beside one at 19 %, both of 100.00', () => {
    const lines = [
      { ...lineOf(0, 1, 10_000), taxRateMillionths: 190_000 },
      { ...lineOf(1, 1, 10_000), taxRateMillionths: 70_000 },
    ];
    const totals = computeTotals(lines, { discountMinor: 0, taxMinor: 0, shippingMinor: 0 });
    const basis: RefundBasis = { lines, totals, moneyStepMinor: 1 };
    expect(refundOfUnitsMinor(basis, [{ lineId: 'line 1', quantity: 1 }])).toBe(10_700);
    expect(refundOfUnitsMinor(basis, [{ lineId: 'line 0', quantity: 1 }])).toBe(11_900);
  });

  it('divides the tax of a line between its units: 3 × 0.50 with 0.11 tax are 0.53, 0.54 and 0.54', () => {
    const lines = [{ ...lineOf(0, 3, 50), taxRateMillionths: 70_000 }];
    const totals = computeTotals(lines, { discountMinor: 0, taxMinor: 0, shippingMinor: 0 });
    let basis: RefundBasis = { lines, totals, moneyStepMinor: 1 };
    // 1.61 for three: floor(161 / 3) = 53, floor(322 / 3) = 107, 161.
    for (const amountMinor of [53, 54, 54]) {
      expect(refundOfUnitsMinor(basis, [{ lineId: 'line 0', quantity: 1 }])).toBe(amountMinor);
      basis = giveUnits(basis, [0]);
    }
  });
});

describe('splitBetweenLines', () => {
  const lines = [lineOf(0, 2, 1_000), lineOf(1, 1, 500)];
  const basis: RefundBasis = {
    ...{ lines, moneyStepMinor: 1 },
    totals: computeTotals(lines, { discountMinor: 0, taxMinor: 0, shippingMinor: 300 }),
  };
  const units = [
    { lineId: 'line 0', quantity: 1 },
    { lineId: 'line 1', quantity: 1 },
  ];
  // The claims are 10.00 and 5.00; the lines have 20.00 and 5.00.
  it.each([
    { what: 'a part of the claims in their proportion', amountMinor: 300, shares: [200, 100] },
    { what: 'the claims', amountMinor: 1_500, shares: [1_000, 500] },
    {
      what: 'more than the claims to the lines that have money left',
      amountMinor: 1_700,
      shares: [1_200, 500],
    },
    { what: 'no more than the lines have', amountMinor: 2_800, shares: [2_000, 500] },
  ])('gives $what', ({ amountMinor, shares }) => {
    expect(splitBetweenLines(basis, units, amountMinor).map((each) => each.amountMinor)).toEqual(shares);
  });
});
