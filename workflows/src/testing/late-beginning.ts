import { sleep, type WorkflowInterceptorsFactory } from '@temporalio/workflow';

/** Workflows that begin with a timer, as those of the present code do not. */
export const interceptors: WorkflowInterceptorsFactory = () => ({
  inbound: [
    {
      async execute(input, next) {
        await sleep(1_000);
        return next(input);
      },
    },
  ],
});
