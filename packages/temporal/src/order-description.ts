import { OrderSearchAttributes, orderWorkflowId } from '@oms/contracts/temporal';
import { cancellationReasons, type CancellationReason } from '@oms/domain';
import { WorkflowNotFoundError } from '@temporalio/client';

import type { Temporal } from './temporal.js';

/** Temporal's own description of an order's workflow; no worker is needed for it. */
export interface OrderDescription {
  readonly tenantId?: string;
  readonly orgId?: string;
  /** Whether the order has its number, which it gets with its record. */
  readonly recorded: boolean;
  /** Whether its workflow goes on no more: by itself, or because somebody ended it. */
  readonly hasEnded: boolean;
  /** Why it was cancelled, where that was before it was recorded. */
  readonly cancellationReason?: CancellationReason;
  /** Those of the request that started the workflow. */
  readonly requestHash?: string;
  readonly requestId?: string;
}

/** @returns `undefined` where there is no such workflow; rejects when Temporal does not answer within the deadline */
export async function describeOrderWorkflow(
  { client, named }: Temporal,
  orderId: string,
  timeoutMs: number,
): Promise<OrderDescription | undefined> {
  try {
    const {
      memo,
      status,
      typedSearchAttributes: attributes,
    } = await client.withDeadline(Date.now() + timeoutMs, () =>
      client.workflow.getHandle(named(orderWorkflowId(orderId))).describe(),
    );
    const tenantId = attributes.get(OrderSearchAttributes.tenantId);
    const orgId = attributes.get(OrderSearchAttributes.orgId);
    const { requestHash, requestId } = memo ?? {};
    const cancellationReason = cancellationReasons.find((reason) => reason === memo?.['cancellationReason']);
    return {
      recorded: attributes.get(OrderSearchAttributes.orderNumber) !== undefined,
      hasEnded: status.name !== 'RUNNING',
      ...(tenantId === undefined ? {} : { tenantId }),
      ...(orgId === undefined ? {} : { orgId }),
      ...(cancellationReason === undefined ? {} : { cancellationReason }),
      ...(typeof requestHash === 'string' ? { requestHash } : {}),
      ...(typeof requestId === 'string' ? { requestId } : {}),
    };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}
