import type { z } from 'zod';

import { idempotencyKeyParameter, pathParameter, requestIdParameter } from './open-api-parameters.js';
import { errorResponses, jsonResponse, replayedHeader, retryAfterHeader } from './open-api-responses.js';
import { queryParameters, schemaReference, type OpenApiObject } from './open-api-schemas.js';
import { listInvoicesParameters, listPaymentsParameters } from '../invoices/invoice-bodies.js';
import { listSalesOrdersParameters } from '../orders/sales/list-sales-orders-query.js';
import { salesExamples, type SalesSchemaName } from './open-api-sales-examples.js';
import { listProductsParameters } from '../catalogue/product-bodies.js';
import { typeIdPattern } from '../kit/type-id.js';
import { IdPrefix, productPattern } from '../kit/prefixed-ids.js';

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly answers: SalesSchemaName;
}
interface ReadOperation extends Operation {
  readonly query?: z.ZodObject;
  /** Whether it is about one thing, which may not be there. */
  readonly isOne?: boolean;
}
interface ChangeOperation extends Operation {
  readonly takes?: SalesSchemaName;
  /** 201 for what makes something. */
  readonly status?: 200 | 201;
  /** What a 200 means where what is asked for is usually made. */
  readonly isThere?: string;
  /** What is answered while it is not done. */
  readonly accepts: 'AcceptedSalesOrder' | 'AcceptedCommand';
  /** Whether it is about an order, which may not be recorded yet. */
  readonly isOfOrder?: boolean;
}

const examples = salesExamples();

function answer(description: string, schema: SalesSchemaName, headers: OpenApiObject = {}): OpenApiObject {
  return jsonResponse({ description, schema, example: examples[schema], headers });
}

function common({ operationId, summary, description }: Operation): OpenApiObject {
  const tags = ['Sales'];
  return { operationId, tags, summary, ...(description === undefined ? {} : { description }) };
}

function read({ query, isOne = false, ...operation }: ReadOperation): OpenApiObject {
  const isOrder = operation.answers === 'SalesOrder';
  return {
    ...common(operation),
    ...(query ? { parameters: queryParameters(query) } : {}),
    responses: {
      '200': answer(operation.summary, operation.answers),
      ...(isOrder
        ? {
            '202': answer(
              'It is accepted and not recorded yet. Ask again shortly.',
              'AcceptedSalesOrder',
              retryAfterHeader,
            ),
          }
        : {}),
      ...errorResponses(400, 401, 403, ...(isOne ? ([404] as const) : []), 429, 500),
    },
  };
}

function change({
  takes,
  status = 200,
  isThere,
  accepts,
  isOfOrder = false,
  ...operation
}: ChangeOperation): OpenApiObject {
  return {
    ...common(operation),
    parameters: [idempotencyKeyParameter],
    ...(takes === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schemaReference(takes), example: examples[takes] } },
          },
        }),
    responses: {
      ...(isThere === undefined ? {} : { '200': answer(isThere, operation.answers, replayedHeader) }),
      [status]: answer(
        'It is done. `Idempotent-Replayed` says that it had been done before.',
        operation.answers,
        replayedHeader,
      ),
      '202': answer('It is accepted, and goes on by itself.', accepts),
      ...errorResponses(400, 401, 403, 404, 413, 422, 429, 500, ...(isOfOrder ? ([503] as const) : [])),
    },
  };
}

const document: OpenApiObject = {
  operationId: 'getInvoiceDocument',
  tags: ['Sales'],
  summary: 'Read an invoice as a page',
  responses: {
    '200': {
      description: 'A page that loads nothing, to be read and printed.',
      content: { 'text/html': { schema: { type: 'string' } } },
    },
    ...errorResponses(401, 403, 404, 429, 500),
  },
};

const idParameter = (name: string, description: string, pattern: RegExp) => [
  requestIdParameter,
  pathParameter(name, description, pattern),
];
const orderId = idParameter('orderId', 'The order’s id: `so_…`.', typeIdPattern(IdPrefix.Order));
const productId = idParameter('productId', 'The product’s id: `prod_…`.', productPattern);
const invoiceId = idParameter('invoiceId', 'The invoice’s id: `inv_…`.', typeIdPattern(IdPrefix.Invoice));

