import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { Connection } from '@temporalio/client';

import { startChild, StopRank, untilReady, type Child } from './child.js';
import { assertPortFree } from './ports.js';

export interface TemporalOptions {
  /** An absolute path of the `temporal` CLI. */
  readonly binary: string;
  readonly port: number;
  /** Where the Web UI is served. None without it. */
  readonly uiPort?: number;
  /** Keeps workflows between starts. In memory without it. */
  readonly dbFile?: string;
  readonly logFile: string;
  /** Made at the start where missing, beside `default`. */
  readonly namespaces?: readonly string[];
  /** Server settings, such as `limit.historyCount.suggestContinueAsNew`. */
  readonly dynamicConfig?: Readonly<Record<string, string>>;
}

export interface TemporalServer {
  readonly address: string;
  readonly uiUrl?: string;
  pid(): number | undefined;
  /** Stops the server in good order, or as if it had crashed. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /**
   * Starts a stopped server again, on the same ports and data.
   *
   * @param clock how far its clock is ahead of the machine's. Only the server that this project has built minds it.
   */
  readonly start: (clock?: { readonly aheadSeconds: number }) => Promise<void>;
  /** Called when the server has ended without having been told to. */
  readonly onCrash: (listener: (how: string) => void) => void;
}

/**
 * Starts Temporal's development server and resolves when its namespaces can be used.
 *
 * @throws Error that names the port when it is taken, or the end of the server's log when it does not start
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
 * The server makes its tables at its first start, and cannot use a file in which it was killed before it had made all
 * of them. A marker beside the file says until then that nothing in it was ever used: such a file is made anew.
 *
 * @returns to be called when the server is ready
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
