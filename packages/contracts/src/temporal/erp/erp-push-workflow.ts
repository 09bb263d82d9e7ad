import type { OrderRef } from '@oms/domain';
import { defineUpdate } from '@temporalio/workflow';

/** The registered name of the workflow that brings one order, whose own workflow has ended, to its ERP. */
export const erpPushWorkflowType = 'erpPushWorkflow';

/** The id of that workflow; there is one for an order at a time. */
export function erpPushWorkflowId({ orderId }: OrderRef): string {
  return `erp-push-${orderId}`;
}

/** The registered name of the workflow that tries the ERP of an organisation. */
export const erpTestWorkflowType = 'erpTestWorkflow';

/**
 * What became of a push. A fault is neither: it is tried again for as long as it takes.
 *
 * `refused`: the ERP will not take this version of the order, or there is no ERP any more.
 */
export type PushOrderResult =
  | { readonly kind: 'synced'; readonly version: number; readonly erpId: string; readonly url?: string }
  | { readonly kind: 'refused'; readonly version: number; readonly message: string };

/** What became of trying an ERP. */
export type ErpTestResult =
  | { readonly kind: 'works'; readonly description: string }
  | { readonly kind: 'fails'; readonly message: string }
  | { readonly kind: 'not_connected' };

/** Whether the order is on its way to the ERP now. */
export interface ResyncAnswer {
  readonly status: 'asked';
}

/**
 * Brings the order to its ERP at once, whatever became of earlier pushes: for operators, and for orders that are older
 * than the connection to the ERP. Asking twice does no harm.
 */
export const resyncErpUpdate = defineUpdate<ResyncAnswer>('resyncErp');
