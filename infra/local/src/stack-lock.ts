import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';

import type { LocalPaths } from './local-paths.js';
import { eventually } from './processes.js';
import { identityOf, isRunning, type ProcessIdentity } from './running-process.js';

interface Holder {
  readonly stack: ProcessIdentity;
  /** The process that stops what the holder has started, should the holder be killed. */
  readonly guard?: ProcessIdentity;
  /** It takes nothing more, and is about to give the folder free. */
  readonly isStopping: boolean;
}

/** The right to be the only stack on a data folder. */
export interface StackLock {
  /** Says that this stack is about to end: the next one waits for it instead of giving up. */
  announceStop(): Promise<void>;
  release(): Promise<void>;
}

const stopLimitMs = 150_000;
const retryMs = 10;

/**
 * Makes this process the only stack on its data folder. While the last one stops, or after one that was killed, waits
 * until what it had started has ended.
 *
 * @param guardPid the process that stops what this stack starts, should this process be killed
 * @throws Error that names the process of the stack that runs already
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

/** The lock appears with its content, and of two that take it only one succeeds. */
async function take(lockFile: string, content: string): Promise<boolean> {
  const unfinished = `${lockFile}.${process.pid}`;
  await writeFile(unfinished, content);
  try {
    await link(unfinished, lockFile);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false; // What fs rejects with.
    throw error;
  } finally {
    await rm(unfinished, { force: true });
  }
}

/**
 * Replaces the lock of one that has ended. Only one process at a time may, or it would replace the lock of another
 * one that was faster.
 */
async function takeOver(lockFile: string, left: string, content: string): Promise<boolean> {
  const right = `${lockFile}.next`;
  if (!(await take(right, content))) {
    const heir = parse((await read(right)) ?? '');
    // It was killed in between.
    if (heir && !(await isRunning(heir.stack))) await rm(right, { force: true });
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
    await rm(right, { force: true });
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
    say('the last run was killed; waiting until what it had started has stopped'),
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
