import {
  awaitAllocationUpdate,
  awaitAllocationUpdateId,
  orderWorkflowId,
  type AllocationAnswer,
} from '@oms/contracts/temporal';
import { eventually } from '@oms/stack';

import { change } from './change-order.js';
import { untilContinued } from './continued-paths.js';
import type { OrderPath } from './order-path.js';
import type { Stage } from './stage.js';

/** Waits for what becomes of the order's stock, as a gateway does that has to answer a client. */
function allocation({ stack }: Stage, orderId: string): Promise<AllocationAnswer> {
  return stack.temporal.workflow
    .getHandle(orderWorkflowId(orderId))
    .executeUpdate(awaitAllocationUpdate, { updateId: awaitAllocationUpdateId });
}

async function decidedAs(stage: Stage, orderId: string, kind: AllocationAnswer['kind']): Promise<void> {
  const answer = await allocation(stage, orderId);
  if (answer.kind !== kind) throw new Error(`the stock of order ${orderId} is ${answer.kind}, not ${kind}`);
}

/** Places an order whose provider does not say whether its payment is authorised. */
async function placeUnauthorized(stage: Stage, stockedUnits: number): Promise<string> {
  const { reference, body } = await stage.payable({ stockedUnits });
  await stage.breakPayment(reference, { operation: 'payment_intents.retrieve', kind: 'error_before' });
  return stage.place(body);
}

/** An order whose stock somebody waits for before it can be decided. */
const awaited = (name: string, stockedUnits: number, kind: AllocationAnswer['kind']): OrderPath => ({
  name,
  needs: 'to be alone',
  take: async (stage) => {
    const orderId = await placeUnauthorized(stage, stockedUnits);
    const asked = decidedAs(stage, orderId, kind);
    await stage.untilWaiting(orderId);
    await stage.mend();
    await asked;
    await stage.untilAtRest(orderId);
    return orderId;
  },
});

/** Paths of orders whose stock somebody waits for. */
export const allocationPaths: readonly OrderPath[] = [
  awaited('allocation-awaited-reserved', 10, 'reserved'),
  awaited('allocation-awaited-refused', 1, 'refused'),
  {
    // Whoever waits is told to ask the next run, and asks it.
    name: 'continued-while-allocation-is-awaited',
    needs: 'to be alone on a server that continues early',
    take: async (stage) => {
      const orderId = await placeUnauthorized(stage, 10);
      await decidedAs(stage, orderId, 'undecided');
      await untilContinued(stage, orderId, 1);
      const asked = eventually('the stock being reserved', async () => {
        const { kind } = await allocation(stage, orderId);
        return kind === 'reserved' ? true : undefined;
      });
      await stage.mend();
      await asked;
      await stage.untilAtRest(orderId);
      await change(stage, orderId, 'cancel');
      await stage.untilAtRest(orderId);
      return orderId;
    },
  },
];
