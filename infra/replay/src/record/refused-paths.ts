import { randomUUID } from 'node:crypto';

import { FailureType, orderIdFor, orderProgressQuery } from '@oms/contracts/temporal';
import { eventually } from '@oms/stack';
import { orderItem } from '@oms/testing';

import { change, handleOf } from './change-order.js';
import type { OrderPath } from './order-path.js';
import type { Stage } from './stage.js';

/** Makes the database refuse the rows of a table that break a rule, for as long as the work lasts. */
async function refusing<Result>(
  { stack }: Stage,
  { table, rule }: { readonly table: string; readonly rule: string },
  work: () => Promise<Result>,
): Promise<Result> {
  const name = `refused_${randomUUID().replaceAll('-', '')}`;
  const execute = (sql: string) => stack.database.prisma.$executeRawUnsafe(`ALTER TABLE ${table} ${sql}`);
  await execute(`ADD CONSTRAINT ${name} CHECK (${rule})`);
  try {
    return await work();
  } finally {
    await execute(`DROP CONSTRAINT ${name}`);
  }
}

/** An order, and a rule that refuses it once it would have this status. */
async function refusable(stage: Stage, status: string, order: object = {}) {
  const external_id = `refused-${randomUUID()}`;
  const { body } = await stage.payable({ order: { external_id, ...order } });
  const rule = `external_id <> '${external_id}' OR status <> '${status}'`;
  return { body, refused: { table: 'orders', rule } };
}

async function untilRefused(stage: Stage, orderId: string): Promise<void> {
  await eventually('the step being refused', async () => {
    const { waiting } = await handleOf(stage, orderId).query(orderProgressQuery);
    return waiting?.code === FailureType.RecordRefused ? true : undefined;
  });
}

/** Paths of orders of which the database refuses a step. */
export const refusedPaths: readonly OrderPath[] = [
  {
    name: 'not-recorded',
    take: async (stage) => {
      const { body, refused } = await refusable(stage, 'pending');
      const orderId = orderIdFor(stage.stack, String(body['idempotency_key']));
      await refusing(stage, refused, async () => {
        await stage.stack.api.placeOrder(body);
        await handleOf(stage, orderId)
          .result()
          .catch(() => undefined);
      });
      return orderId;
    },
  },
  {
    name: 'not-confirmed',
    take: async (stage) => {
      const { body, refused } = await refusable(stage, 'confirmed');
      return refusing(stage, refused, async () => {
        const orderId = await stage.place(body);
        await stage.untilAtRest(orderId);
        return orderId;
      });
    },
  },
  {
    // It is tried again when an operator asks. It costs nothing: no webhook asks for it before.
    name: 'cancellation-refused-then-retried',
    take: async (stage) => {
      const items = [orderItem({ unit_price: '0' })];
      const { body, refused } = await refusable(stage, 'cancelled', { items });
      const orderId = await stage.place(body);
      await stage.untilAtRest(orderId);
      const cancelled = await refusing(stage, refused, async () => {
        const asked = change(stage, orderId, 'cancel');
        await untilRefused(stage, orderId);
        return { asked };
      });
      await change(stage, orderId, 'retry', { by: 'operator', reason: 'it can be recorded now' });
      await cancelled.asked;
      await stage.untilAtRest(orderId);
      return orderId;
    },
  },
];
