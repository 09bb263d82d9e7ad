import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  computeTotals,
  formatTaxRate,
  lineAmounts,
  parseTaxRate,
  taxesByRate,
  type Adjustments,
  type PricedLine,
} from './line-amounts.js';
import { maxAmountMinor } from './money.js';
import { amounts, refusal } from '../testing/amounts.js';

describe('computeTotals', () => {
  const line = fc.record({
    quantity: fc.integer({ min: 1, max: 100_000 }),
    unitPriceMinor: fc.oneof(
      fc.integer({ min: 0, max: 10_000 }),
      fc.integer({ min: 0, max: maxAmountMinor }),
    ),
  });
  const adjustments = fc.record({ discountMinor: amounts, taxMinor: amounts, shippingMinor: amounts });

  it('equals exact arithmetic or refuses, and never rounds', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 500 }), adjustments, (lines, adjustment) => {
        const subtotal = lines.reduce(
          (sum, { quantity, unitPriceMinor }) => sum + BigInt(quantity) * BigInt(unitPriceMinor),
          0n,
        );
        const { discountMinor, taxMinor, shippingMinor } = adjustment;
        const total = subtotal - BigInt(discountMinor) + BigInt(taxMinor) + BigInt(shippingMinor);
        const max = BigInt(maxAmountMinor);
        if (BigInt(discountMinor) > subtotal || subtotal > max || total > max) {
          expect(refusal(() => computeTotals(lines, adjustment)).refusal.code).toBe('INVALID_REQUEST');
          return;
        }
        const totals = computeTotals(lines, adjustment);
        expect(totals).toEqual({ ...adjustment, subtotalMinor: Number(subtotal), totalMinor: Number(total) });
        expect(Number.isSafeInteger(totals.totalMinor)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('adds 500 lines exactly, up to the largest total', () => {
    const fitting = fc.array(
      fc.record({
        quantity: fc.integer({ min: 1, max: 1_000 }),
        unitPriceMinor: fc.integer({ min: 0, max: 1_900_000 }),
      }),
      { minLength: 1, maxLength: 500 },
    );
    fc.assert(
      fc.property(
        fitting,
        fc.nat({ max: 100 }),
        fc.nat({ max: 9_999 }),
        fc.nat({ max: 9_999 }),
        (lines, percent, taxMinor, shippingMinor) => {
          const subtotal = lines.reduce((sum, each) => sum + BigInt(each.quantity * each.unitPriceMinor), 0n);
          const discountMinor = Number((subtotal * BigInt(percent)) / 100n);
          expect(computeTotals(lines, { discountMinor, taxMinor, shippingMinor })).toEqual({
            subtotalMinor: Number(subtotal),
            discountMinor,
            taxMinor,
            shippingMinor,
            totalMinor: Number(subtotal) - discountMinor + taxMinor + shippingMinor,
          });
        },
      ),
      { numRuns: 500 },
    );
  });

  it('accepts a discount of the whole subtotal and refuses a larger one', () => {
    const lines = [{ quantity: 3, unitPriceMinor: 1_999 }];
    const free = { discountMinor: 5_997, taxMinor: 0, shippingMinor: 0 };
    expect(computeTotals(lines, free)).toMatchObject({ subtotalMinor: 5_997, totalMinor: 0 });
    const error = refusal(() => computeTotals(lines, { ...free, discountMinor: 5_998, shippingMinor: 900 }));
    expect(error.refusal).toMatchObject({ code: 'INVALID_REQUEST', field: 'discount_amount' });
    expect(error.message).toContain('discount');
  });

  it('accepts the largest amount and refuses one minor unit more', () => {
    const lines = [{ quantity: 1, unitPriceMinor: maxAmountMinor }];
    const none = { discountMinor: 0, taxMinor: 0, shippingMinor: 0 };
    expect(computeTotals(lines, none).totalMinor).toBe(maxAmountMinor);
    expect(refusal(() => computeTotals(lines, { ...none, taxMinor: 1 })).message).toContain('too large');
    expect(refusal(() => computeTotals(lines, { ...none, shippingMinor: 1 })).message).toContain('too large');
    const tooMany = [...lines, { quantity: 1, unitPriceMinor: 1 }];
    expect(refusal(() => computeTotals(tooMany, { ...none, discountMinor: 1 })).message).toContain(
      'too large',
    );
  });
});

const none: Adjustments = { discountMinor: 0, taxMinor: 0, shippingMinor: 0 };

/** The amounts of lines, as `price − discount, tax, gross`. */
const amountsOf = (lines: readonly PricedLine[], adjustments: Partial<Adjustments> = {}) =>
  lineAmounts(lines, computeTotals(lines, { ...none, ...adjustments })).map(
    ({ priceMinor, discountMinor, taxMinor, grossMinor }) =>
      `${priceMinor} − ${discountMinor}, ${taxMinor}, ${grossMinor}`,
  );

/** Taxed lines, with a discount of some percent of them. */
const taxedOrders = fc
  .record({
    lines: fc.array(
      fc.record(
        {
          quantity: fc.integer({ min: 1, max: 9 }),
          unitPriceMinor: fc.integer({ min: 0, max: 40_000 }),
          taxRateMillionths: fc.constantFrom(0, 25_000, 70_000, 190_000, 212_500, 1_000_000),
        },
        { requiredKeys: ['quantity', 'unitPriceMinor'] },
      ),
      { minLength: 1, maxLength: 20 },
    ),
    percent: fc.nat(100),
    taxesIncluded: fc.boolean(),
    shippingMinor: fc.nat(900),
  })
  .map(({ lines, percent, taxesIncluded, shippingMinor }) => {
    const subtotalMinor = lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0);
    const discountMinor = Math.floor((subtotalMinor * percent) / 100);
    return { lines, adjustments: { discountMinor, taxMinor: 0, taxesIncluded, shippingMinor } };
  });

