import { holdCommits } from '@oms/testing';
import { eventually } from '@oms/stack';

import { change, untilRefunded } from './change-order.js';
import type { OrderPath } from './order-path.js';
import type { Stage } from './stage.js';

const refund = (stage: Stage, orderId: string) => change(stage, orderId, 'refund', { amountMinor: 100 });

async function confirmed(stage: Stage) {
  const { reference, body } = await stage.payable();
  const orderId = await stage.place(body);
  await stage.untilAtRest(orderId);
  return { reference, orderId };
}

/** Paths on which something comes between a refund and its end. */
export const refundPaths: readonly OrderPath[] = [
  {
    // The change is asked for anew, and its answer is the first that the order hears of it.
    name: 'refund-written-before-the-worker-died',
    needs: 'to be alone',
    take: async (stage) => {
      const { orderId } = await confirmed(stage);
      await holdCommits(stage.stack.databaseUrl, { table: 'refunds' }, async (commits) => {
        const asked = refund(stage, orderId);
        await commits.untilOneStands();
        await stage.stack.service('order-worker').stop('SIGKILL');
        await commits.letGo();
        await eventually('the refund being written', async () =>
          (await stage.stack.database.prisma.refund.count({ where: { orderId } })) > 0 ? true : undefined,
        );
        await stage.stack.service('order-worker').start();
        await asked;
      });
      await untilRefunded(stage, orderId);
      await stage.untilAtRest(orderId);
      return orderId;
    },
  },
  {
    // What was promised is given as promised, and the rest with the cancellation.
    name: 'cancelled-while-a-refund-waits',
    needs: 'to be alone',
    take: async (stage) => {
      const { reference, orderId } = await confirmed(stage);
      await stage.breakPayment(reference, { operation: 'refunds.create', kind: 'error_before' });
      await refund(stage, orderId);
      await stage.untilWaiting(orderId);
      const cancelled = change(stage, orderId, 'cancel');
      await stage.mend();
      await cancelled;
      await stage.untilAtRest(orderId);
      return orderId;
    },
  },
];
