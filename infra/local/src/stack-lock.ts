import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';

import type { LocalPaths } from './local-paths.js';
import { eventually } from './processes.js';
import { identityOf, isRunning, type ProcessIdentity } from './running-process.js';

interface Holder {
  readonly stack: ProcessIdentity;
  /** The process that stops the holder's children if the holder is killed. */
  readonly guard?: ProcessIdentity;
  /** Whether the holder is about to release the lock. */
  readonly isStopping: boolean;
}

/** The lock on a data folder: one stack at a time may use it. */
export interface StackLock {
  /** Announces the end of this stack, so that the next one waits instead of failing. */
  announceStop(): Promise<void>;
  release(): Promise<void>;
}

const stopLimitMs = 150_000;
const retryMs = 10;

/**
 * Locks the data folder for this process. Waits while the last stack stops, or while the guard of a killed stack stops
 * that stack's children.
 *
 * @param guardPid the process that stops this stack's children if this process is killed
 * @throws Error that names the process of a running stack
 */
export async function lockStack(
  { dataDir, lockFile }: LocalPaths,
  guardPid: number | undefined,
  say: (line: string) => void,
): Promise<StackLock> {
  await mkdir(dataDir, { recursive: true });
  const stack = (await identityOf(process.pid)) ?? { pid: process.pid, started: 'unknown' };
  const guard = guardPid === undefined ? undefined : await identityOf(guardPid);
  const own: Holder = { stack, ...(guard ? { guard } : {}), isStopping: false };
  const content = JSON.stringify(own);
  for (let isHeld = await take(lockFile, content); !isHeld;) {
    const left = await read(lockFile);
    if (left !== undefined) await untilFree(left, say);
    isHeld = left === undefined ? await take(lockFile, content) : await takeOver(lockFile, left, content);
  }
  return {
    async announceStop() {
      const unfinished = `${lockFile}.${process.pid}`;
      await writeFile(unfinished, JSON.stringify({ ...own, isStopping: true } satisfies Holder));
      await rename(unfinished, lockFile);
    },
    release: () => rm(lockFile, { force: true }),
  };
}

/** Creates the lock with its content. Of two processes only one succeeds. */
async function take(lockFile: string, content: string): Promise<boolean> {
  const unfinished = `${lockFile}.${process.pid}`;
  await writeFile(unfinished, content);
  try {
    await link(unfinished, lockFile);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false; // `fs` rejects with this type.
    throw error;
  } finally {
    await rm(unfinished, { force: true });
  }
}

/**
 * Replaces the lock of a process that has ended. A second lock lets only one process do so at a time: another could
 * replace the lock of a faster one.
 */
async function takeOver(lockFile: string, left: string, content: string): Promise<boolean> {
  const takeOverLock = `${lockFile}.next`;
  if (!(await take(takeOverLock, content))) {
    const successor = parse((await read(takeOverLock)) ?? '');
    // The process with the second lock was killed.
    if (successor && !(await isRunning(successor.stack))) await rm(takeOverLock, { force: true });
    await new Promise((resolve) => setTimeout(resolve, retryMs));
    return false;
  }
  try {
    if ((await read(lockFile)) !== left) return false;
    const unfinished = `${lockFile}.${process.pid}`;
    await writeFile(unfinished, content);
    await rename(unfinished, lockFile);
    return true;
  } finally {
    await rm(takeOverLock, { force: true });
  }
}

function read(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}

async function untilFree(text: string, say: (line: string) => void): Promise<void> {
  const holder = parse(text);
  if (!holder) return;
  if (holder.isStopping) {
    await untilEnded(holder.stack, () => say('the last run is still stopping; waiting for it'));
  } else if (await isRunning(holder.stack)) {
    throw new Error(
      `the stack is running already (process ${holder.stack.pid}); stop it first, or set LOCAL_DATA_DIR ` +
        'and the ports for a second one',
    );
  }
  if (!holder.guard) return;
  await untilEnded(holder.guard, () =>
    say('the last run was killed; waiting until its processes have stopped'),
  );
}

async function untilEnded(holder: ProcessIdentity, onWait: () => void): Promise<void> {
  if (!(await isRunning(holder))) return;
  onWait();
  await eventually(
    `the end of process ${holder.pid} of the last run`,
    async () => ((await isRunning(holder)) ? undefined : true),
    { timeoutMs: stopLimitMs },
  );
}

function parse(text: string): Holder | undefined {
  try {
    const { stack, guard, isStopping } = JSON.parse(text) as Partial<Holder>; // Only this module writes it.
    return stack && { stack, ...(guard ? { guard } : {}), isStopping: isStopping === true };
  } catch {
    return undefined;
  }
}
