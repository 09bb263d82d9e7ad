import { eventually } from '@oms/stack';

import type { Stage } from './stage.js';

/**
 * Finds the workflow of a type that was given all of these words, of which one at least is nobody else's.
 *
 * @returns its id, as soon as it has begun
 */
export function workflowAbout(
  { stack: { temporal } }: Stage,
  type: string,
  words: readonly string[],
): Promise<string> {
  const find = async (): Promise<string | undefined> => {
    for await (const { workflowId, runId } of temporal.workflow.list({ query: `WorkflowType = '${type}'` })) {
      const { events } = await temporal.workflow.getHandle(workflowId, runId).fetchHistory();
      const given = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
      const text = given.map(({ data }) => Buffer.from(data ?? []).toString()).join('\n');
      if (words.every((word) => text.includes(word))) return workflowId;
    }
    return undefined;
  };
  // What API keys were used for is told once a minute.
  return eventually(`a ${type} about ${words.join(' ')}`, find, { timeoutMs: 120_000 });
}

/** Resolves when an activity of the workflow has failed and is to be tried again. */
export async function untilActivityWaits(
  { stack: { temporal } }: Pick<Stage, 'stack'>,
  workflowId: string,
): Promise<void> {
  await eventually(`an activity of ${workflowId} waiting`, async () => {
    const { raw } = await temporal.workflow.getHandle(workflowId).describe();
    return raw.pendingActivities?.some(({ lastFailure }) => lastFailure) === true ? true : undefined;
  });
}
