import pg from 'pg';

import { startChild, StopRank, untilReady, type Child } from './child.js';
import { assertPortFree } from './ports.js';
import { findPostgresBinaries, type PostgresBinaries } from './postgres-binaries.js';
import { assertUnused, prepareDataDir } from './postgres-data.js';

/** How a server stops: `fast` drops its clients, `immediate` is like a crash. */
export type PostgresStop = 'fast' | 'immediate' | 'kill';

const stopSignals = { fast: 'SIGINT', immediate: 'SIGQUIT', kill: 'SIGKILL' } as const;

export interface PostgresOptions {
  /** The folder of the data. Created at the first start. */
  readonly dataDir: string;
  readonly port: number;
  /** Default true. Tests set false: then a crash of the machine, but not of the server, may lose data. */
  readonly durable?: boolean;
  /** Default: a file beside the data. */
  readonly logFile?: string;
}

export interface PostgresServer {
  readonly port: number;
  /** The URL of a database of this server. */
  url(database: string): string;
  /** The process id of the server. A restart changes it. */
  pid(): number | undefined;
  stop(how?: PostgresStop): Promise<void>;
  /** Starts a stopped server again, on the same port and data. */
  readonly start: () => Promise<void>;
  /** The listener is called when the server ends without a stop. */
  readonly onCrash: (listener: (how: string) => void) => void;
}

/**
 * Starts an embedded PostgreSQL on a data folder. Resolves when it accepts connections; after a crash, it recovers
 * first.
 *
 * @throws Error that names the taken port, or the process that already uses the data
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const binaries = await findPostgresBinaries();
  const logFile = options.logFile ?? `${options.dataDir}.log`;
  const dataDir = await prepareDataDir(options.dataDir, binaries, logFile);
  const url = (database: string): string => `postgresql://postgres@127.0.0.1:${options.port}/${database}`;
  const crashed: ((how: string) => void)[] = [];
  let server: Child | undefined;

  const start = async (): Promise<void> => {
    await assertUnused(dataDir);
    await assertPortFree(options.port, 'POSTGRES_PORT');
    const started = await launch(binaries, { ...options, dataDir, logFile }, url('postgres'));
    void started.ended.then((how) => {
      if (server === started) for (const listener of crashed) listener(how);
    });
    server = started;
  };
  await start();
  return {
    port: options.port,
    url,
    pid: () => (server?.end() === undefined ? server?.pid : undefined),
    start,
    onCrash: (listener) => void crashed.push(listener),
    async stop(how = 'fast') {
      const running = server;
      server = undefined;
      await running?.stop(stopSignals[how]);
    },
  };
}

/** PostgreSQL's message while processes of a killed server are still ending. */
const stillEnding = 'pre-existing shared memory block';
const stillEndingMs = 15_000;
const recoveryLimitMs = 5 * 60_000;

async function launch(
  { postgres, user }: PostgresBinaries,
  options: PostgresOptions & { readonly logFile: string },
  url: string,
): Promise<Child> {
  for (const deadline = Date.now() + stillEndingMs; ;) {
    const child = startChild({
      name: 'PostgreSQL',
      command: postgres,
      args: ['-D', options.dataDir, ...settings(options)],
      cwd: options.dataDir,
      ...(user ? { user } : {}),
      logFile: options.logFile,
      rank: StopRank.Database,
      stopSignal: stopSignals.fast,
    });
    try {
      await untilReady(child, () => answer(url), { timeoutMs: recoveryLimitMs, everyMs: 25 });
      return child;
    } catch (error) {
      await child.stop(stopSignals.immediate);
      if (!String(error).includes(stillEnding) || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

function settings(options: PostgresOptions): readonly string[] {
  const values = {
    port: String(options.port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '300',
    shared_buffers: '256MB',
    // The detail of an error has the values of the rejected row, such as customers' names.
    log_error_verbosity: 'terse',
    ...(options.durable === false
      ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }
      : {}),
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

async function answer(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2_000 });
  // The connection may fail a second time, after the first failure was reported.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } finally {
    await client.end().catch(() => undefined);
  }
}
