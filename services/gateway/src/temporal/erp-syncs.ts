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
import { WorkflowNotFoundError } from '@temporalio/client';

import { isTimeout } from './update-failures.js';

/** Requests pushes to ERPs and tests of their connections. */
export interface ErpSyncs {
  /**
   * Requests an immediate push of an order to its ERP, whether or not the order's workflow has ended. Repeating it is
   * safe.
   *
   * @param askId identifies the request: a repeated one is a no-op, as long as Temporal remembers the first
   * @throws if it is not certain that the order will be pushed
   */
  resync(ref: OrderRef, askId: string): Promise<void>;
  /** Tests the connection of an organisation to its ERP; `undefined` if there was no answer in time. */
  test(scope: TenantScope): Promise<ErpTestResult | undefined>;
}

export interface ErpSyncsDeps {
  readonly temporal: Temporal;
  /** The time to wait for the order's workflow to take the request. */
  readonly timeoutMs: number;
}

/** The longest time for a test. */
const testTimeoutMs = 20_000;

/** Makes requests by Updates to the order's workflow, or by a workflow of its own if that has ended. */
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
        // An order that ends at this moment aborts the update. Its last push may be older than the request, so
        // another one is started.
        if (!(error instanceof WorkflowNotFoundError) && !isUpdateGivenUp(error)) throw error;
        await within(timeoutMs, () => startPush(temporal, ref, askId));
      }
    },
    async test(scope) {
      try {
        return await within(testTimeoutMs, () => runTest(temporal, scope));
      } catch (error) {
        if (isTimeout(error)) return undefined;
        throw error;
      }
    },
  };
}

/** Replaces a running push, which may be waiting for its next attempt. Its completed pushes stay. */
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

/** The id of the request that started the last push of an order whose own workflow has ended. */
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
    // The caller has stopped waiting by then.
    workflowExecutionTimeout: '3m',
    args: [{ tenantId, orgId }] as unknown as [], // A workflow that is started by its name has no types of arguments.
    typedSearchAttributes: whose({ tenantId, orgId }),
    staticSummary: 'try the ERP',
  });
}

const whose = ({ tenantId, orgId }: TenantScope) => [
  { key: OrderSearchAttributes.tenantId, value: tenantId },
  { key: OrderSearchAttributes.orgId, value: orgId },
];
