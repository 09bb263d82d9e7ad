import { parseArgs } from 'node:util';

/** The source of the histories to replay. */
export type HistorySource =
  | { readonly kind: 'files'; readonly files: readonly string[] }
  | { readonly kind: 'workflow'; readonly workflowId: string; readonly runId?: string }
  | { readonly kind: 'query'; readonly query: string };

export type ReplayOptions =
  | { readonly kind: 'help' }
  | { readonly kind: 'replay'; readonly source: HistorySource; readonly recordDir?: string };

/** All open orders. A new version of the code has to continue their workflows. */
export const openOrdersQuery = "WorkflowType = 'orderWorkflow' AND ExecutionStatus = 'Running'";

export const replayHelp = `Replays histories of orders on the present code, and says which of them it cannot continue.

  pnpm replay                                       all open orders
  pnpm replay --query '<list filter>'               the workflows that a list filter finds
  pnpm replay --workflow-id <id> [--run-id <id>]    one workflow: its latest run, or the given one
  pnpm replay --history <file> …                    recorded histories, without a server

  --record <folder>   also writes each history there as JSON. It has the order's data in clear text, such as addresses.
  --help              prints this

The default list filter:
  ${openOrdersQuery}
All runs of an order that was continued as new: --query "WorkflowId = '<id>'"

The Temporal service is set by the variables of the product's services: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE,
TEMPORAL_TLS, TEMPORAL_API_KEY, TEMPORAL_TLS_CERT_PATH and TEMPORAL_TLS_KEY_PATH. Without TEMPORAL_ADDRESS, it is that
of the running local stack. The command only reads there.

Exit status: 0 if all histories replay, 1 if one does not, 2 if that could not be determined.
`;

/** Invalid arguments. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** @throws UsageError that names the invalid argument */
export function parseReplayOptions(args: readonly string[]): ReplayOptions {
  const { values, positionals } = parse(args);
  if (values.help) return { kind: 'help' };
  const recordDir = values.record;
  for (const [name, value] of Object.entries(values)) {
    if ([value].flat().some((given) => given === '')) throw new UsageError(`--${name} needs a value`);
  }
  if (values.history) {
    const files = [...values.history, ...positionals];
    assertAlone('--history', [values['workflow-id'], values['run-id'], values.query, values.record]);
    return { kind: 'replay', source: { kind: 'files', files } };
  }
  if (positionals.length > 0) {
    throw new UsageError(`unexpected argument ${positionals[0]}: name a workflow with --workflow-id`);
  }
  return {
    kind: 'replay',
    source: serverSource(values),
    ...(recordDir === undefined ? {} : { recordDir }),
  };
}

type Values = ReturnType<typeof parse>['values'];

function serverSource({ query, 'workflow-id': workflowId, 'run-id': runId }: Values): HistorySource {
  if (workflowId === undefined) {
    if (runId !== undefined) throw new UsageError('--run-id needs --workflow-id');
    return { kind: 'query', query: query ?? openOrdersQuery };
  }
  assertAlone('--workflow-id', [query]);
  return { kind: 'workflow', workflowId, ...(runId === undefined ? {} : { runId }) };
}

function assertAlone(option: string, others: readonly (string | undefined)[]): void {
  if (others.some((other) => other !== undefined)) {
    throw new UsageError(`${option} cannot be combined with another source or with --record`);
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        query: { type: 'string' },
        'workflow-id': { type: 'string' },
        'run-id': { type: 'string' },
        history: { type: 'string', multiple: true },
        record: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    // The first sentence of Node's message names the option.
    const message = error instanceof Error ? error.message.split('. ')[0] : String(error);
    throw new UsageError(message ?? 'the arguments cannot be read', { cause: error });
  }
}
