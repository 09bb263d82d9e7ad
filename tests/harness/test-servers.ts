import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import {
  findTemporalBinary,
  freePort,
  startPostgres,
  startTemporal,
  type PostgresServer,
  type TemporalServer,
} from '@oms/stack';

/** A PostgreSQL and a Temporal in a temporary folder. */
export interface TestServers {
  readonly postgres: PostgresServer;
  readonly temporal: TemporalServer;
  readonly temporalBinary: string;
  stop(): Promise<void>;
}

/** @param isDurable whether committed data survives a crash of PostgreSQL, as in production */
export async function startTestServers({ isDurable }: { readonly isDurable: boolean }): Promise<TestServers> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'oms-test-'));
  await chmod(folder, 0o755); // As root, the server runs as another user.
  let postgres: PostgresServer | undefined;
  let temporal: TemporalServer | undefined;
  const stop = async (): Promise<void> => {
    await temporal?.stop();
    await postgres?.stop('immediate');
    await rm(folder, { recursive: true, force: true });
  };
  try {
    postgres = await startPostgres({
      dataDir: path.join(folder, 'postgres'),
      port: await freePort(),
      durable: isDurable,
    });
    const temporalBinary = await findTemporalBinary((line) => process.stdout.write(`temporal: ${line}\n`));
    temporal = await startTemporal({
      binary: temporalBinary,
      port: await freePort(),
      logFile: path.join(folder, 'temporal.log'),
    });
    return { postgres, temporal, temporalBinary, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
