import type { Environment } from '@oms/config';
import { workflowBundlePath } from '@oms/workflows/bundle';
import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';

import { connectTo, fetchRuns } from './fetch-runs.js';
import { findTemporalService } from './find-temporal-service.js';
import { readHistoryFile, writeHistoryFile } from './history-file.js';
import type { RecordedRun } from './recorded-run.js';
import { parseReplayOptions, replayHelp, type ReplayOptions } from './replay-options.js';
import { replayRuns, type ReplayOutcome } from './replay-runs.js';

export interface ReplayCommand {
  readonly args: readonly string[];
  readonly env: Environment;
  readonly say: (line: string) => void;
}

/**
 * Runs the command.
 *
 * @returns whether every history replays
 * @throws Error with the reason if that could not be determined
 */
export async function runReplay({ args, env, say }: ReplayCommand): Promise<boolean> {
  const options = parseReplayOptions(args);
  if (options.kind === 'help') {
    say(replayHelp.trimEnd());
    return true;
  }
  silenceTemporal();
  let failed = 0;
  let replayed = 0;
  for await (const outcome of replayRuns(runsOf(options, env), { codePath: workflowBundlePath })) {
    say(describeOutcome(outcome));
    if (outcome.kind === 'failed') failed += 1;
    else replayed += 1;
  }
  say(summarise(options, replayed, failed));
  return failed === 0;
}

async function* runsOf(
  { source, recordDir }: Extract<ReplayOptions, { kind: 'replay' }>,
  env: Environment,
): AsyncGenerator<RecordedRun> {
  if (source.kind === 'files') {
    for (const file of source.files) yield await readHistoryFile(file);
    return;
  }
  const client = await connectTo(await findTemporalService(env));
  try {
    for await (const run of fetchRuns(client, source)) {
      if (recordDir !== undefined) await writeHistoryFile(recordDir, run);
      yield run;
    }
  } finally {
    await client.connection.close();
  }
}

function describeOutcome(outcome: ReplayOutcome): string {
  const { name, runId } = outcome.run;
  const title = `${name} (run ${runId})`;
  switch (outcome.kind) {
    case 'ok':
      return `ok      ${title}`;
    case 'not_begun':
      return `ok      ${title}: no worker has begun it`;
    case 'failed': {
      const { event, why } = outcome.mismatch;
      return `FAILED  ${title}: ${event === undefined ? '' : `${event}: `}${why}`;
    }
  }
}

function summarise(
  { source }: Extract<ReplayOptions, { kind: 'replay' }>,
  ok: number,
  failed: number,
): string {
  if (ok + failed === 0 && source.kind === 'query') return `no workflow matches ${source.query}`;
  return `${ok} replayed, ${failed} failed`;
}

/** Silences the SDK's log: the outcome reports a failed replay in one line. */
function silenceTemporal(): void {
  Runtime.install({
    logger: new DefaultLogger('ERROR', () => undefined),
    telemetryOptions: {
      logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }), forward: {} },
    },
  });
}
