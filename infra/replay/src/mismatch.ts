import type { RecordedRun } from './recorded-run.js';

/** Where a history and the present code part. */
export interface Mismatch {
  /** The event that the present code does not lead to, where that is known. */
  readonly event?: string;
  readonly why: string;
}

/** Says in one line what the replay found. */
export function describeMismatch(error: Error, _run: RecordedRun): Mismatch {
  return { why: error.message };
}
