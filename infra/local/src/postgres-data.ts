import { createHash } from 'node:crypto';
import { chown, lstat, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import path from 'node:path';

import { EndedEarlyError, startChild, StopRank } from './child.js';
import { isReachable, rootStateDir, type PostgresBinaries } from './postgres-binaries.js';
import { commandOf } from './running-process.js';

/** The locale of an embedded server's databases: the same on every machine. */
export const builtinLocale = 'C.UTF-8';

/**
 * Creates the data folder of a server, if absent.
 *
 * @returns the real folder. As root, in a checkout that the `postgres` user cannot reach, `wanted` is a link to it.
 *   If the link is deleted, the next start begins with empty data.
 * @throws EndedEarlyError if the folder cannot be made
 */
export async function prepareDataDir(
  wanted: string,
  { initdb, user }: PostgresBinaries,
  logFile: string,
): Promise<string> {
  await mkdir(path.dirname(wanted), { recursive: true });
  const hidden = user !== undefined && !(await isReachable(path.dirname(wanted)));
  const dataDir = hidden ? await linkedDataDir(wanted) : path.resolve(wanted);
  if (await exists(path.join(dataDir, 'PG_VERSION'))) return dataDir;
  // A killed initdb leaves an unusable folder, so only a complete one gets the name. Its last child process may still be
  // writing for a moment.
  const newDir = `${dataDir}.new`;
  for (const folder of [dataDir, newDir]) await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  await mkdir(path.dirname(dataDir), { recursive: true, mode: 0o755 });
  await mkdir(newDir, { mode: 0o700 });
  if (user) await chown(newDir, user.uid, user.gid);
  const child = startChild({
    name: 'initdb',
    command: initdb,
    args: [
      ...['-D', newDir, '--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C'],
      // Sorts texts by their bytes, and knows the case of letters beyond ASCII.
      ...['--locale-provider=builtin', `--builtin-locale=${builtinLocale}`, '--no-sync'],
    ],
    ...(user ? { user } : {}),
    // The user may not be allowed to enter the current folder.
    cwd: path.dirname(dataDir),
    logFile,
    rank: StopRank.Helper,
    stopSignal: 'SIGTERM',
  });
  const how = await child.ended;
  if (how !== 'status 0') throw new EndedEarlyError(`initdb ended (${how})\n${child.printed()}`.trim());
  await rename(newDir, dataDir);
  return dataDir;
}

async function linkedDataDir(wanted: string): Promise<string> {
  const name = createHash('sha256').update(path.resolve(wanted)).digest('hex').slice(0, 12);
  const dataDir = path.join(rootStateDir, `data-${name}`);
  const isThere = await lstat(wanted).then(
    () => true,
    () => false,
  );
  if (!isThere) {
    await assertUnused(dataDir);
    await rm(dataDir, { recursive: true, force: true });
    await symlink(dataDir, wanted);
  }
  return dataDir;
}

/**
 * Makes sure that no server uses the data.
 *
 * PostgreSQL handles the lock file of a killed server: it checks whether a process of that server still writes. This
 * function removes the file only if its process id now belongs to another program, which PostgreSQL cannot detect.
 *
 * @throws Error that names the process of the running server
 */
export async function assertUnused(dataDir: string): Promise<void> {
  const lock = path.join(dataDir, 'postmaster.pid');
  const pid = Number((await readFile(lock, 'utf8').catch(() => '')).split('\n')[0]);
  if (!pid) return;
  const command = await commandOf(pid);
  if (command === undefined) return;
  if (command.includes('postgres') && command.includes(dataDir)) {
    throw new Error(
      `another PostgreSQL (process ${pid}) already uses ${dataDir}: is the stack running already?`,
    );
  }
  await rm(lock, { force: true });
}

function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
