import { Api } from '../../kit/api.js';
import { defineOperation } from '../../kit/define-operation.js';
import { Permission } from '../../kit/permission.js';
import { createCommerceOrderBody, createCommerceOrderExample } from './commerce-order-body.js';
import { commerceOrderExamples } from './commerce-order-examples.js';
import { commerceOrderPathId } from './commerce-order-id.js';
import {
  acceptedCommerceOrderResource,
  commerceOrderListResource,
  commerceOrderResource,
} from './commerce-order-resource.js';
import { listCommerceOrdersParameters } from './list-commerce-orders-query.js';

export const listCommerceOrders = defineOperation({
  id: 'listCommerceOrders',
  api: Api.Commerce,
  method: 'GET',
  path: '/v1/orders',
  permission: Permission.OrdersRead,
  tag: 'Commerce',
  summary: 'List orders',
  query: listCommerceOrdersParameters,
  answers: {
    200: {
      description: 'A page of orders.',
      schema: commerceOrderListResource,
      example: commerceOrderExamples.CommerceOrderList,
    },
  },
  idempotency: 'none',
});

export const createCommerceOrder = defineOperation({
  id: 'createCommerceOrder',
  api: Api.Commerce,
  method: 'POST',
  path: '/v1/orders',
  permission: Permission.OrdersWrite,
  tag: 'Commerce',
  summary: 'Create an order',
  description: 'Reserves the stock of all items, wherever there is some, and answers when that is decided.',
  body: { schema: createCommerceOrderBody, example: createCommerceOrderExample, maxMegabytes: 10 },
  answers: {
    200: {
      description: 'The same request was made before under this key; this is its order.',
      schema: commerceOrderResource,
      example: commerceOrderExamples.CommerceOrder,
      headers: ['Location', 'Idempotent-Replayed'],
    },
    201: {
      description: 'The stock is reserved.',
      schema: commerceOrderResource,
      example: commerceOrderExamples.CommerceOrder,
      headers: ['Location', 'Idempotent-Replayed'],
    },
    202: {
      description: 'The order is accepted and goes on by itself. Ask for it shortly.',
      schema: acceptedCommerceOrderResource,
      example: commerceOrderExamples.AcceptedCommerceOrder,
    },
  },
  refusals: {
    422: {
      description:
        'Something is decided against the order: OUT_OF_STOCK, UNKNOWN_SKU, AMBIGUOUS_SKU, EXTERNAL_ID_IN_USE, IDEMPOTENCY_CONFLICT, PAYMENT_DECLINED or another reason of a cancellation.',
      example: {
        error:
          'One or more SKUs in the request are no longer available in the required quantity: WOOL-SWTR-M-BLU',
        code: 'OUT_OF_STOCK',
        skus: ['WOOL-SWTR-M-BLU'],
      },
    },
  },
  idempotency: 'header',
});

export const getCommerceOrder = defineOperation({
  id: 'getCommerceOrder',
  api: Api.Commerce,
  method: 'GET',
  path: '/v1/orders/{orderID}',
  permission: Permission.OrdersRead,
  tag: 'Commerce',
  summary: 'Get an order',
  params: { orderID: commerceOrderPathId },
  answers: {
    200: {
      description: 'The order.',
      schema: commerceOrderResource,
      example: commerceOrderExamples.CommerceOrder,
    },
    202: {
      description: 'The order is accepted and not recorded yet. Ask again shortly.',
      schema: acceptedCommerceOrderResource,
      example: commerceOrderExamples.AcceptedCommerceOrder,
      headers: ['Retry-After'],
    },
  },
  idempotency: 'none',
});
