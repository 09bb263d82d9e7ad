import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { freePort, startPostgres, startTemporal, type PostgresServer, type TemporalServer } from '@oms/stack';
import { inject } from 'vitest';

import { useStarted } from './use-started.js';

/** Makes a temporary folder, which is removed after the tests. */
export function useFolder(): { readonly path: string } {
  return useStarted({
    async start() {
      const folder = await mkdtemp(path.join(os.tmpdir(), 'oms-test-'));
      await chmod(folder, 0o755); // As root, PostgreSQL runs as another user.
      return { path: folder };
    },
    stop: (folder) => rm(folder.path, { recursive: true, force: true }),
  });
}

/** Starts a PostgreSQL that the tests may stop. It is durable, as in production: committed data must survive. */
export function usePostgres(): PostgresServer {
  const folder = useFolder();
  return useStarted({
    start: async () => startPostgres({ dataDir: path.join(folder.path, 'postgres'), port: await freePort() }),
    stop: (postgres) => postgres.stop('immediate'),
  });
}

export interface UsedTemporalOptions {
  /** Whether workflows survive its end, as in production. */
  readonly isDurable?: boolean;
  /** Server settings, such as `limit.historyCount.suggestContinueAsNew`. */
  readonly dynamicConfig?: Readonly<Record<string, string>>;
}

/** Starts a Temporal that the tests may stop, or that has settings of its own. */
export function useTemporal({ isDurable = false, dynamicConfig = {} }: UsedTemporalOptions): TemporalServer {
  const folder = useFolder();
  return useStarted({
    start: async () =>
      startTemporal({
        binary: inject('temporalBinary'),
        port: await freePort(),
        logFile: path.join(folder.path, 'temporal.log'),
        ...(isDurable ? { dbFile: path.join(folder.path, 'temporal.db') } : {}),
        dynamicConfig,
      }),
    stop: (temporal) => temporal.stop('SIGKILL'),
  });
}
