import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { freePort, startPostgres } from '@oms/stack';

import { installTryton, trytonConfiguration } from './tryton-installation.js';

const startTimeoutMs = 90_000;

/** A real Tryton with a PostgreSQL of its own, run as in production. */
export interface TrytonServer {
  readonly baseUrl: string;
  close(): Promise<void>;
}

export async function startTryton(systemPython: string): Promise<TrytonServer> {
  const { python, postgresData } = await installTryton(systemPython);
  const folder = await mkdtemp(path.join(tmpdir(), 'oms-tryton-'));
  await chmod(folder, 0o755); // Under root, PostgreSQL runs as another user.
  const dataDir = path.join(folder, 'postgres');
  await promisify(execFile)('cp', ['-a', postgresData, dataDir]);
  const postgres = await startPostgres({ dataDir, port: await freePort(), durable: false });
  const port = await freePort();
  const configuration = path.join(folder, 'trytond.conf');
  await writeFile(configuration, trytonConfiguration(postgres.port, port));
  const log = await open(path.join(folder, 'log'), 'a');
  const script = path.join(import.meta.dirname, 'serve-tryton.py');
  const server = spawn(python, [script, '-c', configuration, '-d', 'oms'], {
    stdio: ['pipe', log.fd, log.fd],
  });
  const baseUrl = `http://127.0.0.1:${port}`;
  const close = async (): Promise<void> => {
    await end(server);
    await postgres.stop('immediate');
    await log.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await answers(server, baseUrl);
  } catch (error) {
    const said = await readFile(path.join(folder, 'log'), 'utf8');
    await close();
    throw new Error(`trytond did not start: ${said.slice(-2_000)}`, { cause: error });
  }
  return { baseUrl, close };
}

/** Waits until the database is loaded. Before that, Tryton answers logins with errors. */
async function answers(server: ChildProcess, baseUrl: string): Promise<void> {
  const deadlineMs = Date.now() + startTimeoutMs;
  for (;;) {
    if (server.exitCode !== null) throw new Error(`trytond ended with ${server.exitCode}`);
    if (Date.now() > deadlineMs) throw new Error(`no answer within ${startTimeoutMs} ms`);
    const status = await fetch(`${baseUrl}/rpc/`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id: 1, method: 'common.server.version', params: [] }),
    }).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'exit');
  server.kill('SIGKILL');
  await ended;
}
