import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

import type { FloodOptions } from './flood.js';
import { startGatewayUnderSoak, type GatewayUnderSoak } from './gateway-under-soak.js';
import { startHealthProbe } from './health-probe.js';
import type { FloodCounts } from './hostile-client.js';
import type { SoakOptions } from './soak-options.js';
import type { SoakFigures } from './verdict.js';

const sampleMs = 500;
/** Longer than the gateway's longest deadline: 60 s for a body, checked every 5 s, and 2 s for the refusal. */
const settleMs = 90_000;

interface Sample {
  readonly descriptors: number;
  readonly residentMib: number;
}

/**
 * Floods a gateway with hostile clients while a probe requests `/healthz`. Then waits until the gateway has closed all
 * hostile connections by itself.
 *
 * @param onClose receives the functions that stop the started processes
 */
export async function runSoak(
  options: SoakOptions,
  onClose: (close: () => Promise<unknown>) => void,
  say: (line: string) => void,
): Promise<SoakFigures> {
  const gateway = await startGatewayUnderSoak();
  onClose(() => gateway.stop());
  const quiet = startHealthProbe(gateway.port);
  const before = await idle(gateway);
  const healthBefore = await quiet.stop();
  say(`${options.connections} hostile connections for ${options.minutes} minutes`);
  const floodOptions: FloodOptions = { ...options, port: gateway.port };
  const flood = new Worker(new URL('./flood.js', import.meta.url), { workerData: floodOptions });
  onClose(() => flood.terminate());

  const probe = startHealthProbe(gateway.port);
  const cpuBefore = await gateway.cpuMs();
  const samples: Sample[] = [];
  const endsAt = performance.now() + options.minutes * 60_000;
  while (performance.now() < endsAt && gateway.end() === undefined) {
    samples.push(await sample(gateway));
    await wait(sampleMs);
  }
  const usedMs = gateway.end() === undefined ? (await gateway.cpuMs()) - cpuBefore : 0;
  flood.postMessage('stop');
  const [counts] = (await once(flood, 'message')) as [FloodCounts];
  const health = await probe.stop();
  say('the hostile clients open no more connections, and keep open ones');
  const after = await settled(gateway, before.descriptors);
  const ended = gateway.end();
  const usage = (of: (sample: Sample) => number) => ({
    before: of(before),
    most: Math.max(...samples.map(of)),
    after: of(after),
  });
  return {
    ...(ended === undefined ? {} : { ended }),
    healthBefore,
    health,
    flood: counts,
    cpuShare: usedMs / (options.minutes * 60_000),
    descriptors: usage(({ descriptors }) => descriptors),
    residentMib: usage(({ residentMib }) => residentMib),
  };
}

/** The peak usage of an idle gateway, which tries PostgreSQL and Temporal from time to time. */
async function idle(gateway: GatewayUnderSoak): Promise<Sample> {
  const samples: Sample[] = [];
  for (let n = 0; n < 10; n += 1) {
    samples.push(await sample(gateway));
    await wait(sampleMs);
  }
  return {
    descriptors: Math.max(...samples.map(({ descriptors }) => descriptors)),
    residentMib: Math.max(...samples.map(({ residentMib }) => residentMib)),
  };
}

async function settled(gateway: GatewayUnderSoak, baseline: number): Promise<Sample> {
  const endsAt = performance.now() + settleMs;
  for (;;) {
    const now = await sample(gateway);
    if (now.descriptors <= baseline || performance.now() > endsAt) return now;
    await wait(sampleMs);
  }
}

/** The gateway's current usage; zero after its end. */
async function sample(gateway: GatewayUnderSoak): Promise<Sample> {
  try {
    return { descriptors: await gateway.descriptors(), residentMib: await gateway.residentMib() };
  } catch (error) {
    if (gateway.end() === undefined) throw error;
    return { descriptors: 0, residentMib: 0 };
  }
}
