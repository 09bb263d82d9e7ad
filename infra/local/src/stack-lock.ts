import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';

import type { LocalPaths } from './local-paths.js';
import { eventually } from './processes.js';
import { commandOf } from './running-process.js';

interface Holder {
  readonly pid: number;
  /** The process that stops what the holder has started, should the holder be killed. */
  readonly guardPid?: number;
}

/**
 * Makes this process the only stack on its data folder. After one that was killed, waits until what it had started
 * has been stopped.
 *
 * @param guardPid the process that stops what this stack starts, should this process be killed
 * @returns gives the folder free again
 * @throws Error that names the process of the stack that runs already
 */
export async function lockStack(
  { dataDir, lockFile }: LocalPaths,
  guardPid: number | undefined,
  say: (line: string) => void,
): Promise<() => Promise<void>> {
  await mkdir(dataDir, { recursive: true });
  const holder = await readHolder(lockFile);
  if (holder && holder.pid !== process.pid && (await isCommand(holder.pid, /infra.local/))) {
    throw new Error(
      `the stack is running already (process ${holder.pid}); stop it first, or set LOCAL_DATA_DIR ` +
        'and the ports for a second one',
    );
  }
  if (holder?.guardPid !== undefined) await untilGone(holder.guardPid, say);
  const own: Holder = { pid: process.pid, ...(guardPid === undefined ? {} : { guardPid }) };
  await writeFile(lockFile, JSON.stringify(own));
  return () => rm(lockFile, { force: true });
}

async function untilGone(guardPid: number, say: (line: string) => void): Promise<void> {
  const isThere = (): Promise<boolean> => isCommand(guardPid, /orphan-guard/);
  if (!(await isThere())) return;
  say('the last run was killed; waiting until what it had started has stopped');
  await eventually(
    'the end of the processes of the last run',
    async () => ((await isThere()) ? undefined : true),
    { timeoutMs: 120_000 },
  );
}

async function isCommand(pid: number, pattern: RegExp): Promise<boolean> {
  return pattern.test((await commandOf(pid)) ?? '');
}

async function readHolder(file: string): Promise<Holder | undefined> {
  try {
    const text = await readFile(file, 'utf8');
    return JSON.parse(text) as Holder; // Only this module writes it.
  } catch {
    return undefined;
  }
}
