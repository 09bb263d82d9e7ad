import { Api } from '../kit/api.js';
import { defineOperation } from '../kit/define-operation.js';
import { done } from '../kit/done.js';
import { orderUuid, partUuid } from '../kit/path-parameters.js';
import { Permission } from '../kit/permission.js';
import { acceptedChange, acceptedOrder } from './order-answers.js';
import {
  cancelFulfillmentBody,
  correctFulfillmentBody,
  createFulfillmentBody,
  returnFulfillmentBody,
} from './order-change-bodies.js';
import { orderExamples } from './order-examples.js';
import { fulfillmentListResource, fulfillmentResource } from './order-part-resources.js';

export const listFulfillments = defineOperation({
  id: 'listFulfillments',
  api: Api.Orders,
  method: 'GET',
  path: '/api/v1/oms/orders/{orderID}/fulfillments',
  permission: Permission.OrdersRead,
  tag: 'Orders',
  summary: 'List the parcels of an order',
  params: { orderID: orderUuid },
  answers: {
    200: {
      description: 'List the parcels of an order',
      schema: fulfillmentListResource,
      example: orderExamples.FulfillmentList,
    },
    202: acceptedOrder,
  },
  idempotency: 'none',
});

export const createFulfillment = defineOperation({
  id: 'createFulfillment',
  api: Api.Orders,
  method: 'POST',
  path: '/api/v1/oms/orders/{orderID}/fulfillments',
  permission: Permission.OrdersWrite,
  tag: 'Orders',
  summary: 'Ship an order, or a part of it',
  description:
    'The order is `processing` with its first parcel and `shipped` when all has left. Stock leaves what is on hand.',
  params: { orderID: orderUuid },
  body: {
    schema: createFulfillmentBody,
    example: { tracking_number: '1Z999AA10123456784', carrier: 'UPS' },
    isOptional: true,
  },
  answers: { 201: done(fulfillmentResource, orderExamples.Fulfillment), 202: acceptedChange },
  idempotency: 'header',
});

export const deliverFulfillment = defineOperation({
  id: 'deliverFulfillment',
  api: Api.Orders,
  method: 'POST',
  path: '/api/v1/oms/orders/{orderID}/fulfillments/{fulfillmentID}/deliver',
  permission: Permission.OrdersWrite,
  tag: 'Orders',
  summary: 'A parcel has arrived',
  description: 'The order is `delivered` when all of its parcels have arrived.',
  params: { orderID: orderUuid, fulfillmentID: partUuid },
  answers: { 200: done(fulfillmentResource, orderExamples.Fulfillment), 202: acceptedChange },
  idempotency: 'header',
});

export const correctFulfillment = defineOperation({
  id: 'correctFulfillment',
  api: Api.Orders,
  method: 'PATCH',
  path: '/api/v1/oms/orders/{orderID}/fulfillments/{fulfillmentID}',
  permission: Permission.OrdersWrite,
  tag: 'Orders',
  summary: 'Correct a parcel',
  description:
    'Tracking number and carrier, as long as the order is neither closed nor cancelled, also after the delivery. The history keeps both before and after.',
  params: { orderID: orderUuid, fulfillmentID: partUuid },
  body: { schema: correctFulfillmentBody, example: { tracking_number: '1Z999AA10123456785' } },
  answers: { 200: done(fulfillmentResource, orderExamples.Fulfillment), 202: acceptedChange },
  idempotency: 'header',
});

export const cancelFulfillment = defineOperation({
  id: 'cancelFulfillment',
  api: Api.Orders,
  method: 'POST',
  path: '/api/v1/oms/orders/{orderID}/fulfillments/{fulfillmentID}/cancel',
  permission: Permission.OrdersWrite,
  tag: 'Orders',
  summary: 'Take a parcel back before it arrives',
  description:
    'Its items are left to ship again: they are on hand and reserved for the order, which is `processing`. Ship them again, or cancel them. Money and invoices stay as they are.',
  params: { orderID: orderUuid, fulfillmentID: partUuid },
  body: { schema: cancelFulfillmentBody, example: { reason: 'booked by mistake' }, isOptional: true },
  answers: { 200: done(fulfillmentResource, orderExamples.Fulfillment), 202: acceptedChange },
  idempotency: 'header',
});

export const returnFulfillment = defineOperation({
  id: 'returnFulfillment',
  api: Api.Orders,
  method: 'POST',
  path: '/api/v1/oms/orders/{orderID}/fulfillments/{fulfillmentID}/return-to-sender',
  permission: Permission.OrdersWrite,
  tag: 'Orders',
  summary: 'A parcel came back undelivered, or was lost',
  description:
    'Items that can be sold again are left to ship again, and the order is `processing`: ship them again, or cancel them. Items that are damaged or missing never go back into stock, and can be refunded. Once nothing is left to ship and nothing under way, the order is `delivered` if anything has arrived, and `closed` otherwise. Money and invoices stay as they are.',
  params: { orderID: orderUuid, fulfillmentID: partUuid },
  body: {
    schema: returnFulfillmentBody,
    example: {
      items: [{ item_id: 'b2c3d4e5-f6a7-8901-bcde-f23456789012', quantity: 1, condition: 'damaged' }],
      reason: 'address unknown',
    },
    isOptional: true,
  },
  answers: { 200: done(fulfillmentResource, orderExamples.Fulfillment), 202: acceptedChange },
  idempotency: 'header',
});
