import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';

import { identityOf, isRunning, type ProcessIdentity } from './running-process.js';

interface Builder extends ProcessIdentity {
  readonly host: string;
}

const beatMs = 5_000;
/** The cache may be shared with other machines and containers, whose processes cannot be seen: a lock shows life. */
const silenceMs = 30_000;

/**
 * Takes the right to build, and keeps showing that it is held.
 *
 * @returns gives the right back; nothing when somebody else has it
 */
export async function takeBuildLock(lock: string): Promise<(() => Promise<void>) | undefined> {
  const own: Builder = {
    ...((await identityOf(process.pid)) ?? { pid: process.pid, started: 'unknown' }),
    host: os.hostname(),
  };
  if (!(await wrote(lock, own))) {
    // Only what is there can be abandoned: where there was nothing, another builder may have taken it since.
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

/** Whether nobody holds the right: its builder has ended on this machine, or has shown no life for some time. */
export async function isBuildLockAbandoned(lock: string): Promise<boolean> {
  const shownAt = await stat(lock).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
  if (shownAt === undefined || Date.now() - shownAt > silenceMs) return true;
  const builder = await readBuilder(lock);
  // One without content is being written.
  return builder?.host === os.hostname() && !(await isRunning(builder));
}

async function readBuilder(lock: string): Promise<Builder | undefined> {
  try {
    return JSON.parse(await readFile(lock, 'utf8')) as Builder; // Only this module writes it.
  } catch {
    return undefined;
  }
}
