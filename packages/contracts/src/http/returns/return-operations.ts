import { Api } from '../kit/api.js';
import { defineOperation } from '../kit/define-operation.js';
import { done } from '../kit/done.js';
import { orderUuid, partUuid } from '../kit/path-parameters.js';
import { Permission } from '../kit/permission.js';
import { acceptedChange, acceptedOrder } from '../orders/order-answers.js';
import {
  cancelReturnBody,
  createRefundBody,
  createReturnBody,
  decideReturnBody,
  receiveReturnBody,
} from '../orders/order-change-bodies.js';
import { orderExamples } from '../orders/order-examples.js';
import {
  refundListResource,
  refundResource,
  returnListResource,
  returnResource,
} from '../orders/order-part-resources.js';

export const listReturns = defineOperation({
  id: 'listReturns',
  api: Api.Orders,
  method: 'GET',
  path: '/api/v1/oms/orders/{orderID}/returns',
  permission: Permission.OrdersRead,
  tag: 'Orders',
  summary: 'List the returns of an order',
  params: { orderID: orderUuid },
  answers: {
    200: {
      description: 'List the returns of an order',
      schema: returnListResource,
      example: orderExamples.ReturnList,
    },
    202: acceptedOrder,
  },
  idempotency: 'none',
});

export const createReturn = defineOperation({
  id: 'createReturn',
  api: Api.Orders,
  method: 'POST',
  path: '/api/v1/oms/orders/{orderID}/returns',
  permission: Permission.OrdersWrite,
  tag: 'Orders',
  summary: 'Ask for a return',
  params: { orderID: orderUuid },
  body: {
    schema: createReturnBody,
    example: {
      items: [{ item_id: 'b2c3d4e5-f6a7-8901-bcde-f23456789012', quantity: 1 }],
      reason: 'too small',
    },
  },
  answers: { 201: done(returnResource, orderExamples.Return), 202: acceptedChange },
  idempotency: 'header',
});

export const approveReturn = defineOperation({
  id: 'approveReturn',
  api: Api.Orders,
  method: 'POST',
  path: '/api/v1/oms/orders/{orderID}/returns/{returnID}/approve',
  permission: Permission.ReturnsWrite,
  tag: 'Orders',
  summary: 'Approve a return',
  description:
    'With the setting `return_expiry_days`, the approval fixes when the return expires: a return whose goods have not come by then ends, and its items can be returned again.',
  params: { orderID: orderUuid, returnID: partUuid },
  body: { schema: decideReturnBody, example: { reason: 'within the return window' }, isOptional: true },
  answers: { 200: done(returnResource, orderExamples.Return), 202: acceptedChange },
  idempotency: 'header',
});

export const declineReturn = defineOperation({
  id: 'declineReturn',
  api: Api.Orders,
  method: 'POST',
  path: '/api/v1/oms/orders/{orderID}/returns/{returnID}/decline',
  permission: Permission.ReturnsWrite,
  tag: 'Orders',
  summary: 'Decline a return',
  params: { orderID: orderUuid, returnID: partUuid },
  body: { schema: decideReturnBody, example: { reason: 'within the return window' }, isOptional: true },
  answers: { 200: done(returnResource, orderExamples.Return), 202: acceptedChange },
  idempotency: 'header',
});

export const receiveReturn = defineOperation({
  id: 'receiveReturn',
  api: Api.Orders,
  method: 'POST',
  path: '/api/v1/oms/orders/{orderID}/returns/{returnID}/receive',
  permission: Permission.ReturnsWrite,
  tag: 'Orders',
  summary: 'Items of a return are back',
  description:
    'Without `items`, all are back and go into stock. With them, every unit of the return has its condition. What is `missing` counts as delivered: it can be returned again. Where nothing came back, cancel the return.',
  params: { orderID: orderUuid, returnID: partUuid },
  body: {
    schema: receiveReturnBody,
    example: {
      items: [{ item_id: 'b2c3d4e5-f6a7-8901-bcde-f23456789012', quantity: 1, condition: 'damaged' }],
    },
    isOptional: true,
  },
  answers: { 200: done(returnResource, orderExamples.Return), 202: acceptedChange },
  idempotency: 'header',
});

export const cancelReturn = defineOperation({
  id: 'cancelReturn',
  api: Api.Orders,
  method: 'POST',
  path: '/api/v1/oms/orders/{orderID}/returns/{returnID}/cancel',
  permission: Permission.ReturnsWrite,
  tag: 'Orders',
  summary: 'Cancel a return',
  description:
    'Ends a return that is requested or approved, and whose goods have not come. Its items can be returned again, and the order can be closed.',
  params: { orderID: orderUuid, returnID: partUuid },
  body: { schema: cancelReturnBody, example: { reason: 'the customer keeps it' }, isOptional: true },
  answers: { 200: done(returnResource, orderExamples.Return), 202: acceptedChange },
  idempotency: 'header',
});

export const listRefunds = defineOperation({
  id: 'listRefunds',
  api: Api.Orders,
  method: 'GET',
  path: '/api/v1/oms/orders/{orderID}/refunds',
  permission: Permission.OrdersRead,
  tag: 'Orders',
  summary: 'List the refunds of an order',
  params: { orderID: orderUuid },
  answers: {
    200: {
      description: 'List the refunds of an order',
      schema: refundListResource,
      example: orderExamples.RefundList,
    },
    202: acceptedOrder,
  },
  idempotency: 'none',
});

export const createRefund = defineOperation({
  id: 'createRefund',
  api: Api.Orders,
  method: 'POST',
  path: '/api/v1/oms/orders/{orderID}/refunds',
  permission: Permission.RefundsWrite,
  tag: 'Orders',
  summary: 'Give money back',
  description:
    'Never more than was captured, also after the order is closed or cancelled. Items come to what is left of their worth: after 10.00 for a scratch, the return of an item of 100.00 gives back 90.00. Items that have not shipped are cancelled, unless an `amount` is named: they cannot be shipped any more. The refund is `pending` until the payment provider has answered; a refusal of the provider fails the refund, not the order, and flags the order `refund_failed`.',
  params: { orderID: orderUuid },
  body: {
    schema: createRefundBody,
    example: { return_id: 'd4e5f6a7-b8c9-4012-8def-456789012345' },
  },
  answers: { 201: done(refundResource, orderExamples.Refund), 202: acceptedChange },
  idempotency: 'header',
});
