import { invoiceDocument, type InvoiceDocument } from '@oms/contracts/http';
import { computeTotals, type Invoice, type NewOrderLine } from '@oms/domain';
import { extractText, getMeta } from 'unpdf';
import { describe, expect, it } from 'vitest';

import { renderInvoicePdf } from './render-invoice-pdf.js';

const time = '2026-11-30T10:00:00.000Z';
const id = '0f6f6c4e-8e0f-4c1d-9a55-6b1d0a7e3c11';
const item = { quantity: 1, unitPriceMinor: 10_000, requiresShipping: true };

function documentOf(lines: readonly NewOrderLine[], changes: Partial<Invoice> = {}): InvoiceDocument {
  const totals = computeTotals(lines, { discountMinor: 2_000, taxMinor: 0, shippingMinor: 500 });
  return invoiceDocument({
    invoice: {
      ...{ lines: lines.map((line, index) => ({ ...line, id: String(index) })), totals },
      ...{ id, sequence: 42, orderId: id, orderNumber: 'ORD-10001', status: 'issued' },
      ...{ currency: 'EUR', currencyExponent: 2, totalMinor: totals.totalMinor, createdAt: time },
      ...{ paidMinor: 5_000, creditedMinor: 3_000, cancelledMinor: 0, issuedAt: time },
      creditNotes: [
        ...[{ id, sequence: 7, reason: 'refund', refundId: id, amountMinor: 3_000 } as const].map((note) => ({
          ...{ ...note, lines: [], createdAt: time },
        })),
      ],
      billTo: { name: 'Łukasz Müller, Ørsted', line1: 'Świętokrzyska 12', city: 'Łódź', country: 'PL' },
      seller: {
        legalName: 'Brightside Trading Ltd',
        address: { line1: '12 Mill Lane', city: 'Bath', postalCode: 'BA1 1AA', country: 'GB' },
        taxIds: [{ name: 'VAT ID', value: 'GB123456789' }],
        ...{ bankDetails: 'IBAN GB33', paymentTerms: 'Please name the number.', paymentDueDays: 30 },
      },
      ...changes,
    },
    payments: [
      {
        ...{ id, invoiceId: id, currency: 'EUR', currencyExponent: 2, amountMinor: 5_000 },
        ...{ method: 'bank_transfer', reference: 'TXN-1', recordedAt: time },
      },
    ],
  });
}

const pagesOf = async (document: InvoiceDocument): Promise<readonly string[]> => {
  const { text } = await extractText(new Uint8Array(await renderInvoicePdf(document)), { mergePages: false });
  return text.map((page) => page.replaceAll(/\s+/g, ' '));
};

