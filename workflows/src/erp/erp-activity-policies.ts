import type { ErpActivities } from '@oms/activities';
import { TaskQueue } from '@oms/contracts/temporal';
import { ActivityCancellationType, proxyActivities, type ActivityOptions } from '@temporalio/workflow';

/**
 * Calls to an ERP: several to each push, of which each has its own timeout. A worker that was killed is noticed by its
 * missing heartbeats. A call that is under way is not abandoned when somebody asks not to wait for the next one.
 */
const erpPolicy = {
  taskQueue: TaskQueue.Integrations,
  startToCloseTimeout: '5m',
  heartbeatTimeout: '10s',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
} as const satisfies ActivityOptions;

/** Tried for as long as it takes, by the activity's own word of when; each attempt takes the order as it is then. */
export const { pushOrderToErp } = proxyActivities<ErpActivities>({
  ...erpPolicy,
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '5m' },
  summary: 'Bring the order to the ERP',
});

/** Somebody waits for the answer. */
export const { testErp } = proxyActivities<ErpActivities>({
  ...erpPolicy,
  scheduleToCloseTimeout: '2m',
  retry: { maximumAttempts: 1 },
  summary: 'Try the ERP',
});
