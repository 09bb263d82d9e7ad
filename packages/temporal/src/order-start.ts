import {
  OrderSearchAttributes,
  orderWorkflowId,
  TaskQueue,
  type Naming,
  type OrderMemo,
  type OrderToPlace,
  type OrderToStart,
  type OrderWorkflowInput,
} from '@oms/contracts/temporal';
import { OrderStatus, PaymentStatus, type OrderRef } from '@oms/domain';
import type { SearchAttributePair } from '@temporalio/common';

import { describeNewOrder, summarizeNewOrder } from './describe-new-order.js';

/** How an order's workflow is started, by whichever call. */
export interface OrderStart {
  readonly workflowId: string;
  readonly taskQueue: string;
  /** Of runs that have ended. Those that run are found by their id. */
  readonly workflowIdReusePolicy: 'REJECT_DUPLICATE' | 'ALLOW_DUPLICATE';
  readonly args: [OrderWorkflowInput];
  readonly memo: Record<string, unknown>;
  readonly typedSearchAttributes: SearchAttributePair[];
  readonly staticSummary: string;
  readonly staticDetails?: string;
}

/** An order that has yet to be recorded. A second workflow of it is never started while the first is remembered. */
export function startOfNewOrder(
  named: Naming,
  input: OrderWorkflowInput & { readonly toPlace: OrderToPlace },
  workflowIdReusePolicy: OrderStart['workflowIdReusePolicy'],
): OrderStart {
  const { order, isDraft, idempotencyKey, requestHash, requestId } = input.toPlace;
  return {
    ...startOf(named, input, { idempotencyKey, requestHash, requestId }),
    workflowIdReusePolicy,
    typedSearchAttributes: attributesOf(input, {
      status: isDraft === true ? OrderStatus.Draft : OrderStatus.Pending,
      paymentStatus: PaymentStatus.Pending,
      ...(order.customerId === undefined ? {} : { customerId: order.customerId }),
    }),
    staticSummary: summarizeNewOrder(order),
    staticDetails: describeNewOrder(order),
  };
}

/** An order that is recorded, and whose workflow was ended or never existed: it goes on wherever its records say. */
export function startFromRecords(named: Naming, order: OrderToStart): OrderStart {
  const { tenantId, orgId, orderId, number, idempotencyKey, requestHash, requestId } = order;
  return {
    ...startOf(named, { tenantId, orgId, orderId }, { idempotencyKey, requestHash, requestId }),
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    typedSearchAttributes: [
      ...attributesOf(order, order),
      { key: OrderSearchAttributes.orderNumber, value: number },
    ],
    staticSummary: `${number}, started again from its records`,
  };
}

function startOf(named: Naming, input: OrderWorkflowInput, memo: OrderMemo) {
  return {
    workflowId: named(orderWorkflowId(input.orderId)),
    taskQueue: named(TaskQueue.Orders),
    args: [input] as [OrderWorkflowInput],
    memo: { ...memo },
  };
}

function attributesOf(
  { orderId, tenantId, orgId }: OrderRef,
  { status, paymentStatus, customerId }: Pick<OrderToStart, 'status' | 'paymentStatus' | 'customerId'>,
): SearchAttributePair[] {
  return [
    { key: OrderSearchAttributes.orderId, value: orderId },
    { key: OrderSearchAttributes.tenantId, value: tenantId },
    { key: OrderSearchAttributes.orgId, value: orgId },
    { key: OrderSearchAttributes.orderStatus, value: status },
    { key: OrderSearchAttributes.paymentStatus, value: paymentStatus },
    ...(customerId === undefined ? [] : [{ key: OrderSearchAttributes.customerId, value: customerId }]),
  ];
}
