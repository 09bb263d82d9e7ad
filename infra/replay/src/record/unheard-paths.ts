import { randomUUID } from 'node:crypto';

import { applyOrderCommand } from '@oms/database';
import type { OrderCommand } from '@oms/domain';

import { change, handleOf, untilRefunded } from './change-order.js';
import type { OrderPath } from './order-path.js';
import type { Stage } from './stage.js';

async function confirmed(stage: Stage): Promise<string> {
  const orderId = await stage.place((await stage.payable()).body);
  await stage.untilAtRest(orderId);
  return orderId;
}

/** Writes a change as an order's worker does, of which its workflow then never hears. */
async function writeUnheard({ stack }: Stage, orderId: string, command: OrderCommand): Promise<void> {
  const { tenantId, orgId, database } = stack;
  const commandId = randomUUID();
  const written = await applyOrderCommand(database, {
    ...{ tenantId, orgId, orderId, command, commandId, requestId: commandId, requestHash: '' },
    actor: { type: 'user', id: 'somebody' },
  });
  if (written.kind === 'refused') throw new Error(`${command.type} was refused: ${written.message}`);
}

/** Paths on which the books hold a change that the order has to find there. */
export const unheardPaths: readonly OrderPath[] = [
  {
    name: 'refund-found-in-the-books',
    take: async (stage) => {
      const orderId = await confirmed(stage);
      await writeUnheard(stage, orderId, { type: 'refund', amountMinor: 100 });
      await change(stage, orderId, 'retry', { by: 'operator', reason: 'a refund stays pending' });
      await untilRefunded(stage, orderId);
      await stage.untilAtRest(orderId);
      return orderId;
    },
  },
  {
    name: 'close-found-in-the-books',
    needs: 'to be alone',
    take: async (stage) => {
      const window = (seconds: number) =>
        stage.stack.database.prisma
          .$executeRaw`UPDATE tenant_settings SET return_window_seconds = ${seconds}`;
      await window(10);
      const orderId = await confirmed(stage);
      await window(30 * 86_400);
      await change(stage, orderId, 'ship', { startsProcessing: true });
      await change(stage, orderId, 'deliver');
      await writeUnheard(stage, orderId, { type: 'close' });
      await handleOf(stage, orderId).result();
      return orderId;
    },
  },
];
