import {
  amountDueMinor,
  formatAmountMinor,
  formatTaxRate,
  lineAmounts,
  taxesByRate,
  type Address,
  type Invoice,
  type InvoicePayment,
  type Order,
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

/**
 * Renders an invoice as an HTML page for reading and printing. The page loads no resources and runs no scripts. Its
 * dates are in UTC.
 */
export function renderInvoiceDocument(document: {
  readonly invoice: Invoice;
  readonly order: Order;
  readonly payments: readonly InvoicePayment[];
}): string {
  const { invoice, order, payments } = document;
  const number = invoiceNumber(invoice.sequence);
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Invoice ${number}</title>
      </head>
      <body>
        <h1>Invoice ${number}</h1>
        <p><strong>${statusText(invoice)}</strong></p>
        <table>
          ${sellerRow(invoice.seller)}
          <tr>
            <th align="left">Order</th>
            <td>${order.number}</td>
          </tr>
          <tr>
            <th align="left">Customer</th>
            <td>${renderCustomerId(order) ?? '–'}</td>
          </tr>
          <tr>
            <th align="left">Date</th>
            <td>${dateOf(invoice.issuedAt ?? invoice.createdAt)}</td>
          </tr>
          ${addressRow('Bill to', invoice.billTo)} ${addressRow('Ship to', invoice.shipTo)}
        </table>
        ${lineTable(order)} ${paymentTable(invoice, payments)}
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

function sellerRow(seller: Seller | undefined): Html {
  if (!seller) return html``;
  const { legalName, address, taxIds, contact } = seller;
  return html`<tr>
    <th align="left" valign="top">Seller</th>
    <td>
      ${addressLines({ name: legalName, ...address })}
      ${taxIds.map(({ name, value }) => html`${name} ${value}<br />`)} ${contact ?? ''}
    </td>
  </tr>`;
}

function addressRow(title: string, address: Address | undefined): Html {
  if (!address) return html``;
  return html`<tr>
    <th align="left" valign="top">${title}</th>
    <td>${addressLines(address)}</td>
  </tr>`;
}

function addressLines(address: Address): readonly Html[] {
  const { name, company, line1, line2, city, state, postalCode, country } = address;
  const lines = [name, company, line1, line2, [city, state, postalCode].filter(Boolean).join(' '), country];
  return lines.filter((line) => line !== undefined).map((line) => html`${line}<br />`);
}

function lineTable(order: Order): Html {
  const money = (amountMinor: number): string =>
    `${formatAmountMinor(amountMinor, order.currencyExponent)} ${order.currency}`;
  const { totals } = order;
  const lines = lineAmounts(order.lines, totals);
  const taxes = taxesByRate(lines)
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
  return html`<table border="1" cellpadding="4" cellspacing="0">
    <thead>
      <tr>
        <th align="left">Item</th>
        <th align="right">Quantity</th>
        <th align="right">Price</th>
        <th align="right">Tax</th>
        <th align="right">Amount</th>
      </tr>
    </thead>
    <tbody>
      ${lines.map(
        (line) =>
          html`<tr>
            <td>
              ${[line.productTitle, line.variantTitle].filter(Boolean).join(', ') || 'Item'}${line.sku === undefined ? '' : ` (${line.sku})`}
            </td>
            <td align="right">${line.quantity}</td>
            <td align="right">${money(line.unitPriceMinor)}</td>
            <td align="right">${rateText(line.taxRateMillionths) || money(line.taxMinor)}</td>
            <td align="right">${money(line.priceMinor)}</td>
          </tr> `,
      )}
    </tbody>
    <tfoot>
      ${sums
        .filter(([name, amountMinor]) => name === 'Subtotal' || amountMinor !== 0)
        .map(([name, amountMinor]) => sumRow(name, money(amountMinor)))}
      <tr>
        <th colspan="4" align="right">Total</th>
        <td align="right"><strong>${money(totals.totalMinor)}</strong></td>
      </tr>
      ${isIncluded ? taxes.map(([name, amountMinor]) => sumRow(`Includes: ${name}`, money(amountMinor))) : []}
    </tfoot>
  </table>`;
}

const rateText = (taxRateMillionths: number | undefined): string =>
  taxRateMillionths === undefined ? '' : `${formatTaxRate(taxRateMillionths)} %`;

const sumRow = (name: string, amount: string): Html =>
  html`<tr>
    <th colspan="4" align="right">${name}</th>
    <td align="right">${amount}</td>
  </tr> `;

function paymentTable(invoice: Invoice, payments: readonly InvoicePayment[]): Html {
  const money = (amountMinor: number): string =>
    `${formatAmountMinor(amountMinor, invoice.currencyExponent)} ${invoice.currency}`;
  const dueMinor = amountDueMinor(invoice);
  // Credited money that was paid goes back to the customer.
  const backMinor = dueMinor - (invoice.totalMinor - invoice.paidMinor - invoice.creditedMinor);
  return html`<h2>Payments</h2>
    <table>
      <tr>
        <th colspan="3" align="right">Total</th>
        <td align="right">${money(invoice.totalMinor)}</td>
      </tr>
      ${payments.map(
        ({ recordedAt, method, reference, amountMinor }) =>
          html`<tr>
            <td>${dateOf(recordedAt)}</td>
            <td>Payment: ${method}</td>
            <td>${reference ?? ''}</td>
            <td align="right">${money(-amountMinor)}</td>
          </tr> `,
      )}
      ${creditNoteRows(invoice)}
      ${
        backMinor === 0
          ? ''
          : html`<tr>
              <th colspan="3" align="right">Back to the customer</th>
              <td align="right">${money(backMinor)}</td>
            </tr>`
      }
      <tr>
        <th colspan="3" align="right">Due</th>
        <td align="right"><strong>${money(dueMinor)}</strong></td>
      </tr>
    </table>`;
}

function creditNoteRows({ creditNotes, currency, currencyExponent }: Invoice): readonly Html[] {
  return creditNotes.map((note) => {
    return html`<tr>
      <td>${dateOf(note.createdAt)}</td>
      <td colspan="2">Credit note ${creditNoteNumber(note.sequence)}</td>
      <td align="right">${formatAmountMinor(-note.amountMinor, currencyExponent)} ${currency}</td>
    </tr> `;
  });
}
