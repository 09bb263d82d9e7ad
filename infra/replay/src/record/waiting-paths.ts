import { holdLock } from '@oms/testing';

import type { OrderPath } from './order-path.js';
import type { Stage } from './stage.js';

const capture = 'payment_intents.capture';

/** Places an order whose provider fails at this operation, and waits until the order waits for it. */
async function placeWaiting(stage: Stage, operation: string, kind = 'error_before'): Promise<string> {
  const { reference, body } = await stage.payable();
  await stage.breakPayment(reference, { operation, kind });
  const orderId = await stage.place(body);
  await stage.untilWaiting(orderId);
  return orderId;
}

async function cancelled(stage: Stage, orderId: string): Promise<string> {
  await stage.cancel(orderId);
  await stage.stack.orderReaching(orderId, ['cancelled'], 120_000);
  await stage.untilAtRest(orderId);
  return orderId;
}

const cancelledWhileWaiting: readonly OrderPath[] = [
  {
    name: 'cancelled-between-authorise-and-capture',
    take: async (stage) => cancelled(stage, await placeWaiting(stage, capture)),
  },
  {
    // The activity is under way when the cancellation comes; what it took is given back.
    name: 'cancelled-during-capture',
    take: async (stage) => {
      const { reference, body } = await stage.payable();
      await stage.breakPayment(reference, { operation: capture, kind: 'hang_after', times: 1 });
      const orderId = await stage.place(body);
      await stage.untilBroken(reference);
      return cancelled(stage, orderId);
    },
  },
];

const waitedOut: readonly OrderPath[] = [
  {
    name: 'provider-down-at-capture',
    take: async (stage) => {
      const { reference, body } = await stage.payable();
      await stage.breakPayment(reference, { operation: capture, kind: 'rate_limit', times: 14 });
      const orderId = await stage.place(body);
      await stage.untilAtRest(orderId);
      return orderId;
    },
  },
  {
    // Flagged while it waits, since its authorisation lapses within the hour.
    name: 'flagged-before-the-authorisation-lapses',
    take: async (stage) => {
      const { reference, body } = await stage.payable({ heldForSeconds: 3_600 });
      await stage.breakPayment(reference, { operation: capture, kind: 'rate_limit', times: 14 });
      const orderId = await stage.place(body);
      await stage.untilAtRest(orderId);
      return orderId;
    },
  },
  {
    // The last attempt of the round takes the money and no answer says so: the next round begins with the question.
    name: 'unknown-outcome-resolved',
    take: async (stage) => {
      const { reference, body } = await stage.payable();
      await stage.breakPayment(reference, { operation: capture, kind: 'error_before', times: 3 });
      await stage.breakPayment(reference, { operation: capture, kind: 'hang_after', times: 1 });
      const orderId = await stage.place(body);
      await stage.untilAtRest(orderId);
      return orderId;
    },
  },
];

const others: readonly OrderPath[] = [
  {
    name: 'placed-twice-at-once',
    needs: 'to be alone',
    take: async (stage) => {
      const { stack } = stage;
      await stack.database.prisma.tenantSettings.upsert({
        where: { tenantId: stack.tenantId },
        create: { tenantId: stack.tenantId },
        update: {},
      });
      const { body } = await stage.payable();
      // Nobody can record it while this row is held, so both clients wait at the same update.
      const lock = await holdLock(stack.databaseUrl, 'SELECT FROM tenant_settings WHERE tenant_id = $1', [
        stack.tenantId,
      ]);
      const posts = [stage.place(body), stage.place(body)];
      await lock.untilSomebodyWaits();
      await lock.letGo();
      const [orderId = ''] = await Promise.all(posts);
      await stage.untilAtRest(orderId);
      return orderId;
    },
  },
  {
    name: 'database-down-while-recording',
    needs: 'to be alone',
    take: async (stage) => {
      const { body } = await stage.payable();
      await stage.postgres.stop('immediate');
      const orderId = await stage.place(body);
      await stage.untilWaiting(orderId).finally(() => stage.postgres.start());
      await stage.untilAtRest(orderId);
      return orderId;
    },
  },
  {
    // Nothing interrupts the record: an order that was accepted is recorded first and cancelled then.
    name: 'cancelled-while-recording',
    needs: 'to be alone',
    take: async (stage) => {
      const { body } = await stage.payable();
      await stage.postgres.stop('immediate');
      const orderId = await stage.place(body);
      await stage
        .untilWaiting(orderId)
        .then(() => stage.cancel(orderId))
        .finally(() => stage.postgres.start());
      await stage.stack.orderReaching(orderId, ['cancelled'], 120_000);
      await stage.untilAtRest(orderId);
      return orderId;
    },
  },
];

export const waitingPaths: readonly OrderPath[] = [...cancelledWhileWaiting, ...waitedOut, ...others];
