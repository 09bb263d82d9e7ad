import { randomUUID } from 'node:crypto';

import {
  erpPushWorkflowId,
  erpPushWorkflowType,
  erpTestWorkflowType,
  OrderSearchAttributes,
  orderWorkflowId,
  resyncErpUpdate,
  TaskQueue,
  type ErpTestResult,
} from '@oms/contracts/temporal';
import type { OrderRef, TenantScope } from '@oms/domain';
import { isUpdateGivenUp, type Temporal } from '@oms/temporal';
import { isGrpcCancelledError, isGrpcDeadlineError, WorkflowNotFoundError } from '@temporalio/client';

/** Asks for what is to be done about ERPs. */
export interface ErpSyncs {
  /**
   * Has an order brought to its ERP at once, whether its workflow runs or has ended. Asking twice does no harm.
   *
   * Rejects when it is not certain that it will be.
   *
   * @param askId what was asked for under this id before is not asked for again, as far as Temporal remembers it
   */
  resync(ref: OrderRef, askId: string): Promise<void>;
  /** Tries the ERP of an organisation; `undefined` where there was no answer in time. */
  test(scope: TenantScope): Promise<ErpTestResult | undefined>;
}

export interface ErpSyncsDeps {
  readonly temporal: Temporal;
  /** How long to wait for the order to hear of it. */
  readonly timeoutMs: number;
}

/** An ERP that answers at all answers a test within this time. */
const testTimeoutMs = 20_000;

/** Asks by an Update on the order's workflow, or by a workflow of its own where that has ended. */
export function createErpSyncs({ temporal, timeoutMs }: ErpSyncsDeps): ErpSyncs {
  const { client, named } = temporal;
  const within = <Result>(ms: number, call: () => Promise<Result>): Promise<Result> =>
    client.withDeadline(Date.now() + ms, call);
  return {
    async resync(ref, askId) {
      const order = client.workflow.getHandle(named(orderWorkflowId(ref.orderId)));
      try {
        await within(timeoutMs, () => order.executeUpdate(resyncErpUpdate, { updateId: askId }));
      } catch (error) {
        // An order that ends at this moment gives the update up; what it has pushed may be older than what was asked.
        if (!(error instanceof WorkflowNotFoundError) && !isUpdateGivenUp(error)) throw error;
        await within(timeoutMs, () => startPush(temporal, ref, askId));
      }
    },
    async test(scope) {
      try {
        return await within(testTimeoutMs, () => runTest(temporal, scope));
      } catch (error) {
        if (isGrpcDeadlineError(error) || isGrpcCancelledError(error)) return undefined;
        throw error;
      }
    },
  };
}

/** One that waits for its next attempt is replaced by one that does not; what it has done is done. */
async function startPush(temporal: Temporal, ref: OrderRef, askId: string): Promise<void> {
  const { client, named } = temporal;
  const { tenantId, orgId, orderId } = ref;
  if ((await lastAskOf(temporal, ref)) === askId) return;
  await client.workflow.start(erpPushWorkflowType, {
    workflowId: named(erpPushWorkflowId(ref)),
    taskQueue: named(TaskQueue.Orders),
    workflowIdConflictPolicy: 'TERMINATE_EXISTING',
    args: [{ tenantId, orgId, orderId }],
    memo: { [askIdMemo]: askId },
    typedSearchAttributes: [...whose(ref), { key: OrderSearchAttributes.orderId, value: orderId }],
    staticSummary: 'bring the order to the ERP',
  });
}

const askIdMemo = 'askId';

/** By whose wish the last push was started, of an order whose own workflow has ended. */
async function lastAskOf({ client, named }: Temporal, ref: OrderRef): Promise<unknown> {
  try {
    const { memo } = await client.workflow.getHandle(named(erpPushWorkflowId(ref))).describe();
    return memo?.[askIdMemo];
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

async function runTest(
  { client, named }: Temporal,
  { tenantId, orgId }: TenantScope,
): Promise<ErpTestResult> {
  return client.workflow.execute<() => Promise<ErpTestResult>>(erpTestWorkflowType, {
    workflowId: named(`erp-test-${randomUUID()}`),
    taskQueue: named(TaskQueue.Orders),
    // Nobody is interested in its answer later.
    workflowExecutionTimeout: '3m',
    args: [{ tenantId, orgId }] as unknown as [], // The types of a workflow by name are its result's alone.
    typedSearchAttributes: whose({ tenantId, orgId }),
    staticSummary: 'try the ERP',
  });
}

const whose = ({ tenantId, orgId }: TenantScope) => [
  { key: OrderSearchAttributes.tenantId, value: tenantId },
  { key: OrderSearchAttributes.orgId, value: orgId },
];
