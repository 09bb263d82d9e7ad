import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { orderWorkflowId } from '@oms/contracts/temporal';
import type { Client } from '@temporalio/client';
import type { History } from '@temporalio/common/lib/proto-utils.js';

import { historyJson } from '../history-file.js';
import type { OrderPath } from './order-path.js';
import type { Stage } from './stage.js';
import { tidyHistory } from './tidy-history.js';

/**
 * Takes an order along a path and writes the history of each of its runs.
 *
 * @param suffix what tells this recording from an earlier one of the same path; empty for the first
 * @returns the names of the files
 * @throws Error when a file of that name is there already: what was recorded stays
 */
export async function recordPath(
  stage: Stage,
  { name, take }: OrderPath,
  { folder, suffix }: { readonly folder: string; readonly suffix: string },
): Promise<readonly string[]> {
  const orderId = await take(stage);
  const runs = await runsOf(stage.stack.temporal, orderWorkflowId(orderId));
  const files: string[] = [];
  for (const [index, history] of runs.entries()) {
    const file = `${name}${suffix}${runs.length === 1 ? '' : `.run-${index + 1}`}.json`;
    const tidy = tidyHistory(history, [stage.stack.tokenSecret, stage.stack.databaseUrl]);
    await writeFile(path.join(folder, file), historyJson(tidy), { flag: 'wx' });
    files.push(file);
  }
  return files;
}

/** The histories of all runs of a workflow, the first one first. */
async function runsOf(client: Client, workflowId: string): Promise<readonly History[]> {
  const latest = await client.workflow.getHandle(workflowId).fetchHistory();
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
