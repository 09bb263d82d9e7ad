import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { historyToJSON, type History } from '@temporalio/common/lib/proto-utils.js';

import type { TestStack } from './test-stack.js';
import { tidyHistory } from './tidy-history.js';

/**
 * Writes the histories of all workflows of a stack, each shape once. The replay guard's histories are chosen from
 * them.
 *
 * @param folder may contain histories of other stacks; an existing shape is not written again
 */
export async function exportHistories(stack: TestStack, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const secrets = [stack.tokenSecret, ...Object.values(stack.databaseUrls)];
  for await (const { workflowId, runId, type } of stack.temporal.workflow.list()) {
    const history = await stack.temporal.workflow.getHandle(workflowId, runId).fetchHistory();
    // The workflow has not decided anything yet, so any code can continue this history.
    if (!history.events?.some((event) => event.workflowTaskCompletedEventAttributes)) continue;
    const shape = createHash('sha256').update(shapeOf(history).join(' ')).digest('hex').slice(0, 8);
    const text = `${historyToJSON(tidyHistory(history, secrets))}\n`;
    await writeFile(path.join(folder, `${type}.${shape}.json`), text);
  }
}

/** The shape of a history: for each event its type, and the name of its activity, Update or Signal. */
export function shapeOf({ events }: History): readonly string[] {
  return (events ?? []).map((event) => {
    const { eventId: _, eventTime: __, userMetadata: ___, ...rest } = event;
    const [kind] = Object.keys(rest).filter((key) => key.endsWith('EventAttributes'));
    const name =
      event.activityTaskScheduledEventAttributes?.activityType?.name ??
      event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input?.name ??
      event.workflowExecutionSignaledEventAttributes?.signalName ??
      localActivityOf(event) ??
      '';
    return `${(kind ?? '').replace(/EventAttributes$/, '')}:${name}`;
  });
}

function localActivityOf({ markerRecordedEventAttributes: marker }: NonNullable<History['events']>[number]) {
  const data = marker?.details?.['data']?.payloads?.[0]?.data;
  if (!data) return undefined;
  const { activity_type: type } = JSON.parse(Buffer.from(data).toString()) as { activity_type?: string };
  return type;
}
