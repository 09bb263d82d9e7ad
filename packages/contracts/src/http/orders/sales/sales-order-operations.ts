import { acceptedWords } from '../../kit/accepted-command.js';
import { Api } from '../../kit/api.js';
import { defineOperation, type Answer } from '../../kit/define-operation.js';
import { done } from '../../kit/done.js';
import { Permission } from '../../kit/permission.js';
import { staleOrder } from '../order-answers.js';
import { listSalesOrdersParameters } from './list-sales-orders-query.js';
import { correctFulfillmentBody } from '../order-change-bodies.js';
import { createSalesOrderBody, editSalesOrderBody, salesOrderStatusBody } from './sales-order-bodies.js';
import { createSalesOrderExample, salesOrderExamples } from './sales-order-examples.js';
import { salesOrderPathId } from './sales-order-path.js';
import {
  acceptedSalesOrderResource,
  salesOrderListResource,
  salesOrderResource,
} from './sales-order-resource.js';

/** The answer to a change that the order has accepted and not yet completed. */
const acceptedChange = {
  description: acceptedWords,
  headers: ['Location'],
  schema: acceptedSalesOrderResource,
  example: salesOrderExamples.AcceptedSalesOrder,
} as const satisfies Answer;

export const listSalesOrders = defineOperation({
  id: 'listSalesOrders',
  api: Api.Sales,
  method: 'GET',
  path: '/api/v1/sales/orders',
  permission: Permission.OrdersRead,
  tag: 'Sales',
  summary: 'List orders',
  description: 'Orders of all three APIs.',
  query: listSalesOrdersParameters,
  answers: {
    200: {
      description: 'List orders',
      schema: salesOrderListResource,
      example: salesOrderExamples.SalesOrderList,
    },
  },
  idempotency: 'none',
});

export const createSalesOrder = defineOperation({
  id: 'createSalesOrder',
  api: Api.Sales,
  method: 'POST',
  path: '/api/v1/sales/orders',
  permission: Permission.OrdersWrite,
  tag: 'Sales',
  summary: 'Create a draft',
  description: 'Prices are locked. Nothing is reserved and nothing is charged.',
  body: { schema: createSalesOrderBody, example: createSalesOrderExample, maxMegabytes: 10 },
  answers: {
    201: done(salesOrderResource, salesOrderExamples.SalesOrder),
    202: {
      description: 'It is accepted, and is recorded by itself. `Location` is the address of the order.',
      headers: ['Location', 'Idempotent-Replayed'],
      schema: acceptedSalesOrderResource,
      example: salesOrderExamples.AcceptedSalesOrder,
    },
  },
  idempotency: 'header',
});

export const getSalesOrder = defineOperation({
  id: 'getSalesOrder',
  api: Api.Sales,
  method: 'GET',
  path: '/api/v1/sales/orders/{orderId}',
  permission: Permission.OrdersRead,
  tag: 'Sales',
  summary: 'Get an order',
  params: { orderId: salesOrderPathId },
  answers: {
    200: { description: 'Get an order', schema: salesOrderResource, example: salesOrderExamples.SalesOrder },
    202: {
      description: 'It is accepted and not recorded yet. Ask again shortly.',
      schema: acceptedSalesOrderResource,
      example: salesOrderExamples.AcceptedSalesOrder,
      headers: ['Retry-After'],
    },
  },
  idempotency: 'none',
});

export const editSalesOrder = defineOperation({
  id: 'editSalesOrder',
  api: Api.Sales,
  method: 'PATCH',
  path: '/api/v1/sales/orders/{orderId}',
  permission: Permission.OrdersWrite,
  tag: 'Sales',
  summary: 'Change an order',
  description:
    'Items, amounts and payment reference can be changed in a draft, addresses and shipping method until the last item has shipped, and note, tags and metadata at any time.',
  params: { orderId: salesOrderPathId },
  body: { schema: editSalesOrderBody, example: { shipping_amount: '10.00' }, maxMegabytes: 10 },
  answers: {
    200: done(salesOrderResource, salesOrderExamples.SalesOrder),
    202: acceptedChange,
  },
  refusals: { 409: staleOrder, 503: true },
  idempotency: 'header',
});

export const changeSalesOrderStatus = defineOperation({
  id: 'changeSalesOrderStatus',
  api: Api.Sales,
  method: 'PATCH',
  path: '/api/v1/sales/orders/{orderId}/status',
  permission: Permission.OrdersWrite,
  tag: 'Sales',
  summary: 'Take an order to its next status',
  description:
    '`confirmed` reserves the stock of all lines and makes the invoice, or is a 422 that names the lines that lack stock, and the order stays a draft. A payment that holds less than the total is a 422, too (`AUTHORIZATION_TOO_SMALL`), and the order stays a draft: change its `payment_reference` or its amounts. `shipped` needs `tracking_number` and `carrier`, unless nothing is left that has to be shipped: digital goods. `cancelled` is possible from draft and confirmed, and gives the stock back. A step that is forbidden is a 422 that names those that are allowed.',
  params: { orderId: salesOrderPathId },
  body: {
    schema: salesOrderStatusBody,
    example: { status: 'shipped', tracking_number: '1Z999AA10123456784', carrier: 'UPS' },
  },
  answers: {
    200: done(salesOrderResource, salesOrderExamples.SalesOrder),
    202: acceptedChange,
  },
  refusals: { 503: true },
  idempotency: 'header',
});

export const correctSalesShipment = defineOperation({
  id: 'correctSalesShipment',
  api: Api.Sales,
  method: 'PATCH',
  path: '/api/v1/sales/orders/{orderId}/shipment',
  permission: Permission.OrdersWrite,
  tag: 'Sales',
  summary: 'Correct the tracking number or the carrier',
  description:
    'Of the newest shipment, which the order shows, as long as the order is neither closed nor cancelled. A shipment of items that have to be shipped keeps both.',
  params: { orderId: salesOrderPathId },
  body: { schema: correctFulfillmentBody, example: { tracking_number: '1Z999AA10123456785' } },
  answers: {
    200: done(salesOrderResource, salesOrderExamples.SalesOrder),
    202: acceptedChange,
  },
  refusals: { 503: true },
  idempotency: 'header',
});
