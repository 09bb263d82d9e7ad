import { Api } from '../kit/api.js';
import { defineOperation } from '../kit/define-operation.js';
import { done } from '../kit/done.js';
import { orderUuid } from '../kit/path-parameters.js';
import { Permission } from '../kit/permission.js';
import { createOrderBody } from './create-order-body.js';
import { editOrderBody } from './edit-order-body.js';
import { createOrderExample } from './create-order-example.js';
import { listOrdersParameters } from './list-orders-query.js';
import { acceptedChange, acceptedOrder, staleOrder } from './order-answers.js';
import { cancelOrderBody } from './order-change-bodies.js';
import { operationPathId, operationResource } from './operation-resource.js';
import { orderEventsResource } from './order-event-resource.js';
import { orderExamples } from './order-examples.js';
import { orderInvoiceListResource } from './order-invoice-resource.js';
import { acceptedChangeResource, changedOrderResource } from './order-part-resources.js';
import { orderProofResource } from './order-proof-resource.js';
import {
  acceptedPlacementResource,
  orderListResource,
  orderResource,
  placedOrderResource,
} from './order-resource.js';
import { orderStatusResource } from './order-status-resource.js';

export const listOrders = defineOperation({
  id: 'listOrders',
  api: Api.Orders,
  method: 'GET',
  path: '/api/v1/oms/orders',
  permission: Permission.OrdersRead,
  tag: 'Orders',
  summary: 'List orders',
  description:
    'The orders of your organization, newest first or as `sort` says. Follow `next_cursor` to read all of them.',
  query: listOrdersParameters,
  answers: {
    200: { description: 'A page of orders.', schema: orderListResource, example: orderExamples.OrderList },
  },
  idempotency: 'none',
});

export const createOrder = defineOperation({
  id: 'createOrder',
  api: Api.Orders,
  method: 'POST',
  path: '/api/v1/oms/orders',
  permission: Permission.OrdersWrite,
  tag: 'Orders',
  summary: 'Create an order',
  description:
    'Answers once the order is recorded; payment and stock follow by themselves. Poll the order to see what became of it. If the request times out, repeat it with the same `idempotency_key`: the same order is answered, and no second one is created. That key is required, so the `Idempotency-Key` header of the other operations says nothing here. An item reserves stock by its `variant_id` and `location_id`, or by its `sku` if a location stocks it.',
  body: { schema: createOrderBody, example: createOrderExample, maxMegabytes: 10 },
  answers: {
    200: {
      description: 'The same request was made before under this key; this is its order.',
      schema: placedOrderResource,
      example: orderExamples.PlacedOrder,
      headers: ['Location', 'Idempotent-Replayed'],
    },
    201: {
      description: 'The order is recorded.',
      schema: placedOrderResource,
      example: orderExamples.PlacedOrder,
      headers: ['Location'],
    },
    202: {
      description: 'The order is accepted, will be recorded by itself, and can be asked for by its id.',
      schema: acceptedPlacementResource,
      example: orderExamples.AcceptedPlacement,
      headers: ['Location', 'Idempotent-Replayed'],
    },
  },
  idempotency: 'body',
});

export const getOrder = defineOperation({
  id: 'getOrder',
  api: Api.Orders,
  method: 'GET',
  path: '/api/v1/oms/orders/{orderID}',
  permission: Permission.OrdersRead,
  tag: 'Orders',
  summary: 'Get an order',
  params: { orderID: orderUuid },
  answers: {
    200: { description: 'The order.', schema: orderResource, example: orderExamples.Order },
    202: acceptedOrder,
  },
  idempotency: 'none',
});

export const editOrder = defineOperation({
  id: 'editOrder',
  api: Api.Orders,
  method: 'PATCH',
  path: '/api/v1/oms/orders/{orderID}',
  permission: Permission.OrdersWrite,
  tag: 'Orders',
  summary: 'Change an order',
  description:
    'Note, tags and metadata can be changed at any time, also of an order that has ended. Addresses and shipping method can be corrected until the last item has shipped; what has shipped by then went to the address of its time, which the audit log keeps. The items and amounts of a draft are changed on the Sales API.',
  params: { orderID: orderUuid },
  body: {
    schema: editOrderBody,
    example: { note: 'ring twice', tags: ['vip'], shipping_address: { phone: '+1 512 555 0100' } },
  },
  answers: { 200: done(orderResource, orderExamples.Order), 202: acceptedChange },
  refusals: { 409: staleOrder },
  idempotency: 'header',
});

export const listOrderEvents = defineOperation({
  id: 'listOrderEvents',
  api: Api.Orders,
  method: 'GET',
  path: '/api/v1/oms/orders/{orderID}/events',
  permission: Permission.OrdersRead,
  tag: 'Orders',
  summary: 'Get the history of an order',
  params: { orderID: orderUuid },
  answers: {
    200: {
      description: 'What happened to the order, in order.',
      schema: orderEventsResource,
      example: orderExamples.OrderEvents,
    },
    202: acceptedOrder,
  },
  idempotency: 'none',
});

