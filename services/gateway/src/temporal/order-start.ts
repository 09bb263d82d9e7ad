import {
  OrderSearchAttributes,
  orderWorkflowId,
  TaskQueue,
  type OrderMemo,
  type OrderWorkflowInput,
} from '@oms/contracts/temporal';
import { OrderStatus, PaymentStatus } from '@oms/domain';
import type { SearchAttributePair } from '@temporalio/common';

import { describeNewOrder, summarizeNewOrder } from './describe-new-order.js';
import type { PlaceOrderInput } from './order-placer.js';

/** The options that both ways of starting an order's workflow share. */
export interface OrderStart {
  readonly workflowId: string;
  readonly taskQueue: TaskQueue;
  readonly workflowIdReusePolicy: 'REJECT_DUPLICATE';
  readonly args: [OrderWorkflowInput];
  readonly memo: Record<string, unknown>;
  readonly typedSearchAttributes: SearchAttributePair[];
  readonly staticSummary: string;
  readonly staticDetails: string;
}

/** How an order's workflow is started, by whichever call. A second workflow of the same order is never started. */
export function orderStartOptions(input: PlaceOrderInput): OrderStart {
  const { idempotencyKey, requestHash, requestId, order } = input;
  const memo: OrderMemo = { idempotencyKey, requestHash, requestId };
  return {
    workflowId: orderWorkflowId(input.orderId),
    taskQueue: TaskQueue.Orders,
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    args: [input],
    memo: { ...memo },
    typedSearchAttributes: [
      { key: OrderSearchAttributes.orderId, value: input.orderId },
      { key: OrderSearchAttributes.tenantId, value: input.tenantId },
      { key: OrderSearchAttributes.orgId, value: input.orgId },
      {
        key: OrderSearchAttributes.orderStatus,
        value: input.isDraft === true ? OrderStatus.Draft : OrderStatus.Pending,
      },
      { key: OrderSearchAttributes.paymentStatus, value: PaymentStatus.Pending },
      ...(order.customerId === undefined
        ? []
        : [{ key: OrderSearchAttributes.customerId, value: order.customerId }]),
    ],
    staticSummary: summarizeNewOrder(order),
    staticDetails: describeNewOrder(order),
  };
}
