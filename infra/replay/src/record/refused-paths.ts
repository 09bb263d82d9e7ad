import { randomUUID } from 'node:crypto';

import { commandWorkflowType, FailureType, orderIdFor, orderProgressQuery } from '@oms/contracts/temporal';
import { eventually } from '@oms/stack';
import { orderItem } from '@oms/testing';

import { change, handleOf } from './change-order.js';
import { untilActivityWaits, workflowAbout } from './find-workflow.js';
import type { OrderPath } from './order-path.js';
import type { Stage } from './stage.js';
import type { WorkflowPath } from './workflow-path.js';

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

/** Changes the settings of the tenant; the prefix is nobody else's. */
const changeSettings = ({ stack }: Stage, order_number_prefix: string) =>
  stack.api.request('PATCH', '/api/v1/oms/settings', { order_number_prefix });

const newPrefix = (): string => `P${randomUUID().slice(0, 6).toUpperCase()}`;

/** Paths of commands that cannot be carried out at once. */
export const refusedCommandPaths: readonly WorkflowPath[] = [
  {
    name: 'command-not-recorded',
    needs: 'to be alone',
    take: async (stage) => {
      const prefix = newPrefix();
      const refused = { table: 'tenant_settings', rule: `order_number_prefix <> '${prefix}'` };
      await refusing(stage, refused, () => changeSettings(stage, prefix));
      return workflowAbout(stage, commandWorkflowType, [prefix]);
    },
  },
  {
    name: 'command-while-the-database-is-down',
    needs: 'to be alone',
    take: async (stage) => {
      const prefix = newPrefix();
      await stage.postgres.stop('immediate');
      const workflowId = await changeSettings(stage, prefix)
        .then(() => workflowAbout(stage, commandWorkflowType, [prefix]))
        .then(async (id) => untilActivityWaits(stage, id).then(() => id))
        .finally(() => stage.postgres.start());
      await stage.stack.temporal.workflow.getHandle(workflowId).result();
      return workflowId;
    },
  },
];
