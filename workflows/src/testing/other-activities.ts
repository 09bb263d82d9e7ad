import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';

/** Workflows that have activities of other names run. */
export const interceptors: WorkflowInterceptorsFactory = () => ({
  outbound: [
    {
      scheduleActivity: (input, next) => next({ ...input, activityType: `other/${input.activityType}` }),
      scheduleLocalActivity: (input, next) => next({ ...input, activityType: `other/${input.activityType}` }),
    },
  ],
});
