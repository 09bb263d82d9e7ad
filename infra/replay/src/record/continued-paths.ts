import { orderProgressQuery, orderWorkflowId } from '@oms/contracts/temporal';
import { eventually } from '@oms/stack';

import type { OrderPath } from './order-path.js';
import type { Stage } from './stage.js';

/** Resolves when the order's workflow has been continued in at least this many further runs, and waits again. */
export async function untilContinued(stage: Stage, orderId: string, times: number): Promise<void> {
  const seen = new Set<string>();
  const handle = stage.stack.temporal.workflow.getHandle(orderWorkflowId(orderId));
  await eventually(
    `order ${orderId} being continued ${times} times`,
    async () => {
      seen.add((await handle.describe()).runId);
      if (seen.size <= times) return undefined;
      return (await handle.query(orderProgressQuery)).waiting;
    },
    { timeoutMs: 180_000 },
  );
}

export async function placeBroken(stage: Stage, operation: string) {
  const payable = await stage.payable();
  await stage.breakPayment(payable.reference, { operation, kind: 'error_before' });
  return { ...payable, orderId: await stage.place(payable.body) };
}

/** Paths whose history grows so long that they go on in a new run. All of them need a server that says so early. */
export const continuedPaths: readonly OrderPath[] = [
  {
    // The same order is posted again in the second run, which answers the update anew.
    name: 'continued-then-confirmed',
    needs: 'to be alone on a server that continues early',
    take: async (stage) => {
      const { body, orderId } = await placeBroken(stage, 'payment_intents.capture');
      await untilContinued(stage, orderId, 1);
      await stage.place(body);
      await untilContinued(stage, orderId, 1);
      await stage.mend();
      await stage.untilAtRest(orderId);
      return orderId;
    },
  },
  {
    // What was decided against the order is handed on to the run that goes on undoing it.
    name: 'continued-while-undoing',
    needs: 'to be alone on a server that continues early',
    take: async (stage) => {
      const { reference, body } = await stage.payable({ stockedUnits: 1 });
      await stage.breakPayment(reference, { operation: 'payment_intents.cancel', kind: 'error_before' });
      const orderId = await stage.place(body);
      await untilContinued(stage, orderId, 1);
      await stage.mend();
      await stage.untilAtRest(orderId);
      return orderId;
    },
  },
  {
    // The order itself is handed on, since it is not in the database yet.
    name: 'continued-while-recording',
    needs: 'to be alone on a server that continues early',
    take: async (stage) => {
      const { body } = await stage.payable();
      await stage.postgres.stop('immediate');
      const orderId = await stage.place(body);
      await untilContinued(stage, orderId, 1).finally(() => stage.postgres.start());
      await stage.untilAtRest(orderId);
      return orderId;
    },
  },
];
