import { parseArgs } from 'node:util';

import type { WorkflowPath } from './workflow-path.js';

export interface RecordOptions {
  /** The paths that are to be recorded again; without any, those that have no history yet. */
  readonly again: readonly string[];
  readonly help: boolean;
}

export const recordHelp = `Takes orders, and whatever else has a workflow, along every path, on a stack of its own, and records
their histories in workflows/histories.

  pnpm record-histories             the paths that have no history yet
  pnpm record-histories <path> …    these once more, as <path>.<today>.json beside what there is

A history that was recorded is never overwritten. The paths:
`;

/** @throws Error that names a path that there is not */
export function parseRecordOptions(args: readonly string[], paths: readonly WorkflowPath[]): RecordOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h', default: false } },
  });
  const names = paths.map(({ name }) => name);
  const unknown = positionals.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new Error(`there is no path ${unknown.join(', ')}; there are ${names.join(', ')}`);
  }
  return { again: positionals, help: values.help };
}
