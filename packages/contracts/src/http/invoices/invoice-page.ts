import type { DocumentBlock, DocumentSum, DocumentTable, InvoiceDocument } from './invoice-document.js';

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
tfoot { display: table-row-group; }
.lines tr, .payments tr { break-inside: avoid; }
.number { text-align: right; white-space: nowrap; }
.total > * { font-weight: bold; border-top: .3mm solid #1a1a1a; }
.payments, .terms { margin-bottom: 8mm; break-inside: avoid; }
@media print { body { margin: 0; padding: 0; max-width: none; } }
`;

/** The page's style element. The hash covers its exact text, which no formatter may touch. */
const styleElement = new Html(`<style>${invoiceStyles}</style>`);

/** Renders the document of an invoice as an HTML page for reading and printing on A4. It loads no resources and runs no scripts. */
export function renderInvoicePage(document: InvoiceDocument): string {
  const { title, status, seller, parties, facts, items, payments, terms } = document;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        ${styleElement}
      </head>
      <body>
        <header>
          <div>
            <h1>${title}</h1>
            <p><strong>${status}</strong></p>
          </div>
          ${seller ? sellerBlock(seller) : ''}
        </header>
        <div class="parties">${parties.map(partyBlock)} ${factTable(facts)}</div>
        ${table(items, 'lines')} ${table(payments, 'payments')} ${terms.map(termsBlock)}
      </body>
    </html> `;
  return page.text;
}

const sellerBlock = ({ name, lines }: NonNullable<InvoiceDocument['seller']>): Html =>
  html`<div class="seller"><strong>${name}</strong>${lines.map((line) => html`<br />${line}`)}</div>`;

const partyBlock = ({ title, lines }: DocumentBlock): Html =>
  html`<div>
    <h2>${title}</h2>
    ${lines.map((line) => html`${line}<br />`)}
  </div>`;

const termsBlock = ({ title, lines }: DocumentBlock): Html =>
  html`<div class="terms">
    <h2>${title}</h2>
    ${lines.map((line) => html`<p class="break">${line}</p>`)}
  </div>`;

const factTable = (facts: InvoiceDocument['facts']): Html =>
  html`<table class="facts">
    ${facts.map(
      ({ label, value }) =>
        html`<tr>
          <th>${label}</th>
          <td>${value}</td>
        </tr>`,
    )}
  </table>`;

function table({ title, columns, opening, rows, sums }: DocumentTable, className: string): Html {
  const cellClass = (index: number) => (columns[index]?.isNumber === true ? html` class="number"` : '');
  const sum = ({ label, amount, isTotal }: DocumentSum): Html =>
    html`<tr${isTotal === true ? html` class="total"` : ''}>
      <th colspan="${columns.length - 1}" class="number">${label}</th>
      <td class="number">${amount}</td>
    </tr> `;
  const hasHead = columns.some((column) => column.title !== '');
  const head = html`<thead>
    <tr>
      ${columns.map((column, index) => html`<th${cellClass(index)}>${column.title}</th>`)}
    </tr>
  </thead>`;
  return html`${title === undefined ? '' : html`<h2>${title}</h2>`}
    <table class="${className}">
      ${hasHead ? head : ''}
      <tbody>
        ${opening.map(sum)}
        ${rows.map(
          (cells) =>
            html`<tr>
              ${cells.map((cell, index) => html`<td${cellClass(index)}>${cell}</td>`)}
            </tr> `,
        )}
      </tbody>
      <tfoot>
        ${sums.map(sum)}
      </tfoot>
    </table>`;
}
