import {
  invoiceDocument,
  invoiceStyles,
  renderInvoicePage,
  type InvoiceDocument,
  type InvoiceFormat,
} from '@oms/contracts/http';
import type { InvoiceReader } from '@oms/database';
import type { TenantScope } from '@oms/domain';

import { HtmlDocument, PdfFile } from '../../http/http-response.js';
import { oneAtATime } from './pdf/one-at-a-time.js';

/** An invoice with the most lines and the longest texts takes two seconds, so the last one waits 20 seconds at most. */
const maxWaitingPdfs = 10;

/** Makes the documents of invoices. */
export interface InvoiceDocuments {
  /**
   * The document of an invoice; `undefined` where there is no such invoice.
   *
   * @throws HttpRefusal 503 while too many PDFs are being made
   */
  find(
    scope: TenantScope,
    invoiceId: string,
    format: InvoiceFormat,
  ): Promise<HtmlDocument | PdfFile | undefined>;
}

/** All routes share one maker, so that all PDFs wait in one queue. */
export function createInvoiceDocuments(invoices: Pick<InvoiceReader, 'findDocument'>): InvoiceDocuments {
  const makePdf = oneAtATime(renderPdf, { maxWaiting: maxWaitingPdfs });
  return {
    async find(scope, invoiceId, format) {
      const found = await invoices.findDocument(scope, invoiceId);
      if (!found) return undefined;
      const document = invoiceDocument(found);
      if (format === 'html') return new HtmlDocument(renderInvoicePage(document), invoiceStyles);
      return new PdfFile(await makePdf(document), `${document.number}.pdf`);
    },
  };
}

/** Loads the library with the first PDF, so that the gateway starts without it. */
async function renderPdf(document: InvoiceDocument): Promise<Buffer> {
  const { renderInvoicePdf } = await import('./pdf/render-invoice-pdf.js');
  return renderInvoicePdf(document);
}
