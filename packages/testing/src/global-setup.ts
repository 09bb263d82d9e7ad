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
import type {} from 'vitest';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** `host:port` and the address prefix of the run's one PostgreSQL. */
    postgresPort: number;
    temporalAddress: string;
    temporalBinary: string;
  }
}

/** One PostgreSQL and one Temporal for the whole run; suites have a database and a namespace of their own. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'oms-test-'));
  await chmod(folder, 0o755); // As root, the server runs as another user.
  let postgres: PostgresServer | undefined;
  let temporal: TemporalServer | undefined;
  const tearDown = async (): Promise<void> => {
    await temporal?.stop();
    await postgres?.stop('immediate');
    await rm(folder, { recursive: true, force: true });
  };
  try {
    postgres = await startPostgres({
      dataDir: path.join(folder, 'postgres'),
      port: await freePort(),
      durable: false,
    });
    const binary = await findTemporalBinary((line) => process.stdout.write(`temporal: ${line}\n`));
    temporal = await startTemporal({
      binary,
      port: await freePort(),
      logFile: path.join(folder, 'temporal.log'),
    });
    project.provide('postgresPort', postgres.port);
    project.provide('temporalAddress', temporal.address);
    project.provide('temporalBinary', binary);
  } catch (error) {
    await tearDown();
    throw error;
  }
  return tearDown;
}
