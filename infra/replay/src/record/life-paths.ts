import { eventually } from '@oms/stack';

import { change, handleOf, untilRefunded } from './change-order.js';
import type { OrderPath } from './order-path.js';
import type { Stage } from './stage.js';

async function confirmed(stage: Stage): Promise<{ readonly orderId: string; readonly lineId: string }> {
  const { body } = await stage.payable();
  const orderId = await stage.place(body);
  await stage.untilAtRest(orderId);
  const order = await stage.stack.api.getOrder(orderId);
  return { orderId, lineId: String(order.body.items[0]?.['id']) };
}

const tenantTimes = (stage: Stage, columns: string) =>
  stage.stack.database.prisma.$executeRawUnsafe(`UPDATE tenant_settings SET ${columns}`);

/** Paths of orders that live on after they were placed. */
export const lifePaths: readonly OrderPath[] = [
  {
    name: 'shipped-in-parts-returned-refunded-closed',
    take: async (stage) => {
      const { orderId, lineId } = await confirmed(stage);
      await change(stage, orderId, 'start_processing');
      await change(stage, orderId, 'ship', { lines: [{ lineId, quantity: 1 }], carrier: 'UPS' });
      await change(stage, orderId, 'ship', { carrier: 'UPS' });
      await change(stage, orderId, 'deliver');
      const { partId: returnId } = await change(stage, orderId, 'request_return', {
        lines: [{ lineId, quantity: 1 }],
      });
      await change(stage, orderId, 'decide_return', { returnId, isApproved: true });
      await change(stage, orderId, 'receive_return', { returnId });
      await change(stage, orderId, 'refund', { returnId });
      await untilRefunded(stage, orderId);
      await change(stage, orderId, 'close');
      await handleOf(stage, orderId).result();
      return orderId;
    },
  },
  {
    name: 'cancelled-by-update',
    take: async (stage) => {
      const { orderId } = await confirmed(stage);
      await change(stage, orderId, 'refund', { amountMinor: 100 });
      await untilRefunded(stage, orderId);
      await change(stage, orderId, 'cancel', { reason: 'no longer wanted' });
      await handleOf(stage, orderId).result();
      return orderId;
    },
  },
  {
    name: 'refused-changes',
    take: async (stage) => {
      const { orderId } = await confirmed(stage);
      for (const type of ['confirm', 'close', 'ship', 'deliver'] as const) {
        await change(stage, orderId, type).catch(() => undefined);
      }
      await change(stage, orderId, 'cancel');
      await handleOf(stage, orderId).result();
      return orderId;
    },
  },
  {
    name: 'closed-when-the-return-window-passed',
    needs: 'to be alone',
    take: async (stage) => {
      await tenantTimes(stage, 'return_window_seconds = 1');
      const { orderId } = await confirmed(stage);
      await change(stage, orderId, 'ship', { startsProcessing: true });
      await change(stage, orderId, 'deliver');
      await handleOf(stage, orderId).result();
      return orderId;
    },
  },
  {
    name: 'cancelled-for-pending-too-long',
    needs: 'to be alone',
    take: async (stage) => {
      await tenantTimes(stage, 'pending_limit_seconds = 1');
      const { reference, body } = await stage.payable();
      await stage.breakPayment(reference, { operation: 'payment_intents.capture', kind: 'error_before' });
      const orderId = await stage.place(body);
      await handleOf(stage, orderId).result();
      await tenantTimes(stage, 'pending_limit_seconds = 86400');
      await stage.mend();
      return orderId;
    },
  },
  {
    // Changes before and after the run that they are in is continued in another.
    name: 'continued-while-open',
    needs: 'to be alone on a server that continues early',
    take: async (stage) => {
      const { orderId } = await confirmed(stage);
      const first = await handleOf(stage, orderId).describe();
      await eventually(
        'the order going on in a new run',
        async () => {
          await change(stage, orderId, 'refund', { amountMinor: 1 });
          return (await handleOf(stage, orderId).describe()).runId === first.runId ? undefined : true;
        },
        { timeoutMs: 120_000 },
      );
      await change(stage, orderId, 'ship', { startsProcessing: true });
      await change(stage, orderId, 'deliver');
      await change(stage, orderId, 'close');
      await handleOf(stage, orderId).result();
      return orderId;
    },
  },
];
