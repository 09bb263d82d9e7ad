import { z } from 'zod';

/** The formats of an invoice for people: a page, and a file. */
export const invoiceFormat = z.enum(['html', 'pdf']);
export type InvoiceFormat = z.output<typeof invoiceFormat>;

/** The media type of each format. */
export const invoiceFormats = {
  html: 'text/html',
  pdf: 'application/pdf',
} as const satisfies Record<InvoiceFormat, string>;

/** The answer with an invoice in one of its formats. */
export const invoiceDocumentAnswer = {
  description: 'A page that loads nothing, or a file for A4.',
  media: {
    [invoiceFormats.html]: { schema: { type: 'string' } },
    [invoiceFormats.pdf]: { schema: { type: 'string', contentMediaType: 'application/pdf' } },
  },
} as const;
