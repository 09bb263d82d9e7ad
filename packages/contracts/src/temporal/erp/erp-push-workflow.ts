import type { OrderRef } from '@oms/domain';
import { defineUpdate } from '@temporalio/workflow';

/** The registered name of the workflow that pushes one order to its ERP after the order's own workflow has ended. */
export const erpPushWorkflowType = 'erpPushWorkflow';

/** The id of an order's push workflow. An order has at most one running. */
export function erpPushWorkflowId({ orderId }: OrderRef): string {
  return `erp-push-${orderId}`;
}

/** The registered name of the workflow that tests an organisation's connection to its ERP. */
export const erpTestWorkflowType = 'erpTestWorkflow';

/**
 * The result of a push. A fault is not a result: the push is retried without end.
 *
 * `refused`: the ERP will not accept this version of the order, or the ERP was disconnected.
 */
export type PushOrderResult =
  | { readonly kind: 'synced'; readonly version: number; readonly erpId: string; readonly url?: string }
  | { readonly kind: 'refused'; readonly version: number; readonly message: string };

/** The result of a test of the connection to the ERP. */
export type ErpTestResult =
  | { readonly kind: 'works'; readonly description: string }
  | { readonly kind: 'fails'; readonly message: string }
  | { readonly kind: 'not_connected' };

/** The answer to a request for a push. */
export interface ResyncAnswer {
  readonly status: 'asked';
}

/**
 * Pushes the order to its ERP at once, regardless of earlier pushes. For operators, and for orders that are older
 * than the connection to the ERP. Repeating it is safe.
 */
export const resyncErpUpdate = defineUpdate<ResyncAnswer>('resyncErp');
