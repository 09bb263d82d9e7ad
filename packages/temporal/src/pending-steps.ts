import { isGrpcServiceError, type Client, type WorkflowExecutionDescription } from '@temporalio/client';

/** An activity that is not over, as Temporal describes it, whether or not a worker runs it. */
export type PendingActivity = NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number];

/** Whether an activity has failed at least once and goes on by itself. */
export function isStepThatWaits({ lastFailure }: PendingActivity): boolean {
  return lastFailure !== null && lastFailure !== undefined;
}

/** gRPC's NOT_FOUND. */
const notFound = 5;

/** Discards the pause before the next attempt of an activity. One that is over by then needs nothing. */
export async function resetActivity(client: Client, workflowId: string, activityId: string): Promise<void> {
  const { namespace } = client.options;
  const execution = { workflowId };
  try {
    await client.workflowService.resetActivity({ namespace, execution, id: activityId });
  } catch (error) {
    if (!isGrpcServiceError(error) || Number(error.code) !== notFound) throw error;
  }
}
