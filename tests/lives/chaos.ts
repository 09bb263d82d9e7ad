import type { PostgresServer, ServiceName } from '@oms/stack';
import fc from 'fast-check';

import type { TestStack } from '../harness/test-stack.js';
import type { LifeStock } from './life-stock.js';

export type Victim = ServiceName | 'postgres';

const victims = fc.constantFrom<Victim>(
  ...(['payment-worker', 'payment-worker', 'order-worker', 'inventory-worker'] as const),
  ...(['gateway', 'payment-simulator', 'postgres'] as const),
);

/** Faults of the webhooks of all providers: duplicates, reordering and delays. */
const webhookFaults = (seed: number) => [
  { operation: 'webhooks', kind: 'duplicate', probability: 0.15, copies: 2, seed },
  { operation: 'webhooks', kind: 'reorder', probability: 0.1, seed: seed + 1 },
  { operation: 'webhooks', kind: 'delay', probability: 0.1, delayMs: 400, seed: seed + 2 },
];

const flushPaths = ['/webhooks/flush', '/adyen/webhooks/flush', '/paypal/webhooks/flush'] as const;

export interface ChaosOptions {
  readonly stack: TestStack;
  readonly stock: LifeStock;
  /** Absent: PostgreSQL is never restarted. */
  readonly postgres?: PostgresServer;
  readonly seed: number;
  /** Time between two kills. Absent: nothing is killed. */
  readonly killEveryMs?: number;
}

/**
 * Disturbs the lives: receives scarce stock, duplicates, delays and reorders webhooks, and kills and restarts processes. Stock
 * is received only while all processes run, so that its amount is known.
 */
export async function startChaos(options: ChaosOptions) {
  const { stack, stock, seed, killEveryMs } = options;
  const kills: Partial<Record<Victim, number>> = {};
  const order = fc.sample(victims, { seed, numRuns: 1_000 });
  let firedBefore = 0;
  let isOver = false;
  let rouse = (): void => undefined;

  const addWebhookFaults = async (): Promise<void> => {
    for (const fault of webhookFaults(seed)) await stack.simulator.fault(fault);
  };
  /** Sends held webhooks. A reordered webhook without a successor would otherwise wait forever. */
  const sendWhatWaits = async (): Promise<void> => {
    for (const path of flushPaths) await stack.simulator.call('POST', path);
  };
  const kill = async (victim: Victim): Promise<void> => {
    if (victim === 'postgres') {
      if (!options.postgres) return;
      await options.postgres.stop('immediate');
      await options.postgres.start();
    } else {
      if (victim === 'payment-simulator') firedBefore += await firedFaults(stack);
      await stack.service(victim).stop('SIGKILL');
      await stack.service(victim).start();
      if (victim === 'payment-simulator') await addWebhookFaults();
    }
    kills[victim] = (kills[victim] ?? 0) + 1;
  };
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      rouse = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const run = async (): Promise<void> => {
    for (let round = 0; !isOver; round += 1) {
      await pause(killEveryMs ?? 2_000);
      if (isOver) return;
      await sendWhatWaits();
      await stock.refill();
      const victim = order[round % order.length];
      if (killEveryMs !== undefined && victim) await kill(victim);
    }
  };
  await addWebhookFaults();
  const running = run();
  running.catch(() => undefined); // `stop` awaits it and reports its failure.
  return {
    async stop() {
      isOver = true;
      rouse();
      await running;
      await sendWhatWaits();
      return { kills, faults: firedBefore + (await firedFaults(stack)) };
    },
  };
}

async function firedFaults({ simulator }: TestStack): Promise<number> {
  const { faults } = (await simulator.call('GET', '/faults')) as { faults: { fired: number }[] };
  return faults.reduce((sum, { fired }) => sum + fired, 0);
}
