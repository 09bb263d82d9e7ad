import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { Connection } from '@temporalio/client';

import { startChild, StopRank, untilReady, type Child } from './child.js';
import { assertPortFree } from './ports.js';

export interface TemporalOptions {
  /** The absolute path of the `temporal` CLI. */
  readonly binary: string;
  readonly port: number;
  /** The port of the Web UI. Default: no Web UI. */
  readonly uiPort?: number;
  /** The file that keeps workflows between starts. Default: memory. */
  readonly dbFile?: string;
  readonly logFile: string;
  /** Namespaces in addition to `default`. Created at the start, if absent. */
  readonly namespaces?: readonly string[];
  /** Server settings, such as `limit.historyCount.suggestContinueAsNew`. */
  readonly dynamicConfig?: Readonly<Record<string, string>>;
}

export interface TemporalServer {
  readonly address: string;
  readonly uiUrl?: string;
  pid(): number | undefined;
  /** Stops the server in order, or like a crash. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /**
   * Starts a stopped server again, on the same ports and data.
   *
   * @param clock sets the server's clock ahead of the machine's. Only a server that this project has built supports it.
   */
  readonly start: (clock?: { readonly aheadSeconds: number }) => Promise<void>;
  /** The listener is called when the server ends without a stop. */
  readonly onCrash: (listener: (how: string) => void) => void;
}

/**
 * Starts Temporal's development server and resolves when its namespaces can be used.
 *
 * @throws Error that names the taken port, or with the end of the server's log if it does not start
 */
export async function startTemporal(options: TemporalOptions): Promise<TemporalServer> {
  const address = `127.0.0.1:${options.port}`;
  const crashed: ((how: string) => void)[] = [];
  let server: Child | undefined;

  const start = async ({ aheadSeconds = 0 } = {}): Promise<void> => {
    await assertPortFree(options.port, 'TEMPORAL_PORT');
    if (options.uiPort !== undefined) await assertPortFree(options.uiPort, 'TEMPORAL_UI_PORT');
    const finishDatabase = await beginDatabase(options.dbFile);
    const started = startChild({
      name: 'Temporal',
      command: options.binary,
      args: serverArguments(options),
      env: { ...process.env, TEMPORAL_CLOCK_AHEAD_SECONDS: String(aheadSeconds) },
      logFile: options.logFile,
      rank: StopRank.Temporal,
      stopSignal: 'SIGTERM',
    });
    try {
      await untilReady(started, () => answer(address, ['default', ...(options.namespaces ?? [])]));
      await finishDatabase();
    } catch (error) {
      await started.stop('SIGKILL');
      throw error;
    }
    void started.ended.then((how) => {
      if (server === started) for (const listener of crashed) listener(how);
    });
    server = started;
  };
  await start();
  return {
    address,
    ...(options.uiPort === undefined ? {} : { uiUrl: `http://127.0.0.1:${options.uiPort}` }),
    pid: () => (server?.end() === undefined ? server?.pid : undefined),
    start,
    onCrash: (listener) => void crashed.push(listener),
    async stop(signal = 'SIGTERM') {
      const running = server;
      server = undefined;
      await running?.stop(signal);
    },
  };
}

/**
 * Deletes the database file of an incomplete first start. The server creates its tables at the first start, and cannot use
 * a file with only some of them. A marker beside the file exists until the server was ready once.
 *
 * @returns the function to call when the server is ready; it removes the marker
 */
async function beginDatabase(dbFile: string | undefined): Promise<() => Promise<void>> {
  if (dbFile === undefined) return () => Promise.resolve();
  const marker = `${dbFile}.unfinished`;
  if (existsSync(marker)) {
    for (const suffix of ['', '-wal', '-shm', '-journal']) await rm(`${dbFile}${suffix}`, { force: true });
  } else if (!existsSync(dbFile)) {
    await mkdir(path.dirname(dbFile), { recursive: true });
    await writeFile(marker, '');
  }
  return () => rm(marker, { force: true });
}

function serverArguments(options: TemporalOptions): string[] {
  return [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(options.port), '--log-level', 'warn'],
    ...(options.uiPort === undefined ? ['--headless'] : ['--ui-port', String(options.uiPort)]),
    ...(options.dbFile === undefined ? [] : ['--db-filename', options.dbFile]),
    ...(options.namespaces ?? []).flatMap((namespace) => ['--namespace', namespace]),
    ...Object.entries(options.dynamicConfig ?? {}).flatMap(([key, value]) => [
      '--dynamic-config-value',
      `${key}=${value}`,
    ]),
  ];
}

async function answer(address: string, namespaces: readonly string[]): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: '1s' });
  try {
    for (const namespace of namespaces) await connection.workflowService.describeNamespace({ namespace });
  } finally {
    await connection.close();
  }
}
