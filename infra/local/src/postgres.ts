import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chown, mkdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';

import {
  findPostgresBinaries,
  isReachable,
  rootStateDir,
  type PostgresBinaries,
} from './postgres-binaries.js';
import { assertPortFree } from './ports.js';
import { waitForExit } from './processes.js';

/** How a server is told to stop: waiting for clients, dropping them, or as if the power had failed. */
export type PostgresStop = 'fast' | 'immediate' | 'kill';

const stopSignals = { fast: 'SIGINT', immediate: 'SIGQUIT', kill: 'SIGKILL' } as const;

export interface PostgresOptions {
  /** Kept between starts. Made at the first one. */
  readonly dataDir: string;
  readonly port: number;
  /** Off only for tests: a crash of the machine, not of the server, may then lose data. */
  readonly durable?: boolean;
  readonly onLog?: (line: string) => void;
}

export interface PostgresServer {
  readonly port: number;
  /** The URL of a database of this server. */
  url(database: string): string;
  /** The server's process; another one after a restart. */
  pid(): number | undefined;
  stop(how?: PostgresStop): Promise<void>;
  /** Starts a stopped server again, on the same port and data. */
  readonly start: () => Promise<void>;
  /** Called when the server has ended without having been told to. */
  readonly onCrash: (listener: (how: string) => void) => void;
}

/** Starts an embedded PostgreSQL on a data folder, and resolves when it takes connections. */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const binaries = await findPostgresBinaries();
  const dataDir = await prepareDataDir(options.dataDir, binaries);
  let server: ChildProcess | undefined;
  const crashed: ((how: string) => void)[] = [];

  const start = async (): Promise<void> => {
    await assertPortFree(options.port, 'POSTGRES_PORT');
    await removeStaleLock(dataDir);
    const started = await launch(binaries, dataDir, options);
    started.once('exit', (code, signal) => {
      if (server === started) for (const listener of crashed) listener(signal ?? `status ${code}`);
    });
    server = started;
  };
  await start();
  return {
    port: options.port,
    url: (database) => `postgresql://postgres@127.0.0.1:${options.port}/${database}`,
    pid: () => server?.pid,
    start,
    onCrash: (listener) => void crashed.push(listener),
    async stop(how = 'fast') {
      const running = server;
      server = undefined;
      if (running?.exitCode !== null || running.signalCode !== null) return;
      running.kill(stopSignals[how]);
      await waitForExit(running);
    },
  };
}

async function prepareDataDir(wanted: string, { initdb, user }: PostgresBinaries): Promise<string> {
  await mkdir(path.dirname(wanted), { recursive: true });
  const hidden = user !== undefined && !(await isReachable(path.dirname(wanted)));
  const dataDir = hidden
    ? path.join(
        rootStateDir,
        `data-${createHash('sha256').update(path.resolve(wanted)).digest('hex').slice(0, 12)}`,
      )
    : path.resolve(wanted);
  const initialised = await stat(path.join(dataDir, 'PG_VERSION')).then(
    () => true,
    () => false,
  );
  if (initialised) return dataDir;
  // An initdb that was interrupted leaves a folder that is of no use to the next one.
  await rm(dataDir, { recursive: true, force: true });
  await mkdir(path.dirname(dataDir), { recursive: true, mode: 0o755 });
  await mkdir(dataDir, { mode: 0o700 });
  if (user) await chown(dataDir, user.uid, user.gid);
  const child = spawn(
    initdb,
    ['-D', dataDir, '--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'],
    { ...user, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const code = await waitForExit(child);
  if (code !== 0) throw new Error(`initdb failed: ${errors.trim()}`);
  return dataDir;
}

/** A server that was killed leaves its lock behind; it is removed only when no such process runs. */
async function removeStaleLock(dataDir: string): Promise<void> {
  const lock = path.join(dataDir, 'postmaster.pid');
  const pid = Number((await readFile(lock, 'utf8').catch(() => '')).split('\n')[0]);
  if (!pid) return;
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  if (command.includes('postgres') && command.includes(dataDir)) {
    throw new Error(
      `another PostgreSQL (process ${pid}) already uses ${dataDir}: is the stack running already?`,
    );
  }
  await rm(lock, { force: true });
}

const readyMessage = 'database system is ready to accept connections';

async function launch(
  { postgres, user }: PostgresBinaries,
  dataDir: string,
  options: PostgresOptions,
): Promise<ChildProcess> {
  const settings = {
    port: String(options.port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '300',
    shared_buffers: '256MB',
    ...(options.durable === false
      ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }
      : {}),
  };
  const child = spawn(
    postgres,
    ['-D', dataDir, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    // A group of its own: Ctrl-C reaches the stack, which stops its parts in order.
    { ...user, stdio: ['ignore', 'ignore', 'pipe'], detached: true },
  );
  await new Promise<void>((resolve, reject) => {
    let tail = '';
    child.stderr.on('data', (chunk: Buffer) => {
      const text = chunk.toString();
      tail = (tail + text).slice(-2_000);
      for (const line of text.split('\n').filter(Boolean)) options.onLog?.(line);
      if (text.includes(readyMessage)) resolve();
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`PostgreSQL ended with status ${code}: ${tail.trim()}`)));
  });
  return child;
}
