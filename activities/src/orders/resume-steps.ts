import { isStepThatWaits, resetActivity } from '@oms/temporal';
import { Context } from '@temporalio/activity';

/**
 * Retries at once every activity of the calling workflow that waits for its next attempt, with its attempts counted
 * from one. Adds nothing but this call to the workflow's history. While an attempt is under way, the next one comes
 * sooner.
 */
export async function resumeSteps(): Promise<undefined> {
  const { client, info } = Context.current();
  const { workflowId, runId } = info.workflowExecution ?? {};
  if (workflowId === undefined) throw new Error('only a workflow has steps');
  const { raw } = await client.workflow.getHandle(workflowId, runId).describe();
  for (const activity of raw.pendingActivities ?? []) {
    if (isStepThatWaits(activity) && activity.activityId !== info.activityId)
      await resetActivity(client, workflowId, activity.activityId ?? '');
  }
}