describe('the PDF of an invoice', () => {
  it('has every text of the document, once', async () => {
    const document = documentOf([
      { ...item, productTitle: 'Lamp', sku: 'LMP-1', taxRateMillionths: 190_000 },
      { ...item, productTitle: 'Book', taxRateMillionths: 70_000 },
    ]);
    const pages = await pagesOf(document);
    expect(pages).toHaveLength(1);
    // 200.00 − 20.00 + 5.00 + 17.10 + 6.30 = 208.40, of which 50.00 was paid: 158.40 due. The 30.00 go back.
    for (const text of [
      ...['Invoice INV-000042 Issued Brightside Trading Ltd 12 Mill Lane Bath BA1 1AA GB VAT ID GB123456789'],
      'BILL TO Łukasz Müller, Ørsted Świętokrzyska 12 Łódź PL',
      'Order ORD-10001 Date 2026-11-30 Due 2026-12-30',
      'Item Quantity Price Tax Amount Lamp (LMP-1) 1 100.00 EUR 19 % 100.00 EUR Book 1 100.00 EUR 7 % 100.00 EUR',
      'Subtotal 200.00 EUR Discount -20.00 EUR Shipping 5.00 EUR',
      'Tax 19 % on 90.00 EUR 17.10 EUR Tax 7 % on 90.00 EUR 6.30 EUR Total 208.40 EUR',
      'PAYMENTS Total 208.40 EUR 2026-11-30 Payment: bank_transfer TXN-1 -50.00 EUR',
      '2026-11-30 Credit note CN-000007 -30.00 EUR Back to the customer 30.00 EUR Due 158.40 EUR',
      'PAYMENT TERMS Please name the number. BANK DETAILS IBAN GB33 Invoice INV-000042 · Page 1 of 1',
    ]) {
      expect(pages[0]?.split(text)).toHaveLength(2);
    }
  });

  it('prints Latin, Greek and Cyrillic letters, also of a letter and an accent', async () => {
    const name = 'Žluťoučký Ğüneş Þórr Ελένη Јелена Олена e\u0301';
    const [page = ''] = await pagesOf(documentOf([{ ...item, productTitle: name }]));
    expect(page).toContain(name.normalize('NFC'));
    expect(page).not.toContain('\u{fffd}');
  });

  it('a character that the font lacks → a sign for it, and a note', async () => {
    const [page = ''] = await pagesOf(documentOf([{ ...item, productTitle: 'Tea 茶\u0007 🍵' }]));
    expect(page).toContain('Tea \u{fffd}\u{fffd} \u{fffd} 1 100.00 EUR');
    expect(page).toContain('\u{fffd} stands for a character that this file cannot print.');
  });

  it('more lines than a page holds → each page with lines has the head, and each line is there once', async () => {
    const lines = Array.from({ length: 60 }, (_, index) => ({ ...item, productTitle: `Lamp no. ${index}` }));
    const pages = await pagesOf(documentOf(lines));
    const withLines = pages.filter((page) => page.includes('Lamp no.'));
    expect(withLines.length).toBeGreaterThan(1);
    for (const page of withLines) expect(page).toContain('Item Quantity Price Tax Amount Lamp no.');
    pages.forEach((page, index) => {
      expect(page).toContain(`Invoice INV-000042 · Page ${index + 1} of ${pages.length}`);
    });
    const printed = [...pages.join(' ').matchAll(/Lamp no\. (\d+) 1 100\.00 EUR/g)].map(([, number]) =>
      Number(number),
    );
    expect(printed).toEqual(lines.map((_, index) => index));
  });

  it('a text longer than its column → the row grows, and nothing of the text is lost', async () => {
    const productTitle = Array.from({ length: 50 }, (_, index) => `w${index}`).join(' ');
    const [page = ''] = await pagesOf(documentOf([{ ...item, productTitle, sku: 'S'.repeat(100) }]));
    expect(page).toContain(productTitle);
    expect(page.replaceAll(' ', '')).toContain('S'.repeat(100));
  });

  it('the same document → the same bytes, dated by the issue', async () => {
    const document = documentOf([item]);
    const bytes = await renderInvoicePdf(document);
    expect((await renderInvoicePdf(document)).equals(bytes)).toBe(true);
    const { info } = (await getMeta(new Uint8Array(bytes))) as { readonly info: Record<string, unknown> };
    expect(info).toMatchObject({
      ...{ Title: 'Invoice INV-000042', Author: 'Brightside Trading Ltd' },
      CreationDate: 'D:20261130100000Z',
    });
  });

  it('the most lines of an order → other requests get their turns meanwhile', async () => {
    const lines = Array.from({ length: 500 }, () => ({ ...item, productTitle: 'Lamp' }));
    let turns = 0;
    let isDone = false;
    const countTurns = (): void => {
      turns += 1;
      if (!isDone) setImmediate(countTurns);
    };
    countTurns();
    await renderInvoicePdf(documentOf(lines));
    isDone = true;
    // The renderer takes hundreds of milliseconds, in slices of 10.
    expect(turns).toBeGreaterThan(10);
  });
});
