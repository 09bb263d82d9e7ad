import { orderChangeUpdates, orderProgressQuery } from '@oms/contracts/temporal';
import type { OrderCommandOf } from '@oms/domain';
import { orderBodyTotalMinor } from '@oms/testing';
import { eventually } from '@oms/stack';

import { failCapture } from './adyen-orders.js';
import { change, handleOf } from './change-order.js';
import type { OrderPath } from './order-path.js';
import type { Stage } from './stage.js';

const who = { by: 'operator', reason: 'the provider is away' } as const;
const seen = { ...who, evidence: 'the dashboard' } as const;

const resolve = (
  stage: Stage,
  orderId: string,
  statement: Pick<OrderCommandOf<'resolve_payment'>, 'outcome' | 'amountMinor' | 'providerObjectId'>,
) =>
  handleOf(stage, orderId).executeUpdate(orderChangeUpdates.resolve_payment, {
    args: [{ ...seen, ...statement }],
  });

/** An order whose capture took the money and said nothing, and whose provider does not answer any more. */
async function placeInDoubt(stage: Stage): Promise<string> {
  const { reference, body } = await stage.payable();
  const capture = 'payment_intents.capture';
  await stage.breakPayment(reference, { operation: capture, kind: 'hang_after', times: 1 });
  const orderId = await stage.place(body);
  await stage.untilBroken(reference);
  for (const operation of [capture, 'payment_intents.retrieve']) {
    await stage.breakPayment(reference, { operation, kind: 'error_before' });
  }
  await untilInDoubt(stage, orderId);
  return orderId;
}

async function untilInDoubt(stage: Stage, orderId: string): Promise<void> {
  await eventually(
    `order ${orderId} being in doubt`,
    async () => {
      const progress = await handleOf(stage, orderId).query(orderProgressQuery);
      return progress.waiting && progress.paymentStatus === 'unknown' ? true : undefined;
    },
    { timeoutMs: 120_000 },
  );
}

/** Paths on which an operator does something about an order that waits. */
export const operatorPaths: readonly OrderPath[] = [
  {
    name: 'retried-by-operator',
    needs: 'to be alone',
    take: async (stage) => {
      const { reference, body } = await stage.payable();
      await stage.breakPayment(reference, { operation: 'payment_intents.retrieve', kind: 'error_before' });
      const orderId = await stage.place(body);
      await stage.untilWaiting(orderId);
      await stage.mend();
      await handleOf(stage, orderId).executeUpdate('retryNow', { args: [who] });
      await stage.untilAtRest(orderId);
      return orderId;
    },
  },
  {
    name: 'capture-stated-by-operator',
    take: async (stage) => {
      const orderId = await placeInDoubt(stage);
      const capture = { amountMinor: orderBodyTotalMinor, providerObjectId: 'ch_1' };
      await resolve(stage, orderId, { outcome: 'captured', ...capture });
      await stage.untilAtRest(orderId);
      return orderId;
    },
  },
  {
    name: 'capture-denied-by-operator',
    needs: 'to be alone',
    take: async (stage) => {
      const orderId = await placeInDoubt(stage);
      await resolve(stage, orderId, { outcome: 'not_captured' });
      await stage.mend();
      await stage.untilAtRest(orderId);
      return orderId;
    },
  },
  {
    // The money of a capture that was taken back came another way: the order is shipped and closed.
    name: 'settled-elsewhere-by-operator',
    take: async (stage) => {
      const { orderId } = await failCapture(stage);
      await eventually('the order having learned of it', async () => {
        await resolve(stage, orderId, { outcome: 'settled_elsewhere' });
        return true;
      });
      await change(stage, orderId, 'ship', { startsProcessing: true });
      await change(stage, orderId, 'deliver');
      await change(stage, orderId, 'close');
      await handleOf(stage, orderId).result();
      return orderId;
    },
  },
  {
    name: 'given-up-in-doubt',
    take: async (stage) => {
      const orderId = await placeInDoubt(stage);
      const handle = handleOf(stage, orderId);
      const givenUp = handle.executeUpdate(orderChangeUpdates.give_up, { args: [who] });
      await eventually('the order being undone', async () =>
        (await handle.query(orderProgressQuery)).step === 'the payment is being given back'
          ? true
          : undefined,
      );
      await untilInDoubt(stage, orderId);
      const refund = { amountMinor: orderBodyTotalMinor, providerObjectId: 're_1' };
      await resolve(stage, orderId, { outcome: 'refunded', ...refund });
      await givenUp;
      await stage.untilAtRest(orderId);
      return orderId;
    },
  },
  {
    name: 'refund-stated-by-operator',
    take: async (stage) => {
      const { reference, body } = await stage.payable();
      const orderId = await stage.place(body);
      await stage.untilAtRest(orderId);
      const operation = 'refunds.create';
      await stage.breakPayment(reference, { operation, kind: 'hang_after', times: 1 });
      await handleOf(stage, orderId).executeUpdate('refundOrder', {
        args: [{ amountMinor: 100 }],
      });
      await stage.untilBroken(reference);
      for (const asked of [operation, 'refunds.list', 'payment_intents.retrieve']) {
        await stage.breakPayment(reference, { operation: asked, kind: 'error_before' });
      }
      await untilInDoubt(stage, orderId);
      await resolve(stage, orderId, { outcome: 'refunded', amountMinor: 100, providerObjectId: 're_1' });
      await stage.untilAtRest(orderId);
      return orderId;
    },
  },
];