export const cancelOrder = defineOperation({
  id: 'cancelOrder',
  api: Api.Orders,
  method: 'POST',
  path: '/api/v1/oms/orders/{orderID}/cancel',
  permission: Permission.OrdersWrite,
  tag: 'Orders',
  summary: 'Cancel an order',
  description:
    'While it is pending or confirmed; later, `POST …/cancellations` cancels what has not shipped. What was reserved is released, what was authorised is voided, what was captured is refunded.',
  params: { orderID: orderUuid },
  body: { schema: cancelOrderBody, example: { reason: 'the customer changed their mind' }, isOptional: true },
  answers: { 200: done(changedOrderResource, orderExamples.ChangedOrder), 202: acceptedChange },
  idempotency: 'header',
});

export const closeOrder = defineOperation({
  id: 'closeOrder',
  api: Api.Orders,
  method: 'POST',
  path: '/api/v1/oms/orders/{orderID}/close',
  permission: Permission.OrdersWrite,
  tag: 'Orders',
  summary: 'Close a delivered order',
  description:
    'An order is also closed by itself when the return window has passed. It is not closed while a return is requested or approved, and nothing about it changes afterwards.',
  params: { orderID: orderUuid },
  answers: { 200: done(changedOrderResource, orderExamples.ChangedOrder), 202: acceptedChange },
  idempotency: 'header',
});

export const getOperation = defineOperation({
  id: 'getOperation',
  // Its clients come from the Orders API and from the Sales API, and the latter name no tenant beside their token.
  api: Api.Sales,
  method: 'GET',
  path: '/api/v1/operations/{operationID}',
  permission: Permission.OrdersRead,
  tag: 'Operations',
  summary: 'What became of a change that was answered 202?',
  description:
    'Every change of an order that is answered 202, on the Orders API and on the Sales API, has this address as its `Location`. It is kept as long as the change’s idempotency key. Ask again after `Retry-After` seconds while it is `pending`. `INTERRUPTED` says that the order’s workflow was ended by hand before it made the change.',
  params: { operationID: operationPathId },
  answers: {
    200: {
      description: 'What became of the change.',
      schema: operationResource,
      example: orderExamples.Operation,
      headers: ['Retry-After'],
    },
  },
  refusals: { 503: true },
  idempotency: 'none',
});

export const getOrderStatus = defineOperation({
  id: 'getOrderStatus',
  api: Api.Orders,
  method: 'GET',
  path: '/api/v1/oms/orders/{orderID}/status',
  permission: Permission.OrdersRead,
  tag: 'Orders',
  summary: 'Why is it waiting?',
  description:
    'What is being done, since when it waits, for which fault, which attempt that was, when the next one is, and what would let it go on.',
  params: { orderID: orderUuid },
  answers: {
    200: {
      description: 'Why is it waiting?',
      schema: orderStatusResource,
      example: orderExamples.OrderStatus,
    },
    202: acceptedOrder,
  },
  idempotency: 'none',
});

export const listOrderInvoices = defineOperation({
  id: 'listOrderInvoices',
  api: Api.Orders,
  method: 'GET',
  path: '/api/v1/oms/orders/{orderID}/invoices',
  permission: Permission.InvoicesRead,
  tag: 'Orders',
  summary: 'Get the invoice of an order, with its credit notes',
  description:
    'Made when the order is confirmed. A refund is credited, as are cancelled items of an order that pays by invoice; cancelling the order credits all that is left of an invoice that was issued.',
  params: { orderID: orderUuid },
  answers: {
    200: {
      description: 'Get the invoice of an order, with its credit notes',
      schema: orderInvoiceListResource,
      example: orderExamples.OrderInvoiceList,
    },
    202: acceptedOrder,
  },
  idempotency: 'none',
});

export const getOrderProof = defineOperation({
  id: 'getOrderProof',
  api: Api.Orders,
  method: 'GET',
  path: '/api/v1/oms/orders/{orderID}/proof',
  permission: Permission.OrdersRead,
  tag: 'Orders',
  summary: 'Prove that an order’s records balance',
  description:
    'Money in and out, stock reserved, shipped and put back, taken from the ledgers and compared with the order’s invoice, payments, credit notes, other documents, status and history.',
  params: { orderID: orderUuid },
  answers: {
    200: {
      description: 'Prove that an order’s records balance',
      schema: orderProofResource,
      example: orderExamples.OrderProof,
    },
    202: acceptedOrder,
  },
  idempotency: 'none',
});

export const resyncOrder = defineOperation({
  id: 'resyncOrder',
  api: Api.Orders,
  method: 'POST',
  path: '/api/v1/oms/orders/{orderID}/erp/resync',
  permission: Permission.OrdersWrite,
  tag: 'ERP',
  summary: 'Bring an order to the ERP now',
  description:
    'Whatever became of earlier attempts, also when the order has ended or is older than the connection. Who asked is kept in the audit log.',
  params: { orderID: orderUuid },
  answers: {
    202: {
      description: 'It is asked for, and goes on by itself.',
      schema: acceptedChangeResource,
      example: orderExamples.AcceptedChange,
      headers: ['Idempotent-Replayed'],
    },
  },
  refusals: { 503: true },
  idempotency: 'header',
});
