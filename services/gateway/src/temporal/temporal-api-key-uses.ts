import { randomUUID } from 'node:crypto';

import { recordApiKeyUsesWorkflowType, TaskQueue } from '@oms/contracts/temporal';
import type { Client } from '@temporalio/client';

import type { RecordApiKeyUses } from '../auth/api-key-uses.js';

const startTimeoutMs = 5_000;

/** Has it written by a workflow of its own, which needs neither a worker nor the database to be there now. */
export function createTemporalApiKeyUses(client: Client): RecordApiKeyUses {
  return async (uses) => {
    await client.withDeadline(Date.now() + startTimeoutMs, () =>
      client.workflow.start(recordApiKeyUsesWorkflowType, {
        workflowId: `api-key-uses-${randomUUID()}`,
        taskQueue: TaskQueue.Orders,
        args: [uses],
        staticSummary: `${uses.length} API keys were used`,
      }),
    );
  };
}
