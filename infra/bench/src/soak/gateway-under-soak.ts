import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { createServiceProcess, freePort } from '@oms/stack';

import { cpuMs } from '../process-usage.js';

/** A gateway process with its figures from the operating system. */
export interface GatewayUnderSoak {
  readonly port: number;
  /** The exit status or signal; absent while the process runs. */
  end(): string | undefined;
  descriptors(): Promise<number>;
  residentMib(): Promise<number>;
  /** Processor time so far, in milliseconds. */
  cpuMs(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts a gateway without PostgreSQL and Temporal, since `/healthz` needs neither. */
export async function startGatewayUnderSoak(): Promise<GatewayUnderSoak> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'oms-soak-'));
  const port = await freePort();
  const service = createServiceProcess({
    name: 'gateway',
    env: () => ({
      DATABASE_URL: 'postgresql://oms@127.0.0.1:1/oms',
      TEMPORAL_ADDRESS: '127.0.0.1:1',
      JWT_ISSUER: 'https://issuer.example',
      JWT_AUDIENCE: 'orders-api',
      JWT_DEV_SECRET: 'a-development-secret-of-32-bytes-and-more',
      PORT: String(port),
    }),
    readyUrl: `http://127.0.0.1:${port}/healthz`,
    logFile: path.join(folder, 'gateway.log'),
  });
  let end: string | undefined;
  service.onExit((how) => (end = how));
  const stop = async (): Promise<void> => {
    await service.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await service.start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    port,
    end: () => end,
    descriptors: async () => (await readdir(`/proc/${service.pid()}/fd`)).length,
    residentMib: async () => {
      const status = await readFile(`/proc/${service.pid()}/status`, 'utf8');
      return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1_024;
    },
    cpuMs: async () => (await cpuMs({ gateway: service.pid() ?? 0 }))['gateway'] ?? 0,
    stop,
  };
}
