import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { historyFromJSON, historyToJSON } from '@temporalio/common/lib/proto-utils.js';

import type { RecordedRun } from './recorded-run.js';

type History = RecordedRun['history'];

/** A history as JSON, in the format of Temporal's tools. */
export function historyJson(history: History): string {
  return `${historyToJSON(history)}\n`;
}

/** @throws Error that names the file if it cannot be read or has no history */
export async function readHistoryFile(file: string): Promise<RecordedRun> {
  const name = path.basename(file, '.json');
  try {
    const history = historyFromJSON(JSON.parse(await readFile(file, 'utf8')));
    const [first] = history.events ?? [];
    const started = first?.workflowExecutionStartedEventAttributes;
    if (!started) throw new Error('it does not begin with the start of a workflow');
    return {
      name,
      workflowId: started.workflowId ?? name,
      runId: started.originalExecutionRunId ?? '',
      history,
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`${file} cannot be read as a history: ${why}`, { cause: error });
  }
}

/** Writes the history as `<workflow id>.<begin of the run id>.json`; a longer history of the same run replaces it. */
export async function writeHistoryFile(folder: string, run: RecordedRun): Promise<string> {
  await mkdir(folder, { recursive: true });
  // Ids may have characters that file names cannot have.
  const name = `${run.workflowId}.${run.runId.slice(0, 8)}`.replaceAll(/[^\w.-]/g, '_');
  const file = path.join(folder, `${name}.json`);
  await writeFile(file, historyJson(run.history));
  return file;
}
