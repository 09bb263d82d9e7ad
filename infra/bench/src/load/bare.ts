import { randomUUID } from 'node:crypto';

import { WithStartWorkflowOperation, type Client } from '@temporalio/client';

import { barePlacedUpdate, bareWorkflowQueue } from '../bare/bare-contract.js';
import type { BareWorkers } from '../bare/bare-workers.js';
import type { bareWorkflow } from '../bare/bare-workflow.js';
import { now, type Contender } from './contender.js';

/** A bare workflow on the product's Temporal, with one remote activity per step of an order. */
export function createBareContender(
  client: Client,
  workers: BareWorkers,
  newWorkflowId: () => string = () => `bare-${randomUUID()}`,
): Contender {
  return {
    prepare: () => Promise.resolve(),
    async place(startedAt) {
      const workflowId = newWorkflowId();
      const done = workers.whenDone(workflowId).then(() => now());
      await client.workflow.executeUpdateWithStart(barePlacedUpdate, {
        startWorkflowOperation: new WithStartWorkflowOperation<typeof bareWorkflow>('bareWorkflow', {
          workflowId,
          taskQueue: bareWorkflowQueue,
          workflowIdConflictPolicy: 'FAIL',
          args: [],
        }),
      });
      const answeredAt = now();
      return { answerMs: answeredAt - startedAt, doneMs: (await done) - startedAt };
    },
  };
}
