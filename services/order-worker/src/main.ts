import { createOrderActivities } from '@oms/activities';
import { TaskQueue } from '@oms/contracts/temporal';
import { runWorkerService, workerConfig } from '@oms/worker';
import { workflowBundlePath } from '@oms/workflows/bundle';

runWorkerService({
  name: 'order-worker',
  taskQueue: TaskQueue.Orders,
  configSchema: workerConfig,
  createActivities: ({ database }) => createOrderActivities({ database }),
  workflowBundlePath,
});
