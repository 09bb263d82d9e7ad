import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import { Connection } from '@temporalio/client';

import { assertPortFree } from './ports.js';
import { eventually, HopelessError, waitForExit } from './processes.js';

export interface TemporalOptions {
  /** An absolute path of the `temporal` CLI. */
  readonly binary: string;
  readonly port: number;
  /** Where the Web UI is served. None without it. */
  readonly uiPort?: number;
  /** Keeps workflows between starts. In memory without it. */
  readonly dbFile?: string;
  readonly logFile: string;
  /** Server settings, such as `limit.historyCount.suggestContinueAsNew`. */
  readonly dynamicConfig?: Readonly<Record<string, string>>;
}

export interface TemporalServer {
  readonly address: string;
  readonly uiUrl?: string;
  pid(): number | undefined;
  stop(): Promise<void>;
  /** Starts a stopped server again, on the same ports and data. */
  readonly start: () => Promise<void>;
  /** Called when the server has ended without having been told to. */
  readonly onCrash: (listener: (how: string) => void) => void;
}

/** Starts Temporal's development server and resolves when it answers. */
export async function startTemporal(options: TemporalOptions): Promise<TemporalServer> {
  const address = `127.0.0.1:${options.port}`;
  let server: ChildProcess | undefined;
  const crashed: ((how: string) => void)[] = [];

  const start = async (): Promise<void> => {
    await assertPortFree(options.port, 'TEMPORAL_PORT');
    if (options.uiPort !== undefined) await assertPortFree(options.uiPort, 'TEMPORAL_UI_PORT');
    await mkdir(path.dirname(options.logFile), { recursive: true });
    const started = launch(options);
    await untilServing(address, () => started.exitCode ?? started.signalCode, options.logFile);
    started.once('exit', (code, signal) => {
      if (server === started) for (const listener of crashed) listener(signal ?? `status ${code}`);
    });
    server = started;
  };
  await start();
  return {
    address,
    ...(options.uiPort === undefined ? {} : { uiUrl: `http://127.0.0.1:${options.uiPort}` }),
    pid: () => server?.pid,
    start,
    onCrash: (listener) => void crashed.push(listener),
    async stop() {
      const running = server;
      server = undefined;
      if (running?.exitCode !== null || running.signalCode !== null) return;
      running.kill('SIGTERM');
      await waitForExit(running);
    },
  };
}

function launch(options: TemporalOptions): ChildProcess {
  const child = spawn(options.binary, serverArguments(options), {
    // A group of its own: Ctrl-C reaches the stack, which stops its parts in order.
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const log = createWriteStream(options.logFile, { flags: 'a' });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  return child;
}

function serverArguments(options: TemporalOptions): string[] {
  return [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(options.port), '--log-level', 'warn'],
    ...(options.uiPort === undefined ? ['--headless'] : ['--ui-port', String(options.uiPort)]),
    ...(options.dbFile === undefined ? [] : ['--db-filename', options.dbFile]),
    ...Object.entries(options.dynamicConfig ?? {}).flatMap(([key, value]) => [
      '--dynamic-config-value',
      `${key}=${value}`,
    ]),
  ];
}

async function untilServing(
  address: string,
  ended: () => number | string | null,
  logFile: string,
): Promise<void> {
  await eventually(`an answer of Temporal at ${address}`, async () => {
    if (ended() !== null) throw new HopelessError(`Temporal ended (${ended()}); see ${logFile}`);
    const connection = await Connection.connect({ address, connectTimeout: '1s' });
    try {
      await connection.workflowService.describeNamespace({ namespace: 'default' });
      return true;
    } finally {
      await connection.close();
    }
  });
}
