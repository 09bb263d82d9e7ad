import { orderWorkflowId, orderWorkflowType } from '@oms/contracts/temporal';
import { allOpenOrders, findOrderToStart, type Database, type OrderStartRecord } from '@oms/database';
import { startFromRecords, type Temporal } from '@oms/temporal';
import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';

import { inParallel } from './in-parallel.js';

/** An order without a running workflow that is open, or whose payment has an unsettled notification. */
export interface AbandonedOrder {
  readonly order: OrderStartRecord;
  /** The status of its workflow in Temporal, such as `TERMINATED`, or a text that it does not exist. */
  readonly workflow: string;
  readonly isStarted: boolean;
}

/** Finds orders that need a workflow but have no running one. Starts their workflows from the records, if requested. */
export async function* abandonedOrders(
  { database, temporal }: { readonly database: Database; readonly temporal: Temporal },
  options: { readonly tenantId?: string; readonly concurrency: number; readonly isRepairing: boolean },
): AsyncGenerator<AbandonedOrder> {
  const looked = inParallel(allOpenOrders(database, options), options.concurrency, async (order) => {
    const workflow = await stateOf(temporal, order);
    // An order that has ended in the meantime needs no workflow.
    if (workflow === 'RUNNING' || !(await findOrderToStart(database, order))?.isOpen) return undefined;
    if (options.isRepairing) await start(temporal, order);
    return { order, workflow, isStarted: options.isRepairing };
  });
  for await (const abandoned of looked) if (abandoned) yield abandoned;
}

async function stateOf({ client, named }: Temporal, { orderId }: OrderStartRecord): Promise<string> {
  try {
    return (await client.workflow.getHandle(named(orderWorkflowId(orderId))).describe()).status.name;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'none';
    throw error;
  }
}

async function start({ client, named }: Temporal, order: OrderStartRecord): Promise<void> {
  try {
    await client.workflow.start(orderWorkflowType, {
      ...startFromRecords(named, order),
      workflowIdConflictPolicy: 'FAIL',
    });
  } catch (error) {
    // Another process has started the workflow in the meantime.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