/** The paths of the Sales API. Tenant and organisation are the token's. */
export const salesPaths: Readonly<Record<string, OpenApiObject>> = {
  '/api/v1/sales/orders': {
    parameters: [requestIdParameter],
    get: read({
      operationId: 'listSalesOrders',
      summary: 'List orders',
      description: 'Of whichever API they came through. `status[]` is understood as `status`.',
      query: listSalesOrdersParameters,
      answers: 'SalesOrderList',
    }),
    post: change({
      operationId: 'createSalesOrder',
      summary: 'Create a draft',
      description: 'Prices are locked. Nothing is reserved and nothing is charged.',
      ...{ takes: 'CreateSalesOrder', status: 201, answers: 'SalesOrder', accepts: 'AcceptedSalesOrder' },
    }),
  },
  '/api/v1/sales/orders/{orderId}': {
    parameters: orderId,
    get: read({ operationId: 'getSalesOrder', summary: 'Get an order', answers: 'SalesOrder', isOne: true }),
    patch: change({
      operationId: 'editSalesOrder',
      summary: 'Change a draft',
      ...{ takes: 'EditSalesOrder', answers: 'SalesOrder', accepts: 'AcceptedSalesOrder', isOfOrder: true },
    }),
  },
  '/api/v1/sales/orders/{orderId}/status': {
    parameters: orderId,
    patch: change({
      operationId: 'changeSalesOrderStatus',
      summary: 'Take an order to its next status',
      description:
        '`confirmed` reserves the stock of all lines and makes the invoice, or is a 422 that names the lines that lack stock, and the order stays a draft. `shipped` needs `tracking_number` and `carrier`. `cancelled` is possible from draft and confirmed, and gives the stock back. A step that is forbidden is a 422 that names those that are allowed.',
      ...{ takes: 'ChangeSalesOrderStatus', answers: 'SalesOrder', accepts: 'AcceptedSalesOrder' },
      isOfOrder: true,
    }),
  },
  '/api/v1/sales/products': {
    parameters: [requestIdParameter],
    get: read({
      operationId: 'listProducts',
      summary: 'List products with their stock',
      query: listProductsParameters,
      answers: 'ProductList',
    }),
    post: change({
      operationId: 'createProduct',
      summary: 'Create a product with its variants and their stock',
      ...{ takes: 'CreateProduct', status: 201, answers: 'Product', accepts: 'AcceptedCommand' },
    }),
  },
  '/api/v1/sales/products/{productId}': {
    parameters: productId,
    get: read({
      ...{ operationId: 'getProduct', summary: 'Get a product', answers: 'Product', isOne: true },
    }),
    patch: change({
      operationId: 'updateProduct',
      summary: 'Change a product and its variants',
      ...{ takes: 'UpdateProduct', answers: 'Product', accepts: 'AcceptedCommand' },
    }),
  },
  '/api/v1/sales/products/{productId}/stock': {
    parameters: productId,
    post: change({
      operationId: 'adjustStock',
      summary: 'Put units of a variant into stock, or take some out',
      description:
        'An entry of the stock ledger with its reason. More than is there and not reserved cannot go.',
      ...{ takes: 'AdjustStock', status: 201, answers: 'Product', accepts: 'AcceptedCommand' },
    }),
  },
  '/api/v1/sales/invoices': {
    parameters: [requestIdParameter],
    get: read({
      operationId: 'listInvoices',
      summary: 'List invoices',
      query: listInvoicesParameters,
      answers: 'InvoiceList',
    }),
  },
  '/api/v1/sales/invoices/{invoiceId}': {
    parameters: invoiceId,
    get: read({ operationId: 'getInvoice', summary: 'Get an invoice', answers: 'Invoice', isOne: true }),
  },
  '/api/v1/sales/invoices/{invoiceId}/document': { parameters: invoiceId, get: document },
  '/api/v1/sales/invoices/{invoiceId}/issue': {
    parameters: invoiceId,
    post: change({
      operationId: 'issueInvoice',
      summary: 'Issue a draft of an invoice',
      description: 'A payment issues it too, and so does the end of its order.',
      ...{ answers: 'Invoice', accepts: 'AcceptedCommand' },
    }),
  },
  '/api/v1/sales/invoices/{invoiceId}/void': {
    parameters: invoiceId,
    post: change({
      operationId: 'voidInvoice',
      summary: 'Void an invoice that nothing was paid of',
      description: 'One that was issued is taken back by a credit note over all of it.',
      ...{ answers: 'Invoice', accepts: 'AcceptedCommand' },
    }),
  },
  '/api/v1/sales/payments': {
    parameters: [requestIdParameter],
    get: read({
      operationId: 'listSalesPayments',
      summary: 'List payments of invoices',
      query: listPaymentsParameters,
      answers: 'SalesPaymentList',
    }),
    post: change({
      operationId: 'recordPayment',
      summary: 'Record a payment of an invoice',
      description:
        'In part or exactly; more than is due is a 422. The same `reference` twice is one payment: the second answer is a 200.',
      isThere: 'The payment was recorded before under this `reference`; this is it.',
      ...{ takes: 'RecordPayment', status: 201, answers: 'SalesPayment', accepts: 'AcceptedCommand' },
    }),
  },
};