describe('lineAmounts', () => {
  it('adds up exactly to discount, tax and total, for any rates, discount and prices with or without tax', () => {
    fc.assert(
      fc.property(taxedOrders, ({ lines, adjustments }) => {
        const totals = computeTotals(lines, adjustments);
        const each = lineAmounts(lines, totals);
        const sum = (of: (line: (typeof each)[number]) => number) =>
          each.reduce((total, line) => total + of(line), 0);
        expect(sum(({ discountMinor }) => discountMinor)).toBe(totals.discountMinor);
        expect(sum(({ taxMinor }) => taxMinor)).toBe(totals.taxMinor);
        expect(sum(({ grossMinor }) => grossMinor)).toBe(totals.totalMinor - totals.shippingMinor);
        for (const line of each) {
          expect(line.discountMinor).toBeGreaterThanOrEqual(0);
          expect(line.discountMinor).toBeLessThanOrEqual(line.priceMinor);
          expect(line.taxMinor).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('rounds the tax of a rate by at most half a minor unit', () => {
    fc.assert(
      fc.property(taxedOrders, ({ lines, adjustments }) => {
        for (const line of lineAmounts(lines, computeTotals(lines, adjustments))) {
          const netMinor = line.priceMinor - line.discountMinor;
          const rate = line.taxRateMillionths ?? 0;
          const divisor = adjustments.taxesIncluded ? 1_000_000 + rate : 1_000_000;
          expect(Math.abs(line.taxMinor * divisor - netMinor * rate) * 2).toBeLessThanOrEqual(divisor);
        }
      }),
    );
  });

  it.each<{
    rule: string;
    lines: readonly PricedLine[];
    with?: Partial<Adjustments>;
    are: readonly string[];
  }>([
    {
      rule: 'taxes each line by its own rate: 100.00 at 19 % and 100.00 at 7 %',
      lines: [
        { quantity: 1, unitPriceMinor: 10_000, taxRateMillionths: 190_000 },
        { quantity: 1, unitPriceMinor: 10_000, taxRateMillionths: 70_000 },
      ],
      are: ['10000 − 0, 1900, 11900', '10000 − 0, 700, 10700'],
    },
    {
      rule: 'takes the discount off before the tax: 90.00 each, 17.10 and 6.30',
      lines: [
        { quantity: 1, unitPriceMinor: 10_000, taxRateMillionths: 190_000 },
        { quantity: 1, unitPriceMinor: 10_000, taxRateMillionths: 70_000 },
      ],
      with: { discountMinor: 2_000 },
      are: ['10000 − 1000, 1710, 10710', '10000 − 1000, 630, 9630'],
    },
    {
      rule: 'finds the tax in prices that include it: 119.00 has 19.00, 107.00 has 7.00',
      lines: [
        { quantity: 1, unitPriceMinor: 11_900, taxRateMillionths: 190_000 },
        { quantity: 1, unitPriceMinor: 10_700, taxRateMillionths: 70_000 },
      ],
      with: { taxesIncluded: true },
      are: ['11900 − 0, 1900, 11900', '10700 − 0, 700, 10700'],
    },
    {
      rule: 'rounds half up, the line as a whole: 3 × 0.50 at 7 % are 0.105, so 0.11',
      lines: [{ quantity: 3, unitPriceMinor: 50, taxRateMillionths: 70_000 }],
      are: ['150 − 0, 11, 161'],
    },
    {
      rule: 'rounds to whole yen: 10 % of 1,005 are 100.5, so 101',
      lines: [{ quantity: 1, unitPriceMinor: 1_005, taxRateMillionths: 100_000 }],
      are: ['1005 − 0, 101, 1106'],
    },
    {
      rule: 'rounds to a thousandth of a dinar: 10 % of 12.345 are 1.2345, so 1.235',
      lines: [{ quantity: 1, unitPriceMinor: 12_345, taxRateMillionths: 100_000 }],
      are: ['12345 − 0, 1235, 13580'],
    },
    {
      rule: 'takes stated amounts as they are, and does not tax a line without one',
      lines: [
        { quantity: 1, unitPriceMinor: 10_000, taxMinor: 1_901 },
        { quantity: 1, unitPriceMinor: 5_000 },
      ],
      are: ['10000 − 0, 1901, 11901', '5000 − 0, 0, 5000'],
    },
    {
      rule: 'spreads the tax of the order by the prices',
      lines: [
        { quantity: 1, unitPriceMinor: 300 },
        { quantity: 2, unitPriceMinor: 50 },
      ],
      with: { taxMinor: 76 },
      are: ['300 − 0, 57, 357', '100 − 0, 19, 119'],
    },
    {
      rule: 'spreads an included tax of the order by the prices after the discount',
      lines: [
        { quantity: 1, unitPriceMinor: 300 },
        { quantity: 2, unitPriceMinor: 50 },
      ],
      with: { taxMinor: 76, taxesIncluded: true },
      are: ['300 − 0, 57, 300', '100 − 0, 19, 100'],
    },
  ])('$rule', ({ lines, with: adjustments, are }) => {
    expect(amountsOf(lines, adjustments)).toEqual(are);
  });
});

describe('computeTotals of taxed lines', () => {
  it('adds the taxes of the lines, or says that the prices include them', () => {
    const lines = [
      { quantity: 1, unitPriceMinor: 11_900, taxRateMillionths: 190_000 },
      { quantity: 1, unitPriceMinor: 5_000 },
    ];
    // 19 % of 119.00 are 22.61.
    expect(computeTotals(lines, none)).toMatchObject({ taxMinor: 2_261, totalMinor: 19_161 });
    expect(computeTotals(lines, { ...none, taxesIncluded: true, shippingMinor: 500 })).toEqual({
      ...{ subtotalMinor: 16_900, discountMinor: 0, taxMinor: 1_900, taxesIncluded: true },
      ...{ shippingMinor: 500, totalMinor: 17_400 },
    });
  });

  it.each<{ what: string; line: Partial<PricedLine>; with: Partial<Adjustments>; says: string }>([
    {
      what: 'a tax of the order beside taxes of its lines',
      line: { taxRateMillionths: 0 },
      with: { taxMinor: 1 },
      says: 'must be left out',
    },
    {
      what: 'an included tax of a line above its price',
      line: { taxMinor: 901 },
      with: { taxesIncluded: true, discountMinor: 100 },
      says: 'the tax of item 1',
    },
    {
      what: 'an included tax of the order above its goods',
      line: {},
      with: { taxesIncluded: true, taxMinor: 1_001 },
      says: 'the items that include it',
    },
    {
      what: 'a total above the largest by the taxes of lines',
      line: { taxMinor: maxAmountMinor },
      with: {},
      says: 'too large',
    },
  ])('refuses $what', ({ line, with: adjustments, says }) => {
    const lines = [{ quantity: 1, unitPriceMinor: 1_000, ...line }];
    expect(refusal(() => computeTotals(lines, { ...none, ...adjustments })).message).toContain(says);
  });
});

describe('taxesByRate', () => {
  it('adds up to the gross amounts, for any lines', () => {
    fc.assert(
      fc.property(taxedOrders, ({ lines, adjustments }) => {
        const totals = computeTotals(lines, adjustments);
        const byRate = taxesByRate(lineAmounts(lines, totals));
        const sum = byRate.reduce((all, { netMinor, taxMinor }) => all + netMinor + taxMinor, 0);
        expect(sum).toBe(totals.totalMinor - totals.shippingMinor);
        expect(byRate.reduce((all, { taxMinor }) => all + taxMinor, 0)).toBe(totals.taxMinor);
      }),
    );
  });

  it('has one sum for each rate, the largest rate first, lines without a rate last', () => {
    const lines = [
      { quantity: 1, unitPriceMinor: 500 },
      { quantity: 1, unitPriceMinor: 10_000, taxRateMillionths: 70_000 },
      { quantity: 1, unitPriceMinor: 10_000, taxRateMillionths: 190_000 },
      { quantity: 2, unitPriceMinor: 100, taxRateMillionths: 70_000 },
    ];
    expect(taxesByRate(lineAmounts(lines, computeTotals(lines, none)))).toEqual([
      { taxRateMillionths: 190_000, netMinor: 10_000, taxMinor: 1_900 },
      { taxRateMillionths: 70_000, netMinor: 10_200, taxMinor: 714 },
      { netMinor: 500, taxMinor: 0 },
    ]);
  });
});

describe('tax rates', () => {
  it.each([
    ['19', 190_000, '19'],
    [7.5, 75_000, '7.5'],
    ['0', 0, '0'],
    ['21.2500', 212_500, '21.25'],
    [100, 1_000_000, '100'],
    ['0.0001', 1, '0.0001'],
  ])('reads %j as %i millionths', (percent, millionths, text) => {
    expect(parseTaxRate(percent)).toBe(millionths);
    expect(formatTaxRate(millionths)).toBe(text);
  });

  it.each(['100.0001', '-1', '1e1', '', '7.12345', '19 %'])('refuses %j', (percent) => {
    expect(refusal(() => parseTaxRate(percent)).message).toContain('must be');
  });
});
