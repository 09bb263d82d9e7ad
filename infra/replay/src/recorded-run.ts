import type { History } from '@temporalio/common/lib/proto-utils.js';

/** One run of a workflow, with its history. */
export interface RecordedRun {
  /** The name that the output shows. */
  readonly name: string;
  readonly workflowId: string;
  readonly runId: string;
  readonly history: History;
}
