import { orderWorkflowId } from '@oms/contracts/temporal';
import { orderBody, orderBodyTotalMinor, orderItem, type TestStack } from '@oms/testing';
import type { Client } from '@temporalio/client';
import pg from 'pg';

import type { ConfirmationWatch } from './load/confirmation-watch.js';
import type { BenchResult, OrderCost } from './report/bench-result.js';
import { median } from './statistics.js';

const sampleSize = 10;

/** The cost of an undisturbed order: medians for its workflow, means for the database. */
export async function measureProductCost(
  stack: TestStack,
  watch: ConfirmationWatch,
): Promise<BenchResult['cost']['product']> {
  const client = new pg.Client({ connectionString: stack.databaseUrl });
  await client.connect();
  try {
    const level = await stack.stock(1_000_000);
    const references = await stack.simulator.authorizations(sampleSize, orderBodyTotalMinor);
    const before = await written(client);
    const workflowIds: string[] = [];
    for (const payment_reference of references) {
      const { body } = await stack.api.placeOrder(
        orderBody({ payment_reference, items: [orderItem(level)] }),
      );
      await watch.whenConfirmed(body.order_id);
      workflowIds.push(orderWorkflowId(body.order_id));
    }
    const after = await written(client);
    return {
      ...(await costOfWorkflows(stack.temporal, workflowIds)),
      writeTransactions: (after.transactions - before.transactions) / sampleSize,
      walBytes: (after.walBytes - before.walBytes) / sampleSize,
    };
  } finally {
    await client.end();
  }
}

/** The number of writing transactions so far and the bytes that they wrote. Reads do not count. */
async function written(client: pg.Client): Promise<{ transactions: number; walBytes: number }> {
  const { rows } = await client.query<{ transactions: string; wal: string }>(
    `SELECT pg_snapshot_xmax(pg_current_snapshot()) AS transactions, pg_current_wal_insert_lsn() - '0/0'::pg_lsn AS wal`,
  );
  const [row] = rows;
  if (!row) throw new Error('PostgreSQL returned no write statistics');
  return { transactions: Number(row.transactions), walBytes: Number(row.wal) };
}

/** The medians of the workflows' costs, from their histories so far. */
export async function costOfWorkflows(client: Client, workflowIds: readonly string[]): Promise<OrderCost> {
  const costs = await Promise.all(
    workflowIds.map(async (workflowId) => {
      const handle = client.workflow.getHandle(workflowId);
      const { events = [] } = await handle.fetchHistory();
      const { historySize = 0 } = await handle.describe();
      const count = (is: (event: NonNullable<typeof events>[number]) => unknown): number =>
        (events ?? []).filter((event) => is(event)).length;
      return {
        historyEvents: count(() => true),
        historyBytes: historySize,
        workflowTasks: count((event) => event.workflowTaskCompletedEventAttributes),
        activityTasks: count((event) => event.activityTaskCompletedEventAttributes),
        localActivities: count((event) => event.markerRecordedEventAttributes),
      };
    }),
  );
  const middle = (of: keyof OrderCost): number => median(costs.map((cost) => cost[of]));
  return {
    historyEvents: middle('historyEvents'),
    historyBytes: middle('historyBytes'),
    workflowTasks: middle('workflowTasks'),
    activityTasks: middle('activityTasks'),
    localActivities: middle('localActivities'),
  };
}
