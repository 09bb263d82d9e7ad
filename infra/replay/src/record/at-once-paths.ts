import { answerAndChangeAtOnce, changeAtOnce, type AskedChange } from './changes-at-once.js';
import { change } from './change-order.js';
import type { OrderPath } from './order-path.js';
import type { StackStage } from './stage.js';

const who = { by: 'operator', reason: 'the provider is back' } as const;
const refund: AskedChange = { type: 'refund', request: { amountMinor: 100 } };
const retry: AskedChange = { type: 'retry', request: who };

interface AtOncePath extends OrderPath {
  readonly take: (stage: StackStage) => Promise<string>;
}

/** An order whose provider fails at its capture, and that waits for that. */
async function placeWaitingForCapture(stage: StackStage): Promise<string> {
  const { reference, body } = await stage.payable();
  await stage.breakPayment(reference, { operation: 'payment_intents.capture', kind: 'error_before' });
  const orderId = await stage.place(body);
  await stage.untilWaiting(orderId);
  return orderId;
}

/** Paths on which the order and whoever changes it have something written, or read, in the same moment. */
export const atOncePaths: readonly AtOncePath[] = [
  {
    name: 'refunds-asked-for-while-one-is-looked-at',
    needs: 'to be alone',
    take: async (stage) => {
      const orderId = await stage.place((await stage.payable()).body);
      await stage.untilAtRest(orderId);
      const first = () => change(stage, orderId, refund.type, refund.request);
      await answerAndChangeAtOnce(stage, orderId, first, [refund, refund]);
      await stage.untilAtRest(orderId);
      return orderId;
    },
  },
  {
    name: 'retried-while-being-confirmed',
    needs: 'to be alone',
    take: async (stage) => {
      const orderId = await placeWaitingForCapture(stage);
      const captureNow = async () => {
        await stage.mend();
        await change(stage, orderId, retry.type, retry.request);
      };
      await answerAndChangeAtOnce(stage, orderId, captureNow, [retry]);
      await stage.untilAtRest(orderId);
      return orderId;
    },
  },
  {
    name: 'retried-while-being-given-up',
    needs: 'to be alone',
    take: async (stage) => {
      const orderId = await placeWaitingForCapture(stage);
      await stage.stack.service('order-worker').stop();
      await changeAtOnce(stage, orderId, [{ type: 'give_up', request: who }, retry]);
      await stage.mend();
      await stage.untilAtRest(orderId);
      return orderId;
    },
  },
];
