import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import { Connection } from '@temporalio/client';

import { assertPortFree } from './ports.js';
import { eventually, waitForExit } from './processes.js';

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
}

/** Starts Temporal's development server and resolves when it answers. */
export async function startTemporal(options: TemporalOptions): Promise<TemporalServer> {
  await assertPortFree(options.port, 'TEMPORAL_PORT');
  if (options.uiPort !== undefined) await assertPortFree(options.uiPort, 'TEMPORAL_UI_PORT');
  await mkdir(path.dirname(options.logFile), { recursive: true });
  const child = spawn(options.binary, serverArguments(options), {
    // A group of its own: Ctrl-C reaches the stack, which stops its parts in order.
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const log = createWriteStream(options.logFile, { flags: 'a' });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const address = `127.0.0.1:${options.port}`;
  await untilServing(address, () => child.exitCode ?? child.signalCode, options.logFile);
  return {
    address,
    ...(options.uiPort === undefined ? {} : { uiUrl: `http://127.0.0.1:${options.uiPort}` }),
    pid: () => child.pid,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await waitForExit(child);
    },
  };
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
    if (ended() !== null) throw new Error(`it ended (${ended()}); see ${logFile}`);
    const connection = await Connection.connect({ address, connectTimeout: '1s' });
    try {
      await connection.workflowService.describeNamespace({ namespace: 'default' });
      return true;
    } finally {
      await connection.close();
    }
  });
}
