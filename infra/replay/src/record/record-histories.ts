import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { parseRecordOptions, recordHelp } from './record-options.js';
import { recordPath } from './record-path.js';
import { startRecordServers, type RecordServers } from './record-servers.js';
import type { WorkflowPath } from './workflow-path.js';
import { workflowPaths } from './workflow-paths.js';

/** The same folder from the sources and from what was built of them. */
const folder = fileURLToPath(new URL('../../../../workflows/histories', import.meta.url));

/**
 * Records the histories that are asked for.
 *
 * @param onServers gets what has to be stopped, whatever happens
 * @throws Error that names each path that could not be recorded
 */
export async function recordHistories(
  args: readonly string[],
  say: (line: string) => void,
  onServers: (servers: RecordServers) => void,
): Promise<void> {
  const { again, help } = parseRecordOptions(args, workflowPaths);
  if (help) return say(recordHelp + workflowPaths.map(({ name }) => `  ${name}`).join('\n'));
  const there = await readdir(folder);
  const isRecorded = ({ name }: WorkflowPath): boolean => there.some((file) => file.startsWith(`${name}.`));
  const wanted = workflowPaths.filter((path) =>
    again.length > 0 ? again.includes(path.name) : !isRecorded(path),
  );
  if (wanted.length === 0) return say('every path has a history already');

  const servers = await startRecordServers(say);
  onServers(servers);
  const failed: string[] = [];
  const record = async (stage: Parameters<typeof recordPath>[0], path: WorkflowPath): Promise<void> => {
    const suffix = isRecorded(path) ? `.${new Date().toISOString().slice(0, 10)}` : '';
    try {
      for (const file of await recordPath(stage, path, { folder, suffix })) say(`recorded ${file}`);
    } catch (error) {
      failed.push(path.name);
      say(`FAILED ${path.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  await recordOn(servers, wanted, record);
  if (failed.length > 0) throw new Error(`not recorded: ${failed.join(', ')}`);
}

async function recordOn(
  servers: RecordServers,
  wanted: readonly WorkflowPath[],
  record: (stage: Parameters<typeof recordPath>[0], path: WorkflowPath) => Promise<void>,
): Promise<void> {
  const early = wanted.filter(({ needs }) => needs === 'to be alone on a server that continues early');
  const alone = wanted.filter(({ needs }) => needs === 'to be alone');
  const together = wanted.filter(({ needs }) => needs === undefined);
  if (alone.length + together.length > 0) {
    const { stage, stop } = await servers.startStage('usual');
    await Promise.all(together.map((path) => record(stage, path)));
    for (const path of alone) await record(stage, path);
    await stop();
  }
  if (early.length > 0) {
    const { stage, stop } = await servers.startStage('continues early');
    for (const path of early) await record(stage, path);
    await stop();
  }
}
