import {
  getInvoice,
  getInvoiceDocument,
  hashOf,
  issueInvoice,
  listInvoices,
  renderInvoice,
  renderInvoiceDocument,
  toListInvoices,
  voidInvoice,
} from '@oms/contracts/http';
import { notFound, RefusedError, type TenantScope } from '@oms/domain';

import { refuseAbsent } from '../../commands/refuse-absent.js';
import { HtmlDocument } from '../../http/http-response.js';
import { serve, type ApiRoute, type Handler } from '../../http/serve-operation.js';
import type { SalesRoutesDeps } from '../sales/sales-deps.js';
import { askForInvoiceCommand } from './ask-for-invoice-command.js';

/** Invoices, and what can be done with them by hand. They are made by themselves when an order is confirmed. */
export function invoiceRoutes(deps: SalesRoutesDeps): readonly ApiRoute[] {
  return [
    serve(listInvoices, listInvoicesHandler(deps)),
    serve(getInvoice, async ({ params }, { scope }) => ({
      status: 200,
      body: await findInvoice(deps, scope, params.invoiceId),
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
    const { limit, offset } = query;
    return { status: 200, body: { invoices: invoices.map(renderInvoice), limit, offset, has_more: hasMore } };
  };
}

/** `GET …/invoices/{invoiceId}/document`: the invoice as a page for people. */
function getDocumentHandler({ invoices }: SalesRoutesDeps): Handler<typeof getInvoiceDocument> {
  return async ({ params }, { scope }) => {
    const document = await invoices.findDocument(scope, params.invoiceId);
    if (!document) throw invoiceNotFound();
    return { status: 200, body: new HtmlDocument(renderInvoiceDocument(document)) };
  };
}

/** `POST …/invoices/{invoiceId}/issue` and `/void`: 200 with the invoice; 422 where its status forbids it. */
function moveInvoiceHandler(
  kind: 'issue_invoice' | 'void_invoice',
  deps: SalesRoutesDeps,
): Handler<typeof issueInvoice | typeof voidInvoice> {
  return async (input, principal) => {
    const { invoiceId } = input.params;
    await refuseAbsent(() => deps.invoices.findInvoice(principal.scope, invoiceId), 'invoice');
    return askForInvoiceCommand(
      deps.invoiceCommands,
      input,
      principal,
      { kind, requestHash: hashOf({ invoiceId }), request: { invoiceId } },
      async () => ({ status: 200, body: await findInvoice(deps, principal.scope, invoiceId) }),
    );
  };
}

async function findInvoice({ invoices }: SalesRoutesDeps, scope: TenantScope, invoiceId: string) {
  const invoice = await invoices.findInvoice(scope, invoiceId);
  if (!invoice) throw invoiceNotFound();
  return renderInvoice(invoice);
}

const invoiceNotFound = (): RefusedError => new RefusedError(notFound('invoice'));
