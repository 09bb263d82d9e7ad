import { fileURLToPath } from 'node:url';

import { activityInfo } from '@temporalio/activity';
import {
  DefaultLogger,
  NativeConnection,
  Runtime,
  Worker,
  bundleWorkflowCode,
  type WorkerOptions,
} from '@temporalio/worker';

import {
  bareActivityCount,
  bareActivityQueue,
  bareWorkflowQueue,
  type BareActivities,
  type BareMessage,
  type BareWorkerArguments,
} from './bare-contract.js';

// A worker process of the bare contender, with the settings of the product's workers. It is a child of the bench, informs it of
// completed workflows, and ends with it.

const activities: BareActivities = {
  async doNothing(ordinal) {
    const workflowId = activityInfo().workflowExecution?.workflowId;
    if (ordinal === bareActivityCount && workflowId !== undefined) tell({ kind: 'done', workflowId });
  },
};

const logger = new DefaultLogger('ERROR');
const pollers = { type: 'autoscaling', initial: 5, maximum: 20 } as const;

async function optionsFor(role: BareWorkerArguments['role']): Promise<Pick<WorkerOptions, 'taskQueue'>> {
  switch (role) {
    case 'activities':
      return {
        taskQueue: bareActivityQueue,
        ...{ activities, maxConcurrentActivityTaskExecutions: 50, activityTaskPollerBehavior: pollers },
      };
    case 'workflows': {
      const workflowBundle = await bundleWorkflowCode({
        workflowsPath: fileURLToPath(new URL('./bare-workflow.js', import.meta.url)),
        logger,
      });
      return {
        taskQueue: bareWorkflowQueue,
        ...{ workflowBundle, workflowTaskPollerBehavior: pollers, maxCachedWorkflows: 1_000 },
      };
    }
  }
}

function tell(message: BareMessage): void {
  process.send?.(message);
}

const { role, address, namespace } = JSON.parse(process.argv[2] ?? '{}') as BareWorkerArguments; // The bench made it.
Runtime.install({ logger, shutdownSignals: [] });
const connection = await NativeConnection.connect({ address, grpcCompression: { codec: 'none' } });
const worker = await Worker.create({ connection, namespace, ...(await optionsFor(role)) });
const running = worker.run();
process.once('disconnect', () => process.exit(0));
tell({ kind: 'ready' });
await running;
