import { openInvoiceLink, parseQuery } from '@oms/contracts/http';
import { RefusalCode, refused } from '@oms/domain';
import type { SecretBox } from '@oms/outbound';
import { Router, type RequestHandler } from 'express';

import { onlyMethods } from '../../http/only-methods.js';
import { render } from '../../http/render.js';
import type { InvoiceDocuments } from './invoice-documents.js';
import { linkOfToken } from './invoice-links.js';

export interface LinkRoutesDeps {
  readonly invoiceDocuments: InvoiceDocuments;
  /** Signs links to invoices. Without it, there are no links. */
  readonly linkSecrets?: Pick<SecretBox, 'sign' | 'isSigned'>;
}

/** `GET /links/invoice`: opens the document of an invoice by a link that is signed and not expired. */
export function linkRoutes({ invoiceDocuments, linkSecrets }: LinkRoutesDeps): RequestHandler {
  const router = Router({ caseSensitive: true, strict: true });
  if (!linkSecrets) return router;
  router.get(openInvoiceLink.path, async (request, response) => {
    const { token } = parseQuery(openInvoiceLink, request.query);
    const link = linkOfToken(linkSecrets, token, Date.now());
    const body = link && (await invoiceDocuments.find(link.scope, link.invoiceId, link.format));
    // One answer for all: it does not tell which invoices exist.
    if (!body) throw refused(RefusalCode.NotFound, 'this link has expired or is not valid');
    const headers = { 'Cache-Control': 'private, no-store', 'X-Robots-Tag': 'noindex, nofollow' };
    render(response, { status: 200, headers, body });
  });
  router.all(openInvoiceLink.path, onlyMethods(['GET']));
  return router;
}
