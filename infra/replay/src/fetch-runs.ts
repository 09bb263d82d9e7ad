import { Client, Connection, isGrpcServiceError } from '@temporalio/client';

import type { TemporalService } from './find-temporal-service.js';
import type { RecordedRun } from './recorded-run.js';
import type { HistorySource } from './replay-options.js';

type ServerSource = Exclude<HistorySource, { kind: 'files' }>;

/** @throws Error with the address if Temporal does not answer */
export async function connectTo({ connection, namespace }: TemporalService): Promise<Client> {
  try {
    const connected = await Connection.connect({ ...connection, connectTimeout: '10s' });
    return new Client({ connection: connected, namespace });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`Temporal does not answer at ${connection.address}: ${why}`, { cause: error });
  }
}

/**
 * Fetches histories one after the other, so that only few are in memory.
 *
 * @throws Error that names an unknown workflow or an invalid list filter
 */
export async function* fetchRuns(client: Client, source: ServerSource): AsyncGenerator<RecordedRun> {
  if (source.kind === 'workflow') yield await fetchRun(client, source.workflowId, source.runId);
  else yield* listRuns(client, source.query);
}

async function fetchRun(client: Client, workflowId: string, runId?: string): Promise<RecordedRun> {
  const run = `${runId === undefined ? '' : `run ${runId} of `}workflow ${workflowId}`;
  try {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    const started = history.events?.[0]?.workflowExecutionStartedEventAttributes;
    return {
      name: workflowId,
      workflowId,
      runId: started?.originalExecutionRunId ?? runId ?? '',
      history,
    };
  } catch (error) {
    if (isNotFound(error)) {
      const { namespace } = client.options;
      throw new Error(`there is no ${run} in namespace ${namespace}`, { cause: error });
    }
    throw new Error(`${run} cannot be read: ${describe(error)}`, { cause: error });
  }
}

async function* listRuns(client: Client, query: string): AsyncGenerator<RecordedRun> {
  const { namespace } = client.options;
  const listed = client.workflow.list({ query })[Symbol.asyncIterator]();
  for (;;) {
    const next = await listed.next().catch((error: unknown) => {
      throw new Error(`namespace ${namespace} cannot be searched by "${query}": ${describe(error)}`, {
        cause: error,
      });
    });
    if (next.done) return;
    const { workflowId, runId } = next.value;
    try {
      yield await fetchRun(client, workflowId, runId);
    } catch (error) {
      // A workflow that ended long ago may be deleted after it was listed.
      if (!(error instanceof Error && isNotFound(error.cause))) throw error;
    }
  }
}

/** gRPC's status code. */
const notFound = 5;

function isNotFound(error: unknown): boolean {
  return isGrpcServiceError(error) && Number(error.code) === notFound;
}

/** The server's message, if the error has one. */
function describe(error: unknown): string {
  const cause = error instanceof Error && isGrpcServiceError(error.cause) ? error.cause : error;
  if (isGrpcServiceError(cause)) return cause.details;
  return cause instanceof Error ? cause.message : String(cause);
}
