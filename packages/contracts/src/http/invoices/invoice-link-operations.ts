import { z } from 'zod';

import { timestamp } from './invoice-fields.js';
import { invoiceDocumentAnswer, invoiceFormat } from './invoice-formats.js';
import { invoicePathId } from './invoice-path.js';
import { Api } from '../kit/api.js';
import { defineOperation } from '../kit/define-operation.js';
import { namedBodies, namedResources } from '../kit/named-schemas.js';
import { Permission } from '../kit/permission.js';
import { text } from '../kit/text-schema.js';

/** Seconds for which a link to an invoice works. */
export const linkLifetime = { min: 60, max: 24 * 60 * 60, usual: 15 * 60 } as const;

const createLinkBody = z
  .strictObject({
    format: invoiceFormat.nullish().meta({ description: 'By default `html`, the page.' }),
    expires_in: z
      .int()
      .min(linkLifetime.min)
      .max(linkLifetime.max)
      .nullish()
      .meta({ description: `Seconds for which the link works. By default ${linkLifetime.usual}.` }),
  })
  .register(namedBodies, { id: 'CreateInvoiceLink' });

const linkResource = z
  .strictObject({
    url: z.string().meta({
      format: 'uri-reference',
      description:
        'Absolute where the deployment knows its public address, otherwise from the root of this host.',
    }),
    expires_at: timestamp,
  })
  .register(namedResources, { id: 'InvoiceLink' });

export const createInvoiceLink = defineOperation({
  id: 'createInvoiceLink',
  api: Api.Sales,
  method: 'POST',
  path: '/api/v1/sales/invoices/{invoiceId}/links',
  permission: Permission.InvoicesRead,
  tag: 'Sales',
  summary: 'Make a short-lived link to an invoice',
  description:
    'The link opens the invoice without a token until it expires, to anybody who has it. A link cannot be taken back. Nothing is stored: each request makes another link.',
  params: { invoiceId: invoicePathId },
  body: { schema: createLinkBody, isOptional: true, example: { format: 'pdf', expires_in: 900 } },
  answers: {
    201: {
      description: 'The link.',
      schema: linkResource,
      example: {
        url: 'https://orders.example.com/links/invoice?token=WyIwZjZmNmM0ZS04ZTBmIl0.mB3zU9v1',
        expires_at: '2026-12-01T10:15:00.000Z',
      },
    },
  },
  idempotency: 'none',
});

export const openInvoiceLink = defineOperation({
  id: 'openInvoiceLink',
  api: Api.Links,
  method: 'GET',
  // The token is in the query, because paths are logged.
  path: '/links/invoice',
  tag: 'Links',
  summary: 'Read an invoice by a link',
  description: 'In the format of the link. An expired, an altered and an unknown link get the same answer.',
  query: z.strictObject({
    token: text({ minLength: 1, maxLength: 1_000 }).meta({ description: 'As the link has it.' }),
  }),
  answers: { 200: invoiceDocumentAnswer },
  refusals: {
    404: {
      description: 'The link has expired, or it is none.',
      example: { error: 'this link has expired or is not valid', code: 'NOT_FOUND' },
    },
    503: true,
  },
  idempotency: 'none',
});
