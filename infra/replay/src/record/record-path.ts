import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { eventually } from '@oms/stack';
import type { Client } from '@temporalio/client';
import type { History } from '@temporalio/common/lib/proto-utils.js';

import { historyJson } from '../history-file.js';
import { hasBegun } from '../replay-runs.js';
import type { Stage } from './stage.js';
import { tidyHistory } from './tidy-history.js';
import type { WorkflowPath } from './workflow-path.js';

/**
 * Has a workflow go a path and writes the history of each of its runs.
 *
 * @param suffix what tells this recording from an earlier one of the same path; empty for the first
 * @returns the names of the files
 * @throws Error when a file of that name is there already: what was recorded stays
 */
export async function recordPath(
  stage: Stage,
  { name, take }: WorkflowPath,
  { folder, suffix }: { readonly folder: string; readonly suffix: string },
): Promise<readonly string[]> {
  const runs = await runsOf(stage.stack.temporal, await take(stage));
  const files: string[] = [];
  for (const [index, history] of runs.entries()) {
    const file = `${name}${suffix}${runs.length === 1 ? '' : `.run-${index + 1}`}.json`;
    const { tokenSecret, databaseUrls } = stage.stack;
    const tidy = tidyHistory(history, [tokenSecret, ...Object.values(databaseUrls)]);
    await writeFile(path.join(folder, file), historyJson(tidy), { flag: 'wx' });
    files.push(file);
  }
  return files;
}

/** The histories of all runs of a workflow, the first one first. The last may have been continued in a moment ago. */
async function runsOf(client: Client, workflowId: string): Promise<readonly History[]> {
  const latest = await eventually(`the latest run of ${workflowId} being begun`, async () => {
    const history = await client.workflow.getHandle(workflowId).fetchHistory();
    return hasBegun(history) ? history : undefined;
  });
  const runs: History[] = [];
  let runId = latest.events?.[0]?.workflowExecutionStartedEventAttributes?.firstExecutionRunId ?? undefined;
  while (runId) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    runs.push(history);
    runId =
      history.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? undefined;
  }
  return runs;
}
