import {
  createInvoiceLink,
  getInvoice,
  getInvoiceDocument,
  invoiceFormats,
  openInvoiceLink,
  invoiceCursor,
  issueInvoice,
  linkLifetime,
  listInvoices,
  renderInvoice,
  toListInvoices,
  voidInvoice,
} from '@oms/contracts/http';
import { notFound, RefusedError } from '@oms/domain';
import type { SecretBox } from '@oms/outbound';

import { serve, type ApiRoute, type Handler } from '../../http/serve-operation.js';
import type { SalesRoutesDeps } from '../sales/sales-deps.js';
import { askForInvoiceChange, findInvoice } from './ask-for-invoice-change.js';
import { tokenOfLink } from './invoice-links.js';

/** The routes of invoices. An order's confirmation makes its invoice; clients can read, issue and void it. */
export function invoiceRoutes(deps: SalesRoutesDeps): readonly ApiRoute[] {
  return [
    serve(listInvoices, listInvoicesHandler(deps)),
    serve(getInvoice, async ({ params }, { scope }) => ({
      status: 200,
      body: renderInvoice(await findInvoice(deps, scope, params.invoiceId)),
    })),
    serve(getInvoiceDocument, getDocumentHandler(deps)),
    // Without keys, no link can be signed.
    ...(deps.linkSecrets ? [serve(createInvoiceLink, createLinkHandler(deps, deps.linkSecrets))] : []),
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

/** `GET …/invoices/{invoiceId}/document`: the invoice as an HTML page or a PDF for people. */
function getDocumentHandler({ invoiceDocuments }: SalesRoutesDeps): Handler<typeof getInvoiceDocument> {
  return async ({ params, mediaType }, { scope }) => {
    const format = mediaType === invoiceFormats.pdf ? 'pdf' : 'html';
    const body = await invoiceDocuments.find(scope, params.invoiceId, format);
    if (!body) throw new RefusedError(notFound('invoice'));
    return { status: 200, body };
  };
}

/** `POST …/invoices/{invoiceId}/links`: 201 with a link that opens the invoice without a token. */
function createLinkHandler(
  deps: SalesRoutesDeps,
  secrets: Pick<SecretBox, 'sign'>,
): Handler<typeof createInvoiceLink> {
  return async ({ params: { invoiceId }, body }, { scope }) => {
    await findInvoice(deps, scope, invoiceId);
    const { format, expires_in: lifetime } = body;
    const expiresAtMs = Date.now() + (lifetime ?? linkLifetime.usual) * 1_000;
    const token = tokenOfLink(secrets, { scope, invoiceId, format: format ?? 'html', expiresAtMs });
    const url = `${deps.publicUrl ?? ''}${openInvoiceLink.path}?token=${token}`;
    return { status: 201, body: { url, expires_at: new Date(expiresAtMs).toISOString() } };
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
