import {
  getInvoice,
  getInvoiceDocument,
  invoiceDocument,
  invoiceCursor,
  invoiceStyles,
  issueInvoice,
  listInvoices,
  renderInvoice,
  renderInvoicePage,
  toListInvoices,
  voidInvoice,
  type InvoiceDocument,
} from '@oms/contracts/http';
import { notFound, RefusedError } from '@oms/domain';

import { HtmlDocument, PdfFile } from '../../http/http-response.js';
import { serve, type ApiRoute, type Handler } from '../../http/serve-operation.js';
import type { SalesRoutesDeps } from '../sales/sales-deps.js';
import { askForInvoiceChange, findInvoice } from './ask-for-invoice-change.js';
import { oneAtATime } from './pdf/one-at-a-time.js';

/** An invoice with the most lines and the longest texts takes two seconds, so the last one waits 20 seconds at most. */
const maxWaitingPdfs = 10;

/** The routes of invoices. An order's confirmation makes its invoice; clients can read, issue and void it. */
export function invoiceRoutes(deps: SalesRoutesDeps): readonly ApiRoute[] {
  return [
    serve(listInvoices, listInvoicesHandler(deps)),
    serve(getInvoice, async ({ params }, { scope }) => ({
      status: 200,
      body: renderInvoice(await findInvoice(deps, scope, params.invoiceId)),
    })),
    serve(getInvoiceDocument, getDocumentHandler(deps)),
    serve(issueInvoice, moveInvoiceHandler('issue_invoice', deps)),
    serve(voidInvoice, moveInvoiceHandler('void_invoice', deps)),
  ];
}

function listInvoicesHandler({ invoices: reader }: SalesRoutesDeps): Handler<typeof listInvoices> {
  return async (input, { scope }) => {
    const query = toListInvoices(input.query);
    const { invoices, hasMore } = await reader.listInvoices(scope, query);
    const last = hasMore ? invoices.at(-1) : undefined;
    return {
      status: 200,
      body: {
        invoices: invoices.map(renderInvoice),
        limit: query.limit,
        next_cursor: last ? invoiceCursor(last) : null,
      },
    };
  };
}

/** Loads the library with the first PDF, so that the gateway starts without it. */
async function renderPdf(document: InvoiceDocument): Promise<Buffer> {
  const { renderInvoicePdf } = await import('./pdf/render-invoice-pdf.js');
  return renderInvoicePdf(document);
}

/** `GET …/invoices/{invoiceId}/document`: the invoice as an HTML page or a PDF for people. */
function getDocumentHandler({ invoices }: SalesRoutesDeps): Handler<typeof getInvoiceDocument> {
  const makePdf = oneAtATime(renderPdf, { maxWaiting: maxWaitingPdfs });
  return async ({ params, mediaType }, { scope }) => {
    const found = await invoices.findDocument(scope, params.invoiceId);
    if (!found) throw new RefusedError(notFound('invoice'));
    const document = invoiceDocument(found);
    if (mediaType === 'application/pdf') {
      return { status: 200, body: new PdfFile(await makePdf(document), `${document.number}.pdf`) };
    }
    return { status: 200, body: new HtmlDocument(renderInvoicePage(document), invoiceStyles) };
  };
}

/** `POST …/invoices/{invoiceId}/issue` and `/void`: 200 with the invoice; 422 if its status forbids the change. */
function moveInvoiceHandler(
  type: 'issue_invoice' | 'void_invoice',
  deps: SalesRoutesDeps,
): Handler<typeof issueInvoice | typeof voidInvoice> {
  return async (input, principal) => {
    const { invoiceId } = input.params;
    const change = { type, request: { invoiceId } };
    return askForInvoiceChange(deps, input, principal, change, async () => ({
      status: 200,
      body: renderInvoice(await findInvoice(deps, principal.scope, invoiceId)),
    }));
  };
}
