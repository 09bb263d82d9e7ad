import { randomUUID } from 'node:crypto';
import { chmod, mkdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { findTemporalBinary, freePort, startPostgres, startTemporal } from '@oms/stack';
import { startTestStack } from '@oms/testing';

import { createStage, type Stage } from './stage.js';

export interface RecordServers {
  /** A fresh stack on the usual Temporal, or on one that asks for a new run after a few events. */
  startStage(
    server: 'usual' | 'continues early',
  ): Promise<{ readonly stage: Stage; readonly stop: () => Promise<void> }>;
  stop(): Promise<void>;
}

/**
 * After so many events a run is to be continued as new: more than an order needs that waits for nothing, so that
 * every round of waiting ends in a new run.
 */
export const earlyContinuation = { 'limit.historyCount.suggestContinueAsNew': '15' } as const;

/** Starts servers of the recorder's own on a fresh folder, which `stop` removes. */
export async function startRecordServers(say: (line: string) => void): Promise<RecordServers> {
  const folder = path.join(os.tmpdir(), `oms-record-${randomUUID()}`);
  await mkdir(folder);
  await chmod(folder, 0o755); // As root, the server runs as another user.
  const stops: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    for (const undo of stops.splice(0).reverse()) await undo();
  };
  try {
    const binary = await findTemporalBinary((line) => say(`Temporal: ${line}`));
    const postgres = await startPostgres({
      dataDir: path.join(folder, 'postgres'),
      port: await freePort(),
    });
    stops.push(() => postgres.stop('immediate'));
    return {
      stop,
      async startStage(server) {
        const temporal = await startTemporal({
          binary,
          port: await freePort(),
          logFile: path.join(folder, 'temporal.log'),
          ...(server === 'usual' ? {} : { dynamicConfig: earlyContinuation }),
        });
        stops.push(() => temporal.stop('SIGKILL'));
        const stack = await startTestStack({
          postgresPort: postgres.port,
          temporalAddress: temporal.address,
        });
        stops.push(() => stack.stop());
        return {
          stage: { ...createStage(stack), postgres },
          async stop() {
            await stack.stop();
            await temporal.stop('SIGKILL');
          },
        };
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
