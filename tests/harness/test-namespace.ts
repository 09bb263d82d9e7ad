import { randomUUID } from 'node:crypto';

import { eventually } from '@oms/stack';
import { ensureSearchAttributes } from '@oms/temporal';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';

/** A namespace of its own on the run's Temporal, with the search attributes of orders. */
export async function createTestNamespace(address: string): Promise<string> {
  const namespace = `test-${randomUUID()}`;
  const connection = await Connection.connect({ address });
  try {
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: msToTs('24h'),
    });
    // The parts of the server notice a new namespace at different times.
    await eventually(`the namespace ${namespace}`, async () => {
      await ensureSearchAttributes(connection, namespace);
      await connection.workflowService.listWorkflowExecutions({
        namespace,
        query: "OrderStatus = 'pending' AND PaymentStatus = 'pending'",
      });
      return true;
    });
    return namespace;
  } finally {
    await connection.close();
  }
}
