import { Api } from '../kit/api.js';
import { defineOperation } from '../kit/define-operation.js';
import { done } from '../kit/done.js';
import { orderUuid } from '../kit/path-parameters.js';
import { Permission } from '../kit/permission.js';
import { acceptedChange, acceptedOrder } from './order-answers.js';
import { createCancellationBody } from './order-change-bodies.js';
import { orderExamples } from './order-examples.js';
import { cancellationListResource, cancellationResource } from './order-part-resources.js';

export const listCancellations = defineOperation({
  id: 'listCancellations',
  api: Api.Orders,
  method: 'GET',
  path: '/api/v1/oms/orders/{orderID}/cancellations',
  permission: Permission.OrdersRead,
  tag: 'Orders',
  summary: 'List the cancelled items of an order',
  params: { orderID: orderUuid },
  answers: {
    200: {
      description: 'List the cancelled items of an order',
      schema: cancellationListResource,
      example: orderExamples.CancellationList,
    },
    202: acceptedOrder,
  },
  idempotency: 'none',
});

export const createCancellation = defineOperation({
  id: 'createCancellation',
  api: Api.Orders,
  method: 'POST',
  path: '/api/v1/oms/orders/{orderID}/cancellations',
  permission: Permission.RefundsWrite,
  tag: 'Orders',
  summary: 'Cancel items that have not shipped',
  description:
    'Their stock is free again, and their value is given back, or credited where the order pays by invoice. An order of which nothing is left to ship is `shipped`, or `delivered` where all of its parcels have arrived, or `closed` where they came back undelivered, or `cancelled` where nothing has shipped. Possible while the order is `confirmed` or `processing`.',
  params: { orderID: orderUuid },
  body: {
    schema: createCancellationBody,
    example: {
      items: [{ item_id: 'b2c3d4e5-f6a7-8901-bcde-f23456789012', quantity: 1 }],
      reason: 'not to be had any more',
    },
  },
  answers: { 201: done(cancellationResource, orderExamples.Cancellation), 202: acceptedChange },
  idempotency: 'header',
});
