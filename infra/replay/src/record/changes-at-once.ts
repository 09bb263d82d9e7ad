import { randomUUID } from 'node:crypto';

import { orderChangeUpdates, orderWorkflowId } from '@oms/contracts/temporal';
import { eventually } from '@oms/stack';
import { holdLock } from '@oms/testing';

import { handleOf } from './change-order.js';
import type { StackStage } from './stage.js';

/** An Update of an order, and what it is given. */
export interface AskedChange {
  readonly type: keyof typeof orderChangeUpdates;
  readonly request: Readonly<Record<string, unknown>>;
}

/**
 * Has one workflow task bring an order the answer of its provider and some changes: the answer comes, and the changes
 * are asked for, while no worker runs the order's workflow. The first of them that needs the order's row waits for it
 * until the others can have done what they do without.
 *
 * @param ask has the order ask its provider for something, and resolves when it has been told to
 */
export async function answerAndChangeAtOnce(
  stage: StackStage,
  orderId: string,
  ask: () => Promise<unknown>,
  changes: readonly AskedChange[],
): Promise<void> {
  const { stack } = stage;
  await stack.service('payment-worker').stop();
  await ask();
  await untilPendingActivities(stage, orderId, 1);
  await stopOrderWorker(stage, orderId);
  await stack.service('payment-worker').start();
  await untilPendingActivities(stage, orderId, 0);
  await changeAtOnce(stage, orderId, changes);
}

/** Has one workflow task bring an order some changes: they are asked for while no worker runs its workflow. */
export async function changeAtOnce(
  stage: StackStage,
  orderId: string,
  changes: readonly AskedChange[],
): Promise<void> {
  const { stack } = stage;
  await stopOrderWorker(stage, orderId);
  const lock = await holdLock(stack.databaseUrl, 'SELECT FROM orders WHERE id = $1', [orderId]);
  const answers: Promise<unknown>[] = [];
  try {
    for (const { type, request } of changes) {
      const updateId = randomUUID();
      const { name } = orderChangeUpdates[type];
      const options = { updateId, args: [request] as [object] };
      answers.push(handleOf(stage, orderId).executeUpdate<unknown, [object]>(name, options));
      await untilAdmitted(stage, orderId, updateId);
    }
    await stack.service('order-worker').start();
    await lock.untilSomebodyWaits();
  } finally {
    await lock.letGo();
  }
  await Promise.all(answers);
}

/** Temporal would go on waiting for the worker that has the order's workflow in its cache, for ten seconds. */
async function stopOrderWorker({ stack }: StackStage, orderId: string): Promise<void> {
  await stack.service('order-worker').stop();
  await stack.temporal.workflowService.resetStickyTaskQueue({
    namespace: stack.namespace,
    execution: { workflowId: orderWorkflowId(orderId) },
  });
}

/** Resolves when so many activities of the order have been asked for and not been answered. */
async function untilPendingActivities(stage: StackStage, orderId: string, count: number): Promise<void> {
  await eventually(`${count} activities being pending`, async () => {
    const { pendingActivities } = (await handleOf(stage, orderId).describe()).raw;
    return pendingActivities?.length === count ? true : undefined;
  });
}

/** Resolves when Temporal has an Update that no worker has been told of. */
async function untilAdmitted({ stack }: StackStage, orderId: string, updateId: string): Promise<void> {
  await eventually(`update ${updateId} being admitted`, async () => {
    await stack.temporal.workflowService.pollWorkflowExecutionUpdate({
      namespace: stack.namespace,
      updateRef: { workflowExecution: { workflowId: orderWorkflowId(orderId) }, updateId },
    });
    return true;
  });
}
