import type { PostgresServer } from '@oms/stack';
import fc from 'fast-check';

import { remainingImbalances } from '../harness/imbalances.js';
import { createCommerceClient } from '../harness/commerce-client.js';
import { createSalesClient } from '../harness/sales-client.js';
import type { TestStack } from '../harness/test-stack.js';
import { startChaos, type Victim } from './chaos.js';
import { createLifeStock, type LifeStock } from './life-stock.js';
import { lifeScript, type LifeScript } from './life-script.js';
import { LifeFault, liveLife, type LifeOutcome } from './live-life.js';
import type { PlacingApis } from './place-life.js';
import type { World } from './world.js';

export interface LivesOptions {
  readonly stack: TestStack;
  readonly postgres?: PostgresServer;
  /** Determines everything random, except the races of concurrent commands. */
  readonly seed: number;
  readonly lives: number;
  /** No life starts after this time. */
  readonly untilMs?: number;
  /** Number of concurrent lives. */
  readonly concurrency: number;
  readonly killEveryMs?: number;
  /** Runs only the lives with these numbers. */
  readonly only?: readonly number[];
  readonly say?: (line: string) => void;
}

export interface LivesReport {
  readonly lives: number;
  readonly commands: number;
  readonly refusals: number;
  readonly faults: number;
  readonly kills: Readonly<Partial<Record<Victim, number>>>;
  /** Number of orders that ended in each status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Failures, each with everything that an investigation needs. */
  readonly failures: readonly string[];
}

const sayEvery = 100;

/** The stack's environment for lives: all providers, and short timeouts for hanging calls. */
export const livesEnvironment = {
  AVAILABLE_PAYMENT_PROVIDERS: 'stripe,adyen,paypal',
  PAYMENT_TIMEOUT_MS: '1500',
  WEBHOOK_RETRY_MS: '500',
  API_KEY_CACHE_MS: '0',
};

/**
 * Runs many lives against one stack, several at a time, and checks all ledgers in the end.
 *
 * @throws Error if the stack itself is unusable. Failures of lives are in the report
 */
export async function runLives(options: LivesOptions): Promise<LivesReport> {
  const { stack, seed, say = () => undefined } = options;
  const stock = await createLifeStock(stack);
  const apis: PlacingApis = {
    ...{ stack, stock },
    sales: createSalesClient({ baseUrl: stack.gatewayUrl, token: stack.token({}) }),
    commerce: await createCommerceClient(stack),
  };
  const scripts = [...fc.sample(lifeScript, { seed, numRuns: options.lives }).entries()].filter(
    ([number]) => options.only?.includes(number) !== false,
  );
  const chaos = await startChaos({ ...options, stock });
  const outcomes: LifeOutcome[] = [];
  const failures: string[] = [];
  const live = async ([number, script]: readonly [number, LifeScript]): Promise<void> => {
    try {
      outcomes.push(await liveLife(apis, script));
    } catch (error) {
      failures.push(describeFailure(error, { number, script, seed }));
      say(failures.at(-1) ?? '');
    }
    const lived = outcomes.length + failures.length;
    if (lived % sayEvery === 0) say(`${lived} lives, ${failures.length} failures`);
  };
  const lane = async (): Promise<void> => {
    for (let next = scripts.shift(); next; next = scripts.shift()) {
      if (options.untilMs !== undefined && Date.now() > options.untilMs) return;
      await live(next);
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, lane));
  const { kills, faults } = await chaos.stop();
  // The stock of a failed life is unknown.
  const stockFaults = failures.length === 0 ? await findStockFaults(stack, stock, outcomes) : [];
  const statuses: Record<string, number> = {};
  for (const { world } of outcomes) statuses[world.status] = (statuses[world.status] ?? 0) + 1;
  const sum = (of: (outcome: LifeOutcome) => number): number =>
    outcomes.reduce((total, outcome) => total + of(outcome), 0);
  return {
    lives: outcomes.length + failures.length,
    commands: sum(({ commands }) => commands),
    refusals: sum(({ refusals }) => refusals),
    ...{ faults, kills, statuses },
    failures: [...failures, ...(await remainingImbalances(stack)), ...stockFaults],
  };
}

function describeFailure(
  error: unknown,
  { number, script, seed }: { readonly number: number; readonly script: LifeScript; readonly seed: number },
): string {
  const trace = error instanceof LifeFault ? error.trace : [];
  return [
    `life ${number} of seed ${seed}: ${error instanceof Error ? error.message : String(error)}`,
    `  script: ${JSON.stringify(script)}`,
    ...trace.map((line) => `  ${line}`),
  ].join('\n');
}

const holding = ['confirmed', 'processing'];

/** Checks that on hand = received − shipped + restocked, and that reserved = units of confirmed orders that are left to ship. */
async function findStockFaults(
  { database }: TestStack,
  { received }: LifeStock,
  outcomes: readonly LifeOutcome[],
): Promise<readonly string[]> {
  const rows = await database.prisma.$queryRaw<{ variant_id: string; on_hand: bigint; reserved: bigint }[]>`
    SELECT variant_id, sum(on_hand)::bigint AS on_hand, sum(reserved)::bigint AS reserved
    FROM inventory_levels GROUP BY variant_id`;
  const sum = (variantId: string, of: (line: World['lines'][number], world: World) => number): number =>
    outcomes
      .flatMap(({ world }) => world.lines.map((line) => ({ line, world })))
      .filter(({ line }) => line.variantId === variantId)
      .reduce((total, { line, world }) => total + of(line, world), 0);
  return rows.flatMap(({ variant_id: id, on_hand: onHand, reserved }) => {
    const shouldBe = (received.get(id) ?? 0) + sum(id, (line) => line.restocked - line.shipped);
    const shouldHold = sum(id, (line, { status }) =>
      holding.includes(status) ? line.quantity - line.shipped - line.cancelled : 0,
    );
    return Number(onHand) === shouldBe && Number(reserved) === shouldHold
      ? []
      : [`variant ${id} has ${onHand} and holds ${reserved}; it should be ${shouldBe} and ${shouldHold}`];
  });
}
