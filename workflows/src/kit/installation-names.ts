import { namingOf } from '@oms/contracts/temporal';
import { workflowInfo, type WorkflowInterceptors } from '@temporalio/workflow';

/** Names the task queues that a workflow calls as its own installation does, whose prefix its queue has. */
export function interceptors(): WorkflowInterceptors {
  const named = namingOf(workflowInfo().taskQueue);
  return {
    inbound: [],
    internals: [],
    outbound: [
      {
        scheduleActivity(input, next) {
          const { taskQueue } = input.options;
          if (taskQueue === undefined) return next(input);
          return next({ ...input, options: { ...input.options, taskQueue: named(taskQueue) } });
        },
      },
    ],
  };
}
