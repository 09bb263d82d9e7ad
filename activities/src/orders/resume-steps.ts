import { isStepThatWaits, resetActivity } from '@oms/temporal';
import { Context } from '@temporalio/activity';

/**
 * Has every activity of the calling workflow that waits for its next attempt tried at once, as if for the first time.
 * Leaves nothing in the workflow's history but this call. Of an attempt that is under way, the next one comes sooner.
 */
export async function resumeSteps(): Promise<void> {
  const { client, info } = Context.current();
  const { workflowId, runId } = info.workflowExecution ?? {};
  if (workflowId === undefined) throw new Error('only a workflow has steps');
  const { raw } = await client.workflow.getHandle(workflowId, runId).describe();
  for (const activity of raw.pendingActivities ?? []) {
    if (isStepThatWaits(activity) && activity.activityId !== info.activityId)
      await resetActivity(client, workflowId, activity.activityId ?? '');
  }
}
