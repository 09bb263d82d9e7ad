import { describe, expect, it } from 'vitest';

import { computeTotals } from '../kit/line-amounts.js';
import { creditedParts, invoiceTaxes } from './invoice-taxes.js';
import type { CreditNote } from './invoice.js';

const [at19, at7, amount] = [190_000, 70_000, undefined];
const lines = [
  { id: 'lamp', quantity: 1, unitPriceMinor: 10_000, taxRateMillionths: at19 },
  { id: 'book', quantity: 1, unitPriceMinor: 10_000, taxRateMillionths: at7 },
  { id: 'gift', quantity: 2, unitPriceMinor: 500 },
  { id: 'fee', quantity: 1, unitPriceMinor: 300, taxMinor: 33 },
];
// Taxes: 19.00 + 7.00 + 0.33. 213.00 + 26.33 + 5.00 shipping.
const totals = computeTotals(lines, { discountMinor: 0, taxMinor: 0, shippingMinor: 500 });

const note = (amountMinor: number, changes: Partial<CreditNote> = {}): CreditNote => ({
  ...{ id: 'note', sequence: 1, reason: 'refund', refundId: 'refund', createdAt: '2026-11-30T10:00:00.000Z' },
  ...{ amountMinor, lines: [], ...changes },
});
const ofLine = (lineId: string, amountMinor: number) => [{ lineId, amountMinor }];
const partsOf = (...creditNotes: readonly CreditNote[]) => creditedParts({ lines, totals, creditNotes });
const tax = (rate: number | undefined, netMinor: number, taxMinor: number) => ({
  ...(rate === undefined ? {} : { taxRateMillionths: rate }),
  ...{ netMinor, taxMinor },
});

describe('the taxes of an invoice', () => {
  it('are its nets and taxes by rate, and with the shipping its total', () => {
    expect(totals.totalMinor).toBe(24_433);
    expect(invoiceTaxes({ lines, totals, creditNotes: [] })).toEqual([
      tax(at19, 10_000, 1_900),
      tax(at7, 10_000, 700),
      tax(amount, 1_300, 33),
    ]);
  });

  it('the money of a line → the tax of that line alone, also among lines without a rate', () => {
    expect(partsOf(note(10_700, { lines: ofLine('book', 10_700) }))).toEqual([
      { taxes: [tax(at7, 10_000, 700)], shippingMinor: 0 },
    ]);
    expect(partsOf(note(1_000, { lines: ofLine('gift', 1_000) }))).toEqual([
      { taxes: [tax(amount, 1_000, 0)], shippingMinor: 0 },
    ]);
  });

  it('money beyond the named lines → shipping first', () => {
    expect(partsOf(note(11_200, { lines: ofLine('book', 10_700) }))).toEqual([
      { taxes: [tax(at7, 10_000, 700)], shippingMinor: 500 },
    ]);
  });

  it('halves of a line → the rounded tax of the first half, and the rest with the second', () => {
    // 0.33 of 3.33: of 1.67 it is 0.1655 → 0.17.
    const half = (amountMinor: number) => note(amountMinor, { lines: ofLine('fee', amountMinor) });
    expect(partsOf(half(167), half(166))).toEqual([
      { taxes: [tax(amount, 150, 17)], shippingMinor: 0 },
      { taxes: [tax(amount, 150, 16)], shippingMinor: 0 },
    ]);
  });

  it('no named lines → all parts in proportion to the money that is left of them', () => {
    // After the book, 137.33 is left: 119.00, 10.00, 3.33 and 5.00. Half of each, the odd cent to the largest remainder.
    const [, half] = partsOf(note(10_700, { lines: ofLine('book', 10_700) }), note(6_866));
    // 59.4957 → 59.50, 4.9996 → 5.00, 1.6649 → 1.66, 2.4998 → 2.50. Taxes: 9.50, 0, 0.1645 → 0.16.
    expect(half).toEqual({ taxes: [tax(at19, 5_000, 950), tax(amount, 650, 16)], shippingMinor: 250 });
  });

  it('an order is cancelled after refunds → all credit notes add up to the taxes of the invoice', () => {
    const parts = partsOf(
      note(777),
      note(4_321, { lines: ofLine('lamp', 4_321) }),
      note(24_433 - 777 - 4_321, { reason: 'order_cancelled' }),
    );
    const sum = (rate: number | undefined, field: 'netMinor' | 'taxMinor') =>
      parts
        .flatMap(({ taxes }) => taxes)
        .filter(({ taxRateMillionths }) => taxRateMillionths === rate)
        .reduce((total, each) => total + each[field], 0);
    expect([at19, at7, amount].map((rate) => [sum(rate, 'netMinor'), sum(rate, 'taxMinor')])).toEqual([
      [10_000, 1_900],
      [10_000, 700],
      [1_300, 33],
    ]);
    expect(parts.reduce((total, { shippingMinor }) => total + shippingMinor, 0)).toBe(500);
  });

  it('a refund fails → exactly its credit note is taken back', () => {
    const [refunded, failed, again] = partsOf(
      note(11_200, { lines: ofLine('book', 10_700) }),
      note(-11_200, { reason: 'refund_failed', lines: ofLine('book', 10_700) }),
      note(11_200, { refundId: 'second', lines: ofLine('book', 10_700) }),
    );
    expect(failed).toEqual({ taxes: [tax(at7, -10_000, -700)], shippingMinor: -500 });
    expect(again).toEqual(refunded);
  });

  it('included taxes → the nets are below the prices', () => {
    const shirt = { id: 'shirt', quantity: 1, unitPriceMinor: 11_900, taxRateMillionths: at19 };
    const adjustments = { discountMinor: 0, taxMinor: 0, taxesIncluded: true, shippingMinor: 0 };
    const invoice = {
      lines: [shirt],
      totals: computeTotals([shirt], adjustments),
      creditNotes: [note(5_950)],
    };
    expect(invoiceTaxes(invoice)).toEqual([tax(at19, 10_000, 1_900)]);
    expect(creditedParts(invoice)).toEqual([{ taxes: [tax(at19, 5_000, 950)], shippingMinor: 0 }]);
  });
});
