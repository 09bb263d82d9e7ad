import { Api } from '../kit/api.js';
import { defineOperation } from '../kit/define-operation.js';
import { done } from '../kit/done.js';
import { orderUuid } from '../kit/path-parameters.js';
import { Permission } from '../kit/permission.js';
import { operationBody, resolvePaymentBody } from './operation-bodies.js';
import { acceptedChange } from '../orders/order-answers.js';
import { orderExamples } from '../orders/order-examples.js';
import { changedOrderResource } from '../orders/order-part-resources.js';

export const retryOrder = defineOperation({
  id: 'retryOrder',
  api: Api.Orders,
  method: 'POST',
  path: '/api/v1/oms/orders/{orderID}/operations/retry',
  permission: Permission.OrdersOperate,
  tag: 'Orders',
  summary: 'For operators: try again at once what waits',
  description: 'Who did it and why is kept in the audit log. Changes nothing else.',
  params: { orderID: orderUuid },
  body: { schema: operationBody, example: { reason: 'the provider says that its outage is over' } },
  answers: { 200: done(changedOrderResource, orderExamples.ChangedOrder), 202: acceptedChange },
  idempotency: 'header',
});

export const giveUpOrder = defineOperation({
  id: 'giveUpOrder',
  api: Api.Orders,
  method: 'POST',
  path: '/api/v1/oms/orders/{orderID}/operations/give-up',
  permission: Permission.OrdersOperate,
  tag: 'Orders',
  summary: 'For operators: give up an order that waits',
  description:
    'Who did it and why is kept in the audit log. Only while it is pending. What was done for it is undone, as when it is cancelled, with the reason `given_up_by_operator`; 202 while that waits for a provider.',
  params: { orderID: orderUuid },
  body: { schema: operationBody, example: { reason: 'the provider says that its outage is over' } },
  answers: { 200: done(changedOrderResource, orderExamples.ChangedOrder), 202: acceptedChange },
  idempotency: 'header',
});

export const allowShipment = defineOperation({
  id: 'allowShipment',
  api: Api.Orders,
  method: 'POST',
  path: '/api/v1/oms/orders/{orderID}/operations/allow-shipment',
  permission: Permission.OrdersOperate,
  tag: 'Orders',
  summary: 'For operators: ship an order although its money was refunded',
  description:
    'Who did it and why is kept in the audit log. Only with the flag `refunded_unshipped`, which it removes: all money was refunded in the provider’s dashboard, and the units ship all the same. To ship nothing instead, cancel the order or its units.',
  params: { orderID: orderUuid },
  body: { schema: operationBody, example: { reason: 'the refund was for the delay; the goods are a gift' } },
  answers: { 200: done(changedOrderResource, orderExamples.ChangedOrder), 202: acceptedChange },
  idempotency: 'header',
});

export const resolvePayment = defineOperation({
  id: 'resolvePayment',
  api: Api.Orders,
  method: 'POST',
  path: '/api/v1/oms/orders/{orderID}/operations/resolve-payment',
  permission: Permission.OrdersOperate,
  tag: 'Orders',
  summary: 'For operators: say what became of a payment',
  description:
    'Who did it and why is kept in the audit log. Only while `payment_status` is `unknown`. The provider is asked first, and a statement that contradicts what it says is refused. The order goes on from there.',
  params: { orderID: orderUuid },
  body: {
    schema: resolvePaymentBody,
    example: {
      outcome: 'captured',
      amount: '179.98',
      provider_object_id: 'ch_3Pqr4RLkdIwHu7ix1aB2cD3e',
      evidence: 'The dashboard shows the payment as succeeded, captured at 09:00 UTC.',
      evidence_url: 'https://dashboard.stripe.com/payments/pi_3Pqr4RLkdIwHu7ix0pQvA1bC',
      reason: 'Stripe’s API has been away since 09:00',
    },
  },
  answers: { 200: done(changedOrderResource, orderExamples.ChangedOrder), 202: acceptedChange },
  idempotency: 'header',
});
