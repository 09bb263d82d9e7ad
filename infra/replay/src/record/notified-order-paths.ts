import { eventually } from '@oms/stack';

import { failCapture, settleHeldCapture } from './adyen-orders.js';
import { change, handleOf } from './change-order.js';
import type { OrderPath } from './order-path.js';

/** Paths of orders that are told what their provider has said. */
export const notifiedOrderPaths: readonly OrderPath[] = [
  {
    name: 'capture-awaited-from-a-webhook',
    needs: 'to be alone',
    take: async (stage) => (await settleHeldCapture(stage)).orderId,
  },
  {
    // Captured again after all: the order learns both facts, and is shipped and closed.
    name: 'capture-failed-then-captured-again',
    needs: 'to be alone',
    take: async (stage) => {
      const { orderId, captureId } = await failCapture(stage);
      const { stack } = stage;
      await stack.simulator.call('POST', `/adyen/modifications/${captureId}/complete`, {
        outcome: 'recaptured',
      });
      await eventually('the order being paid for again', async () => {
        const { payment_status: status, flags } = (await stack.api.getOrder(orderId)).body;
        return status === 'captured' && JSON.stringify(flags) === '[]' ? true : undefined;
      });
      await eventually('the order having learned of it', async () => {
        await change(stage, orderId, 'ship', { startsProcessing: true });
        return true;
      });
      await change(stage, orderId, 'deliver');
      await change(stage, orderId, 'close');
      await handleOf(stage, orderId).result();
      return orderId;
    },
  },
];
