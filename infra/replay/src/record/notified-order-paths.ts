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
    // Captured again after all, as an operator confirms: the order learns of it all, and is shipped and closed.
    name: 'capture-failed-then-captured-again',
    needs: 'to be alone',
    take: async (stage) => {
      const { orderId, captureId } = await failCapture(stage);
      const { stack } = stage;
      await stack.simulator.call('POST', `/adyen/modifications/${captureId}/complete`, {
        outcome: 'recaptured',
      });
      const { total_amount: amount } = await eventually('the second capture being reported', async () => {
        const { body } = await stack.api.getOrder(orderId);
        const isReported = JSON.stringify(body['flags']) === '["capture_failed","recapture_reported"]';
        return isReported ? body : undefined;
      });
      await change(stage, orderId, 'resolve_payment', {
        ...{
          outcome: 'captured',
          amountMinor: Math.round(Number(amount) * 100),
          providerObjectId: captureId,
        },
        ...{ evidence: 'the Customer Area shows it', by: 'operator', reason: 'captured again' },
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
