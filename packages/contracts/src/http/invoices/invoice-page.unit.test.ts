import { computeTotals, type Adjustments, type Invoice, type NewOrderLine } from '@oms/domain';
import { describe, expect, it } from 'vitest';

import { invoiceDocument } from './invoice-document.js';
import { renderInvoicePage } from './invoice-page.js';

const none: Adjustments = { discountMinor: 0, taxMinor: 0, shippingMinor: 0 };
const time = '2026-11-30T10:00:00.000Z';
const item = { quantity: 1, unitPriceMinor: 10_000, requiresShipping: true };

/** The text of the page's rows, without their markup. */
function rowsOf(
  lines: readonly NewOrderLine[],
  { invoice, ...adjustments }: Partial<Adjustments> & { readonly invoice?: Partial<Invoice> },
): readonly string[] {
  const totals = computeTotals(lines, { ...none, ...adjustments });
  const id = '0f6f6c4e-8e0f-4c1d-9a55-6b1d0a7e3c11';
  const document = invoiceDocument({
    payments: [],
    invoice: {
      ...{ lines: lines.map((line, index) => ({ ...line, id: String(index) })), totals },
      ...{ id, sequence: 1, orderId: id, orderNumber: 'ORD-10001', status: 'issued', creditNotes: [] },
      ...{ currency: 'EUR', currencyExponent: 2, totalMinor: totals.totalMinor, createdAt: time },
      ...{ paidMinor: 0, creditedMinor: 0, cancelledMinor: 0, issuedAt: time, ...invoice },
    },
  });
  return [...renderInvoicePage(document).matchAll(/<tr[^>]*>([^]*?)<\/tr>/g)].map(([, row = '']) =>
    row
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim(),
  );
}

describe('the page of an invoice', () => {
  it('shows the tax of each line, and a sum for each rate that leads to the total', () => {
    const lines = [
      { ...item, productTitle: 'Lamp', taxRateMillionths: 190_000 },
      { ...item, productTitle: 'Book', taxRateMillionths: 70_000 },
    ];
    // 200.00 − 20.00 + 5.00 + 17.10 + 6.30.
    const rows = rowsOf(lines, { discountMinor: 2_000, shippingMinor: 500 });
    expect(rows).toEqual(
      expect.arrayContaining([
        'Lamp 1 100.00 EUR 19 % 100.00 EUR',
        'Book 1 100.00 EUR 7 % 100.00 EUR',
        'Subtotal 200.00 EUR',
        'Discount -20.00 EUR',
        'Shipping 5.00 EUR',
        'Tax 19 % on 90.00 EUR 17.10 EUR',
        'Tax 7 % on 90.00 EUR 6.30 EUR',
        'Total 208.40 EUR',
      ]),
    );
  });

  it('shows an included tax below the total, which does not add it', () => {
    const lines = [{ ...item, unitPriceMinor: 11_900, taxRateMillionths: 190_000 }];
    const rows = rowsOf(lines, { taxesIncluded: true });
    expect(rows).toContain('Includes: Tax 19 % on 100.00 EUR 19.00 EUR');
    expect(rows).not.toContain('Tax 19 % on 100.00 EUR 19.00 EUR');
    expect(rows).toContain('Total 119.00 EUR');
  });

  it('shows a tax of the whole order without a rate', () => {
    expect(rowsOf([item], { taxMinor: 850 })).toEqual(
      expect.arrayContaining(['Item 1 100.00 EUR 8.50 EUR 100.00 EUR', 'Tax on 100.00 EUR 8.50 EUR']),
    );
  });

  it('adds up where a part of a paid invoice was credited and given back', () => {
    const note = { id: 'note', sequence: 1, reason: 'refund', refundId: 'refund', createdAt: time } as const;
    const rows = rowsOf([item], {
      invoice: {
        ...{ status: 'paid', paidAt: time, paidMinor: 10_000, creditedMinor: 3_000 },
        creditNotes: [{ ...note, amountMinor: 3_000, lines: [] }],
      },
    });
    // 100.00 − 100.00 paid − 30.00 credited + 30.00 back.
    expect(rows.slice(-4)).toEqual([
      'Total 100.00 EUR',
      '2026-11-30 Credit note CN-000001 -30.00 EUR',
      'Back to the customer 30.00 EUR',
      'Due 0.00 EUR',
    ]);
  });
});
