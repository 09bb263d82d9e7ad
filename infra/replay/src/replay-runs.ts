import { Worker, type ReplayWorkerOptions } from '@temporalio/worker';

import { describeMismatch, type Mismatch } from './mismatch.js';
import type { RecordedRun } from './recorded-run.js';

/** The result of a history on the present code. */
export type ReplayOutcome =
  | { readonly kind: 'ok'; readonly run: RecordedRun }
  /** No code has decided anything about it yet, so none can decide differently. */
  | { readonly kind: 'not_begun'; readonly run: RecordedRun }
  | { readonly kind: 'failed'; readonly run: RecordedRun; readonly mismatch: Mismatch };

/**
 * Replays histories one after the other, without any server: workflow code is run with what it was answered then,
 * and has to ask for the same things in the same order. Nothing has an effect anywhere.
 */
export async function* replayRuns(
  runs: AsyncIterable<RecordedRun>,
  workflowBundle: NonNullable<ReplayWorkerOptions['workflowBundle']>,
): AsyncGenerator<ReplayOutcome> {
  const notBegun: RecordedRun[] = [];
  let current: RecordedRun | undefined;

  async function* replayable() {
    for await (const run of runs) {
      if (hasBegun(run.history)) yield { workflowId: (current = run).workflowId, history: run.history };
      else notBegun.push(run);
    }
  }
  // The next history is asked for when the outcome of the last one was taken: `current` is the one it is about.
  for await (const { error } of Worker.runReplayHistories({ workflowBundle }, replayable())) {
    yield* notBegun.splice(0).map((run) => ({ kind: 'not_begun' as const, run }));
    if (!current) continue;
    if (error) yield { kind: 'failed', run: current, mismatch: describeMismatch(error, current) };
    else yield { kind: 'ok', run: current };
  }
  yield* notBegun.map((run) => ({ kind: 'not_begun' as const, run }));
}

/** Whether a worker has decided anything in this run. */
export function hasBegun(history: RecordedRun['history']): boolean {
  return (history.events ?? []).some((event) => event.workflowTaskCompletedEventAttributes);
}
