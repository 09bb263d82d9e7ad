import { listInvoicesParameters, listPaymentsParameters, recordPaymentBody } from './invoice-bodies.js';
import { invoiceExamples } from './invoice-examples.js';
import { invoiceDocumentAnswer } from './invoice-formats.js';
import { invoicePathId } from './invoice-path.js';
import {
  invoiceListResource,
  invoiceResource,
  salesPaymentListResource,
  salesPaymentResource,
} from './invoice-resource.js';
import { acceptedCommand } from '../kit/accepted-command.js';
import { Api } from '../kit/api.js';
import { defineOperation } from '../kit/define-operation.js';
import { done } from '../kit/done.js';
import { Permission } from '../kit/permission.js';

export const listInvoices = defineOperation({
  id: 'listInvoices',
  api: Api.Sales,
  method: 'GET',
  path: '/api/v1/sales/invoices',
  permission: Permission.InvoicesRead,
  tag: 'Sales',
  summary: 'List invoices',
  query: listInvoicesParameters,
  answers: {
    200: { description: 'List invoices', schema: invoiceListResource, example: invoiceExamples.InvoiceList },
  },
  idempotency: 'none',
});

export const getInvoice = defineOperation({
  id: 'getInvoice',
  api: Api.Sales,
  method: 'GET',
  path: '/api/v1/sales/invoices/{invoiceId}',
  permission: Permission.InvoicesRead,
  tag: 'Sales',
  summary: 'Get an invoice',
  params: { invoiceId: invoicePathId },
  answers: {
    200: { description: 'Get an invoice', schema: invoiceResource, example: invoiceExamples.Invoice },
  },
  idempotency: 'none',
});

export const getInvoiceDocument = defineOperation({
  id: 'getInvoiceDocument',
  api: Api.Sales,
  method: 'GET',
  path: '/api/v1/sales/invoices/{invoiceId}/document',
  permission: Permission.InvoicesRead,
  tag: 'Sales',
  summary: 'Read an invoice as a page or a PDF',
  description:
    'The `Accept` header chooses. Both say the same; the PDF prints � for each character that its font lacks. PDFs are made one at a time: when too many are asked for at once, the answer is a 503.',
  params: { invoiceId: invoicePathId },
  answers: { 200: invoiceDocumentAnswer },
  refusals: { 503: true },
  idempotency: 'none',
});

export const issueInvoice = defineOperation({
  id: 'issueInvoice',
  api: Api.Sales,
  method: 'POST',
  path: '/api/v1/sales/invoices/{invoiceId}/issue',
  permission: Permission.InvoicesWrite,
  tag: 'Sales',
  summary: 'Issue a draft of an invoice',
  description: 'A payment issues it too, and so does the end of its order.',
  params: { invoiceId: invoicePathId },
  answers: { 200: done(invoiceResource, invoiceExamples.Invoice), 202: acceptedCommand },
  refusals: { 503: true },
  idempotency: 'header',
});

export const voidInvoice = defineOperation({
  id: 'voidInvoice',
  api: Api.Sales,
  method: 'POST',
  path: '/api/v1/sales/invoices/{invoiceId}/void',
  permission: Permission.InvoicesWrite,
  tag: 'Sales',
  summary: 'Void an invoice that nothing was paid of',
  description:
    'One that was issued is taken back by a credit note over all of it. Once units have shipped, the invoice stays until all of them are back.',
  params: { invoiceId: invoicePathId },
  answers: { 200: done(invoiceResource, invoiceExamples.Invoice), 202: acceptedCommand },
  refusals: { 503: true },
  idempotency: 'header',
});

export const listSalesPayments = defineOperation({
  id: 'listSalesPayments',
  api: Api.Sales,
  method: 'GET',
  path: '/api/v1/sales/payments',
  permission: Permission.InvoicesRead,
  tag: 'Sales',
  summary: 'List payments of invoices',
  query: listPaymentsParameters,
  answers: {
    200: {
      description: 'List payments of invoices',
      schema: salesPaymentListResource,
      example: invoiceExamples.SalesPaymentList,
    },
  },
  idempotency: 'none',
});

export const recordPayment = defineOperation({
  id: 'recordPayment',
  api: Api.Sales,
  method: 'POST',
  path: '/api/v1/sales/payments',
  permission: Permission.InvoicesWrite,
  tag: 'Sales',
  summary: 'Record a payment of an invoice',
  description:
    'In part or exactly; more than is due is a 422. The same `reference` twice is one payment: the second answer is a 200.',
  body: { schema: recordPaymentBody, example: invoiceExamples.RecordPayment },
  answers: {
    200: {
      description: 'The payment was recorded before under this `reference`; this is it.',
      schema: salesPaymentResource,
      example: invoiceExamples.SalesPayment,
      headers: ['Idempotent-Replayed'],
    },
    201: {
      description: 'It is done. `Idempotent-Replayed` says that it had been done before.',
      schema: salesPaymentResource,
      example: invoiceExamples.SalesPayment,
      headers: ['Idempotent-Replayed'],
    },
    202: acceptedCommand,
  },
  refusals: { 404: true, 503: true },
  idempotency: 'header',
});
