import { orderChangeUpdates, orderProgressQuery } from '@oms/contracts/temporal';
import { eventually } from '@oms/stack';
import { WorkflowUpdateStage } from '@temporalio/client';

import { change, handleOf } from './change-order.js';
import type { OrderPath } from './order-path.js';
import type { StackStage } from './stage.js';

const refund = (stage: StackStage, orderId: string) => change(stage, orderId, 'refund', { amountMinor: 100 });

/**
 * Asks an open order for a change while a new run of its workflow has begun and cannot read what is recorded of it,
 * which it can once the change has been taken. Needs a server that continues early.
 *
 * @returns what the change is answered; rejects with the refusal where it is not taken, or refused after
 */
export async function changeInNewRun(
  stage: StackStage,
  orderId: string,
  type: keyof typeof orderChangeUpdates,
  request: object,
): Promise<unknown> {
  const { prisma } = stage.stack.database;
  const takenIn = async (transaction: Pick<typeof prisma, '$executeRaw'>) => {
    await transaction.$executeRaw`SET LOCAL idle_in_transaction_session_timeout = 0`;
    // A run reads it with what is recorded of its order; whoever changes the order does not.
    await transaction.$executeRaw`LOCK TABLE tenant_settings IN ACCESS EXCLUSIVE MODE`;
    await untilNewRun(stage, orderId);
    return handleOf(stage, orderId).startUpdate<unknown, [object]>(orderChangeUpdates[type].name, {
      args: [request],
      waitForStage: WorkflowUpdateStage.ACCEPTED,
    });
  };
  return (await prisma.$transaction(takenIn, { timeout: 120_000 })).result();
}

/** Refunds the order until it goes on in a new run. */
async function untilNewRun(stage: StackStage, orderId: string): Promise<void> {
  const handle = handleOf(stage, orderId);
  const { runId } = await handle.describe();
  const isNew = async () => (await handle.describe()).runId !== runId;
  while (!(await isNew())) {
    await refund(stage, orderId);
    await eventually('the refund being given', async () => {
      if (await isNew()) return true;
      return (await handle.query(orderProgressQuery)).step.startsWith('the order is open') ? true : undefined;
    });
  }
}

/** Paths on which somebody asks a run that does not know its order yet. */
export const newRunPaths: readonly OrderPath[] = [
  {
    // What is asked for is decided once it is known what became of the order in earlier runs.
    name: 'continued-then-changed-before-it-is-recorded',
    needs: 'to be alone on a server that continues early',
    take: async (stage) => {
      const orderId = await stage.place((await stage.payable()).body);
      await stage.untilAtRest(orderId);
      await changeInNewRun(stage, orderId, 'refund', { amountMinor: 100 });
      await change(stage, orderId, 'cancel');
      await stage.untilAtRest(orderId);
      return orderId;
    },
  },
];
