import {
  amountDueMinor,
  creditNoteNumber,
  dueDateOf,
  formatAmountMinor,
  formatTaxRate,
  invoiceNumber,
  invoiceTaxes,
  lineAmounts,
  type Address,
  type Invoice,
  type InvoicePayment,
  type Seller,
} from '@oms/domain';

import { renderCustomerId } from '../kit/prefixed-ids.js';

/**
 * The facts that an invoice prints, with their labels, as texts. The HTML page and the PDF both render it, so that they
 * say the same.
 */
export interface InvoiceDocument {
  /** Such as `INV-000042`. Safe in a file name. */
  readonly number: string;
  readonly title: string;
  readonly status: string;
  /** The date of issue; of a draft the time of its creation. ISO 8601 in UTC. */
  readonly datedAt: string;
  readonly seller?: { readonly name: string; readonly lines: readonly string[] };
  readonly parties: readonly DocumentBlock[];
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  readonly items: DocumentTable;
  readonly payments: DocumentTable;
  /** Their lines are texts that may have line breaks. */
  readonly terms: readonly DocumentBlock[];
}

/** A title with lines of text below it. */
export interface DocumentBlock {
  readonly title: string;
  readonly lines: readonly string[];
}

/** A table. Each row has a cell for each column, and each sum an amount in the last column. */
export interface DocumentTable {
  readonly title?: string;
  /** The titles are empty in a table without a head. */
  readonly columns: readonly { readonly title: string; readonly isNumber: boolean }[];
  /** The sums above the rows. */
  readonly opening: readonly DocumentSum[];
  readonly rows: readonly (readonly string[])[];
  /** The sums below the rows. */
  readonly sums: readonly DocumentSum[];
}

export interface DocumentSum {
  readonly label: string;
  readonly amount: string;
  readonly isTotal?: true;
}

/** Makes the document of an invoice. Its dates are in UTC. */
export function invoiceDocument({
  invoice,
  payments,
}: {
  readonly invoice: Invoice;
  readonly payments: readonly InvoicePayment[];
}): InvoiceDocument {
  const number = invoiceNumber(invoice.sequence);
  const { seller, billTo, shipTo } = invoice;
  const isShippedElsewhere = JSON.stringify(shipTo) !== JSON.stringify(billTo);
  return {
    number,
    title: `Invoice ${number}`,
    status: statusText(invoice),
    datedAt: invoice.issuedAt ?? invoice.createdAt,
    ...(seller ? { seller: sellerBlock(seller) } : {}),
    parties: [
      ...addressBlock('Bill to', billTo),
      ...(isShippedElsewhere ? addressBlock('Ship to', shipTo) : []),
    ],
    facts: factsOf(invoice),
    items: itemTable(invoice),
    payments: paymentTable(invoice, payments),
    terms: [
      ...textBlock('Payment terms', seller?.paymentTerms),
      ...textBlock('Bank details', seller?.bankDetails),
    ],
  };
}

function statusText(invoice: Invoice): string {
  switch (invoice.status) {
    case 'draft':
      return 'Draft: not issued yet';
    case 'issued':
      return 'Issued';
    case 'paid':
      return `Paid on ${dateOf(invoice.paidAt ?? '')}`;
    case 'void':
      return `Void since ${dateOf(invoice.voidedAt ?? '')}: nothing is due`;
  }
}

const dateOf = (time: string): string => time.slice(0, 10);

function factsOf(invoice: Invoice): InvoiceDocument['facts'] {
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Order', invoice.orderNumber],
    ['Customer', renderCustomerId(invoice) ?? undefined],
    ['Date', dateOf(invoice.issuedAt ?? invoice.createdAt)],
    ['Due', dueDateOf(invoice)],
  ];
  return facts.flatMap(([label, value]) => (value === undefined ? [] : [{ label, value }]));
}

function sellerBlock({ legalName, address, taxIds, contact }: Seller) {
  return {
    name: legalName,
    lines: [
      ...addressLines(address),
      ...taxIds.map(({ name, value }) => `${name} ${value}`),
      ...(contact === undefined ? [] : [contact]),
    ],
  };
}

