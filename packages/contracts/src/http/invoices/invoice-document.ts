import {
  amountDueMinor,
  dueDateOf,
  formatAmountMinor,
  formatTaxRate,
  invoiceTaxes,
  lineAmounts,
  type Address,
  type Invoice,
  type InvoicePayment,
  type Seller,
} from '@oms/domain';

import { creditNoteNumber, invoiceNumber } from './invoice-fields.js';
import { renderCustomerId } from '../kit/prefixed-ids.js';

/** Trusted HTML. All other parts of a page are escaped. */
class Html {
  constructor(readonly text: string) {}
}
type Piece = string | number | Html | readonly Html[];

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  return new Html(strings.reduce((page, part, index) => page + toText(pieces[index - 1] ?? '') + part));
}

function toText(piece: Piece): string {
  if (piece instanceof Html) return piece.text;
  if (typeof piece === 'object') return piece.map(({ text }) => text).join('');
  return String(piece).replace(/[&<>"']/g, (character) => escapes[character] ?? '');
}

/** The only styles of the page. Its content policy names their hash, so that no other styles are applied. */
export const invoiceStyles = `
@page { size: A4; margin: 18mm; }
* { box-sizing: border-box; }
body { font: 10pt/1.45 "Helvetica Neue", Helvetica, Arial, sans-serif; color: #1a1a1a; max-width: 174mm; margin: 10mm auto; padding: 0 4mm; }
header { display: flex; justify-content: space-between; gap: 10mm; margin-bottom: 10mm; }
h1 { font-size: 20pt; line-height: 1.2; margin: 0 0 1mm; }
h2 { font-size: 8pt; text-transform: uppercase; letter-spacing: .06em; color: #666; margin: 0 0 1mm; }
p { margin: 0 0 3mm; }
.seller { text-align: right; }
.parties { display: grid; grid-template-columns: 1fr 1fr 1fr; gap: 8mm; margin-bottom: 10mm; }
.break { white-space: pre-line; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
td, th { padding: 1.5mm 2mm; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
.facts td, .facts th { padding: 0 2mm .5mm 0; font-weight: normal; }
.facts th { color: #666; }
.lines { margin-bottom: 8mm; }
.lines thead th { border-bottom: .3mm solid #1a1a1a; font-size: 8pt; color: #666; }
.lines tbody td { border-bottom: .15mm solid #ccc; }
.lines tfoot th, .payments th { font-weight: normal; }
.lines tr, .payments tr { break-inside: avoid; }
.number { text-align: right; white-space: nowrap; }
.total > * { font-weight: bold; border-top: .3mm solid #1a1a1a; }
.payments, .terms { margin-bottom: 8mm; break-inside: avoid; }
@media print { body { margin: 0; padding: 0; max-width: none; } }
`;

/** The page's style element. The hash covers its exact text, which no formatter may touch. */
const styleElement = new Html(`<style>${invoiceStyles}</style>`);

/**
 * Renders an invoice as an HTML page for reading and printing on A4. The page loads no resources and runs no scripts. Its
 * dates are in UTC.
 */
export function renderInvoiceDocument({
  invoice,
  payments,
}: {
  readonly invoice: Invoice;
  readonly payments: readonly InvoicePayment[];
}): string {
  const number = invoiceNumber(invoice.sequence);
  const { seller, billTo, shipTo } = invoice;
  const isShippedElsewhere = JSON.stringify(shipTo) !== JSON.stringify(billTo);
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Invoice ${number}</title>
        ${styleElement}
      </head>
      <body>
        <header>
          <div>
            <h1>Invoice ${number}</h1>
            <p><strong>${statusText(invoice)}</strong></p>
          </div>
          ${sellerBlock(seller)}
        </header>
        <div class="parties">
          ${addressBlock('Bill to', billTo)} ${isShippedElsewhere ? addressBlock('Ship to', shipTo) : []}
          ${factTable(invoice)}
        </div>
        ${lineTable(invoice)} ${paymentTable(invoice, payments)}
        ${textBlock('Payment terms', seller?.paymentTerms)} ${textBlock('Bank details', seller?.bankDetails)}
      </body>
    </html> `;
  return page.text;
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

function factTable(invoice: Invoice): Html {
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Order', invoice.orderNumber],
    ['Customer', renderCustomerId(invoice) ?? undefined],
    ['Date', dateOf(invoice.issuedAt ?? invoice.createdAt)],
    ['Due', dueDateOf(invoice)],
  ];
  return html`<table class="facts">
    ${facts.flatMap(([name, value]) =>
      value === undefined
        ? []
        : [
            html`<tr>
              <th>${name}</th>
              <td>${value}</td>
            </tr>`,
          ],
    )}
  </table>`;
}

function sellerBlock(seller: Seller | undefined): Html {
  if (!seller) return html``;
  const { legalName, address, taxIds, contact } = seller;
  return html`<div class="seller">
    <strong>${legalName}</strong><br />${addressLines(address)}
    ${taxIds.map(({ name, value }) => html`${name} ${value}<br />`)} ${contact ?? ''}
  </div>`;
}

function addressBlock(title: string, address: Address | undefined): Html {
  if (!address) return html``;
  return html`<div>
    <h2>${title}</h2>
    ${addressLines(address)} ${address.email ?? ''}
  </div>`;
}

function textBlock(title: string, text: string | undefined): Html {
  if (text === undefined) return html``;
  return html`<div class="terms">
    <h2>${title}</h2>
    <p class="break">${text}</p>
  </div>`;
}

function addressLines(address: Partial<Address>): readonly Html[] {
  const { name, company, line1, line2, city, state, postalCode, country } = address;
  const lines = [name, company, line1, line2, [city, state, postalCode].filter(Boolean).join(' '), country];
  return lines.flatMap((line) => (line === undefined || line === '' ? [] : [html`${line}<br />`]));
}

function lineTable(invoice: Invoice): Html {
  const money = (amountMinor: number): string =>
    `${formatAmountMinor(amountMinor, invoice.currencyExponent)} ${invoice.currency}`;
  const { totals } = invoice;
  const lines = lineAmounts(invoice.lines, totals);
  const taxes = invoiceTaxes(invoice)
    .filter(({ taxRateMillionths, taxMinor }) => taxRateMillionths !== undefined || taxMinor !== 0)
    .map(({ taxRateMillionths, netMinor, taxMinor }) => {
      const rate = rateText(taxRateMillionths);
      return [`Tax ${rate === '' ? '' : `${rate} `}on ${money(netMinor)}`, taxMinor] as const;
    });
  const isIncluded = totals.taxesIncluded === true;
  const sums: readonly (readonly [string, number])[] = [
    ['Subtotal', totals.subtotalMinor],
    ['Discount', -totals.discountMinor],
    ['Shipping', totals.shippingMinor],
    ...(isIncluded ? [] : taxes),
  ];
  return html`<table class="lines">
    <thead>
      <tr>
        <th>Item</th>
        <th class="number">Quantity</th>
        <th class="number">Price</th>
        <th class="number">Tax</th>
        <th class="number">Amount</th>
      </tr>
    </thead>
    <tbody>
      ${lines.map(
        (line) =>
          html`<tr>
            <td>
              ${[line.productTitle, line.variantTitle].filter(Boolean).join(', ') || 'Item'}${line.sku === undefined ? '' : ` (${line.sku})`}
            </td>
            <td class="number">${line.quantity}</td>
            <td class="number">${money(line.unitPriceMinor)}</td>
            <td class="number">${rateText(line.taxRateMillionths) || money(line.taxMinor)}</td>
            <td class="number">${money(line.priceMinor)}</td>
          </tr> `,
      )}
    </tbody>
    <tfoot>
      ${sums
        .filter(([name, amountMinor]) => name === 'Subtotal' || amountMinor !== 0)
        .map(([name, amountMinor]) => sumRow(name, money(amountMinor)))}
      <tr class="total">
        <th colspan="4" class="number">Total</th>
        <td class="number">${money(totals.totalMinor)}</td>
      </tr>
      ${isIncluded ? taxes.map(([name, amountMinor]) => sumRow(`Includes: ${name}`, money(amountMinor))) : []}
    </tfoot>
  </table>`;
}

const rateText = (taxRateMillionths: number | undefined): string =>
  taxRateMillionths === undefined ? '' : `${formatTaxRate(taxRateMillionths)} %`;

const sumRow = (name: string, amount: string): Html =>
  html`<tr>
    <th colspan="4" class="number">${name}</th>
    <td class="number">${amount}</td>
  </tr> `;

function paymentTable(invoice: Invoice, payments: readonly InvoicePayment[]): Html {
  const money = (amountMinor: number): string =>
    `${formatAmountMinor(amountMinor, invoice.currencyExponent)} ${invoice.currency}`;
  const dueMinor = amountDueMinor(invoice);
  // Credited money that was paid goes back to the customer.
  const backMinor = dueMinor - (invoice.totalMinor - invoice.paidMinor - invoice.creditedMinor);
  return html`<h2>Payments</h2>
    <table class="payments">
      <tr>
        <th colspan="3" class="number">Total</th>
        <td class="number">${money(invoice.totalMinor)}</td>
      </tr>
      ${payments.map(
        ({ recordedAt, method, reference, amountMinor }) =>
          html`<tr>
            <td>${dateOf(recordedAt)}</td>
            <td>Payment: ${method}</td>
            <td>${reference ?? ''}</td>
            <td class="number">${money(-amountMinor)}</td>
          </tr> `,
      )}
      ${creditNoteRows(invoice)}
      ${
        backMinor === 0
          ? ''
          : html`<tr>
              <th colspan="3" class="number">Back to the customer</th>
              <td class="number">${money(backMinor)}</td>
            </tr>`
      }
      <tr class="total">
        <th colspan="3" class="number">Due</th>
        <td class="number">${money(dueMinor)}</td>
      </tr>
    </table>`;
}

function creditNoteRows({ creditNotes, currency, currencyExponent }: Invoice): readonly Html[] {
  return creditNotes.map((note) => {
    return html`<tr>
      <td>${dateOf(note.createdAt)}</td>
      <td colspan="2">Credit note ${creditNoteNumber(note.sequence)}</td>
      <td class="number">${formatAmountMinor(-note.amountMinor, currencyExponent)} ${currency}</td>
    </tr> `;
  });
}
