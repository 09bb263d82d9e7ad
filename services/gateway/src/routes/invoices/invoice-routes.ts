import {
  hashOf,
  invoiceIdOfSales,
  parseListInvoices,
  parseNoBody,
  renderInvoice,
  renderInvoiceDocument,
} from '@oms/contracts/http';
import type { TenantScope } from '@oms/domain';

import { Permission } from '../../auth/permission.js';
import { askForCommand } from '../../commands/ask-for-command.js';
import { refuseAbsent } from '../../commands/refuse-absent.js';
import type { ApiRoute } from '../../http/api-routes.js';
import { HttpError } from '../../http/http-error.js';
import { HtmlDocument } from '../../http/http-response.js';
import type { SalesRoutesDeps } from '../sales/sales-deps.js';

/** Invoices, and what can be done with them by hand. They are made by themselves when an order is confirmed. */
export function invoiceRoutes(base: string, deps: SalesRoutesDeps): readonly ApiRoute[] {
  const path = `${base}/invoices`;
  const one = `${path}/:invoiceId`;
  const read = Permission.InvoicesRead;
  const write = Permission.InvoicesWrite;
  return [
    { method: 'GET', path, permission: read, handle: listInvoicesHandler(deps) },
    {
      method: 'GET',
      path: one,
      permission: read,
      handle: async ({ params }, { scope }) => ({
        status: 200,
        body: await findInvoice(deps, scope, invoiceIdOfSales(params['invoiceId'])),
      }),
    },
    { method: 'GET', path: `${one}/document`, permission: read, handle: getDocumentHandler(deps) },
    {
      method: 'POST',
      path: `${one}/issue`,
      permission: write,
      handle: moveInvoiceHandler('issue_invoice', deps),
    },
    {
      method: 'POST',
      path: `${one}/void`,
      permission: write,
      handle: moveInvoiceHandler('void_invoice', deps),
    },
  ];
}

function listInvoicesHandler({ invoices: reader }: SalesRoutesDeps): ApiRoute['handle'] {
  return async (request, { scope }) => {
    const query = parseListInvoices(request.query);
    const { invoices, hasMore } = await reader.listInvoices(scope, query);
    const { limit, offset } = query;
    return { status: 200, body: { invoices: invoices.map(renderInvoice), limit, offset, has_more: hasMore } };
  };
}

/** `GET …/invoices/{invoiceId}/document`: the invoice as a page for people. */
function getDocumentHandler({ invoices }: SalesRoutesDeps): ApiRoute['handle'] {
  return async ({ params }, { scope }) => {
    const document = await invoices.findDocument(scope, invoiceIdOfSales(params['invoiceId']));
    if (!document) throw invoiceNotFound();
    return { status: 200, body: new HtmlDocument(renderInvoiceDocument(document)) };
  };
}

/** `POST …/invoices/{invoiceId}/issue` and `/void`: 200 with the invoice; 422 where its status forbids it. */
function moveInvoiceHandler(
  kind: 'issue_invoice' | 'void_invoice',
  deps: SalesRoutesDeps,
): ApiRoute['handle'] {
  return async (request, principal) => {
    const invoiceId = invoiceIdOfSales(request.params['invoiceId']);
    parseNoBody(request.body);
    await refuseAbsent(() => deps.invoices.findInvoice(principal.scope, invoiceId), 'invoice');
    return askForCommand(
      deps.commands,
      request,
      principal,
      { kind, requestHash: hashOf({ invoiceId }), requestOf: () => ({ invoiceId }) },
      async () => ({ status: 200, body: await findInvoice(deps, principal.scope, invoiceId) }),
    );
  };
}

async function findInvoice({ invoices }: SalesRoutesDeps, scope: TenantScope, invoiceId: string) {
  const invoice = await invoices.findInvoice(scope, invoiceId);
  if (!invoice) throw invoiceNotFound();
  return renderInvoice(invoice);
}

const invoiceNotFound = (): HttpError => new HttpError(404, 'there is no such invoice');