function addressBlock(title: string, address: Address | undefined): readonly DocumentBlock[] {
  if (!address) return [];
  const { email } = address;
  return [{ title, lines: [...addressLines(address), ...(email === undefined ? [] : [email])] }];
}

const textBlock = (title: string, text: string | undefined): readonly DocumentBlock[] =>
  text === undefined ? [] : [{ title, lines: [text] }];

function addressLines(address: Partial<Address>): readonly string[] {
  const { name, company, line1, line2, city, state, postalCode, country } = address;
  const lines = [name, company, line1, line2, [city, state, postalCode].filter(Boolean).join(' '), country];
  return lines.filter((line): line is string => line !== undefined && line !== '');
}

function itemTable(invoice: Invoice): DocumentTable {
  const money = moneyOf(invoice);
  const { totals } = invoice;
  const taxes = invoiceTaxes(invoice)
    .filter(({ taxRateMillionths, taxMinor }) => taxRateMillionths !== undefined || taxMinor !== 0)
    .map(({ taxRateMillionths, netMinor, taxMinor }) => {
      const rate = rateText(taxRateMillionths);
      return [`Tax ${rate === '' ? '' : `${rate} `}on ${money(netMinor)}`, taxMinor] as const;
    });
  const isIncluded = totals.taxesIncluded === true;
  const parts: readonly (readonly [string, number])[] = [
    ['Subtotal', totals.subtotalMinor],
    ['Discount', -totals.discountMinor],
    ['Shipping', totals.shippingMinor],
    ...(isIncluded ? [] : taxes),
  ];
  const included = isIncluded ? taxes : [];
  return {
    columns: [
      { title: 'Item', isNumber: false },
      ...['Quantity', 'Price', 'Tax', 'Amount'].map((title) => ({ title, isNumber: true })),
    ],
    opening: [],
    rows: lineAmounts(invoice.lines, totals).map((line) => [
      titleOf(line),
      String(line.quantity),
      money(line.unitPriceMinor),
      rateText(line.taxRateMillionths) || money(line.taxMinor),
      money(line.priceMinor),
    ]),
    sums: [
      ...parts
        .filter(([label, amountMinor]) => label === 'Subtotal' || amountMinor !== 0)
        .map(([label, amountMinor]) => ({ label, amount: money(amountMinor) })),
      { label: 'Total', amount: money(totals.totalMinor), isTotal: true },
      ...included.map(([label, taxMinor]) => ({ label: `Includes: ${label}`, amount: money(taxMinor) })),
    ],
  };
}

function titleOf({ productTitle, variantTitle, sku }: Invoice['lines'][number]): string {
  const title = [productTitle, variantTitle].filter(Boolean).join(', ') || 'Item';
  return sku === undefined ? title : `${title} (${sku})`;
}

const rateText = (taxRateMillionths: number | undefined): string =>
  taxRateMillionths === undefined ? '' : `${formatTaxRate(taxRateMillionths)} %`;

const moneyOf =
  ({ currency, currencyExponent }: Invoice) =>
  (amountMinor: number): string =>
    `${formatAmountMinor(amountMinor, currencyExponent)} ${currency}`;

function paymentTable(invoice: Invoice, payments: readonly InvoicePayment[]): DocumentTable {
  const money = moneyOf(invoice);
  const dueMinor = amountDueMinor(invoice);
  // Credited money that was paid goes back to the customer.
  const backMinor = dueMinor - (invoice.totalMinor - invoice.paidMinor - invoice.creditedMinor);
  const back = backMinor === 0 ? [] : [{ label: 'Back to the customer', amount: money(backMinor) }];
  return {
    title: 'Payments',
    columns: [false, false, false, true].map((isNumber) => ({ title: '', isNumber })),
    opening: [{ label: 'Total', amount: money(invoice.totalMinor) }],
    rows: [
      ...payments.map(({ recordedAt, method, reference, amountMinor }) => [
        ...[dateOf(recordedAt), `Payment: ${method}`, reference ?? '', money(-amountMinor)],
      ]),
      ...invoice.creditNotes.map((note) => [
        ...[dateOf(note.createdAt), `Credit note ${creditNoteNumber(note.sequence)}`, ''],
        money(-note.amountMinor),
      ]),
    ],
    sums: [...back, { label: 'Due', amount: money(dueMinor), isTotal: true }],
  };
}
