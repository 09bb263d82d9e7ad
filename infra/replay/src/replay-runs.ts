import { Worker, type ReplayWorkerOptions } from '@temporalio/worker';

import { describeMismatch, type Mismatch } from './mismatch.js';
import type { RecordedRun } from './recorded-run.js';

/** The result of a history on the present code. */
export type ReplayOutcome =
  | { readonly kind: 'ok'; readonly run: RecordedRun }
  /** No worker has executed it yet, so no code can diverge from it. */
  | { readonly kind: 'not_begun'; readonly run: RecordedRun }
  | { readonly kind: 'failed'; readonly run: RecordedRun; readonly mismatch: Mismatch };

/**
 * Replays histories one after the other, without a server. The workflow code gets the recorded answers, and must issue the
 * same commands in the same order. No command has an effect.
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
  // The SDK asks for the next history only after this outcome was taken, so `current` is still its run.
  for await (const { error } of Worker.runReplayHistories({ workflowBundle }, replayable())) {
    yield* notBegun.splice(0).map((run) => ({ kind: 'not_begun' as const, run }));
    if (!current) continue;
    if (error) yield { kind: 'failed', run: current, mismatch: describeMismatch(error, current) };
    else yield { kind: 'ok', run: current };
  }
  yield* notBegun.map((run) => ({ kind: 'not_begun' as const, run }));
}

/** Whether a worker has executed any of this run. */
export function hasBegun(history: RecordedRun['history']): boolean {
  return (history.events ?? []).some((event) => event.workflowTaskCompletedEventAttributes);
}
