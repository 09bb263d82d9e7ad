import { createInventoryActivities } from '@oms/activities';
import { TaskQueue } from '@oms/contracts/temporal';
import { runWorkerService, workerConfig } from '@oms/worker';

runWorkerService({
  name: 'inventory-worker',
  taskQueue: TaskQueue.Inventory,
  configSchema: workerConfig,
  createActivities: ({ database }) => createInventoryActivities({ database }),
});
