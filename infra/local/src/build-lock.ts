import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';

import { identityOf, isRunning, type ProcessIdentity } from './running-process.js';

interface Builder extends ProcessIdentity {
  readonly host: string;
}

const beatMs = 5_000;
/**
 * A lock that was not refreshed for this long is stale. The processes of other machines and containers that share the cache
 * are invisible here, so each holder refreshes its lock.
 */
const silenceMs = 30_000;

/**
 * Takes the lock of the build, and refreshes it while it is held.
 *
 * @returns the function that releases it; `undefined` if another process holds it
 */
export async function takeBuildLock(lock: string): Promise<(() => Promise<void>) | undefined> {
  const own: Builder = {
    ...((await identityOf(process.pid)) ?? { pid: process.pid, started: 'unknown' }),
    host: os.hostname(),
  };
  if (!(await wrote(lock, own))) {
    // Only an existing lock can be stale.
    if (!(await isBuildLockAbandoned(lock))) return undefined;
    await rm(lock, { force: true });
    if (!(await wrote(lock, own))) return undefined;
  }
  const beat = setInterval(() => {
    const now = new Date();
    utimes(lock, now, now).catch(() => undefined);
  }, beatMs);
  beat.unref();
  return async () => {
    clearInterval(beat);
    await rm(lock, { force: true });
  };
}

/** @returns whether the lock was free */
async function wrote(lock: string, own: Builder): Promise<boolean> {
  try {
    await writeFile(lock, JSON.stringify(own), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false; // `fs` rejects with this type.
    throw error;
  }
}

/** Whether the lock is stale: its builder has ended on this machine, or has not refreshed the lock for some time. */
export async function isBuildLockAbandoned(lock: string): Promise<boolean> {
  const shownAt = await stat(lock).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
  if (shownAt === undefined || Date.now() - shownAt > silenceMs) return true;
  const builder = await readBuilder(lock);
  // An empty lock is still being written.
  return builder?.host === os.hostname() && !(await isRunning(builder));
}

async function readBuilder(lock: string): Promise<Builder | undefined> {
  try {
    return JSON.parse(await readFile(lock, 'utf8')) as Builder; // Only this module writes it.
  } catch {
    return undefined;
  }
}
