import { randomUUID } from 'node:crypto';
import { chmod, mkdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { makeDatabase, migrateDatabase, type DatabaseUrls } from '@oms/database/migrate';
import { findTemporalBinary, freePort, startPostgres, startTemporal } from '@oms/stack';

import type { BenchOptions } from './bench-options.js';

/** The PostgreSQL and the Temporal of all contenders, with the settings of `npm start`. */
export interface BenchServers {
  readonly postgresPort: number;
  readonly temporalAddress: string;
  readonly pids: Readonly<Record<'postgres' | 'temporal', number>>;
  /** Creates a migrated, empty database. */
  createDatabase(name: string): Promise<DatabaseUrls>;
  stop(): Promise<void>;
}

/** Starts both servers in a new folder, which `stop` removes. */
export async function startServers(
  keptIn: BenchOptions['temporal'],
  say: (line: string) => void,
): Promise<BenchServers> {
  const folder = path.join(os.tmpdir(), `oms-bench-${randomUUID()}`);
  await mkdir(folder);
  await chmod(folder, 0o755); // If the bench runs as root, PostgreSQL runs as another user.
  const stops: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    for (const undo of stops.splice(0).reverse()) await undo();
  };
  try {
    const postgres = await startPostgres({ dataDir: path.join(folder, 'postgres'), port: await freePort() });
    stops.push(() => postgres.stop('immediate'));
    const temporal = await startTemporal({
      binary: await findTemporalBinary((line) => say(`temporal: ${line}`)),
      port: await freePort(),
      ...(keptIn === 'file' ? { dbFile: path.join(folder, 'temporal.db') } : {}),
      logFile: path.join(folder, 'temporal.log'),
    });
    stops.push(() => temporal.stop());
    return {
      postgresPort: postgres.port,
      temporalAddress: temporal.address,
      pids: { postgres: running(postgres.pid()), temporal: running(temporal.pid()) },
      async createDatabase(name) {
        const urls = await makeDatabase(postgres.url('postgres'), name);
        await migrateDatabase(urls.owner);
        return urls;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function running(pid: number | undefined): number {
  if (pid === undefined) throw new Error('a server ended right after its start');
  return pid;
}
