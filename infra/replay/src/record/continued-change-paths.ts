import { orderIdOfSales } from '@oms/contracts/http';
import { orderProgressQuery } from '@oms/contracts/temporal';
import { createSalesClient } from '@oms/testing';
import { eventually } from '@oms/stack';

import { change, handleOf } from './change-order.js';
import { placeBroken, untilContinued } from './continued-paths.js';
import { untilErpIs, withErp } from './erp-paths.js';
import type { OrderPath } from './order-path.js';
import type { Stage } from './stage.js';

const alone = 'to be alone on a server that continues early';

/** A draft of one unit that is charged when it is confirmed. */
async function payableDraft({ stack }: Stage) {
  const sales = createSalesClient({ baseUrl: stack.gatewayUrl, token: stack.token({}) });
  const reference = await stack.simulator.authorization(10_000);
  const { body } = await sales.post('/orders', {
    customer_id: 'cust_01J9RPMNVK4W',
    line_items: [{ product_id: await sales.product(1), quantity: 1, unit_price: '100.00' }],
    payment_provider: 'stripe',
    payment_reference: reference,
  });
  const orderId = orderIdOfSales(String(body['id']));
  if (orderId === undefined) throw new Error(`there is no draft: ${JSON.stringify(body)}`);
  return { orderId, reference };
}

/** Paths on which a run ends while somebody waits for a change, who is answered before it does. */
export const continuedChangePaths: readonly OrderPath[] = [
  {
    // Whoever cancels is told that it is under way; the next run goes on with it, and keeps the answer.
    name: 'continued-while-a-cancellation-is-awaited',
    needs: alone,
    take: async (stage) => {
      const { reference, orderId } = await placeBroken(stage, 'payment_intents.capture');
      await stage.untilWaiting(orderId);
      await stage.breakPayment(reference, { operation: 'payment_intents.cancel', kind: 'error_before' });
      await change(stage, orderId, 'cancel', { reason: 'no longer wanted' });
      await untilContinued(stage, orderId, 1);
      await stage.mend();
      await stage.untilAtRest(orderId);
      return orderId;
    },
  },
  {
    name: 'continued-while-a-confirmation-is-awaited',
    needs: alone,
    take: async (stage) => {
      const { orderId, reference } = await payableDraft(stage);
      await stage.breakPayment(reference, { operation: 'payment_intents.capture', kind: 'error_before' });
      const { status } = await change(stage, orderId, 'confirm');
      if (status !== 'pending') throw new Error(`the confirmation was not answered early: ${status}`);
      await untilContinued(stage, orderId, 1);
      await stage.mend();
      await stage.untilAtRest(orderId);
      await change(stage, orderId, 'cancel');
      await stage.untilAtRest(orderId);
      return orderId;
    },
  },
  {
    // The run is not ended before a change that cannot be written yet is.
    name: 'continued-after-a-change-that-waited',
    needs: alone,
    take: async (stage) => {
      const { body } = await stage.payable();
      const orderId = await stage.place(body);
      await stage.untilAtRest(orderId);
      const { runId } = await handleOf(stage, orderId).describe();
      await stage.postgres.stop('immediate');
      const refund = change(stage, orderId, 'refund', { amountMinor: 100 });
      await eventually('the refund waiting', async () => {
        const { waiting } = await handleOf(stage, orderId).query(orderProgressQuery);
        return waiting && waiting.attempts > 8 ? true : undefined;
      }).finally(() => stage.postgres.start());
      await refund;
      await eventually('the order going on in a new run', async () =>
        (await handleOf(stage, orderId).describe()).runId === runId ? undefined : true,
      );
      await change(stage, orderId, 'cancel');
      await stage.untilAtRest(orderId);
      return orderId;
    },
  },
  {
    // There is always one to be given: the run ends between two of them.
    name: 'continued-between-refunds',
    needs: alone,
    take: async (stage) => {
      const { body } = await stage.payable();
      const orderId = await stage.place(body);
      await stage.untilAtRest(orderId);
      await stage.stack.service('payment-worker').stop();
      for (const amountMinor of [100, 200, 300]) await change(stage, orderId, 'refund', { amountMinor });
      await stage.stack.service('payment-worker').start();
      await stage.untilAtRest(orderId);
      await change(stage, orderId, 'cancel');
      await stage.untilAtRest(orderId);
      return orderId;
    },
  },
  {
    name: 'continued-while-its-erp-is-away',
    needs: alone,
    take: (stage) =>
      withErp(stage, async (erp) => {
        erp.answer = 500;
        const { orderId } = await placeBroken(stage, 'payment_intents.capture');
        await untilContinued(stage, orderId, 1);
        await untilErpIs(stage, orderId, 'failed');
        await stage.mend();
        erp.answer = 200;
        await stage.untilAtRest(orderId);
        await untilErpIs(stage, orderId, 'synced');
        await change(stage, orderId, 'cancel');
        await stage.untilAtRest(orderId);
        return orderId;
      }),
  },
];
