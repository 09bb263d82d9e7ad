import { randomUUID } from 'node:crypto';
import os from 'node:os';

import { startTestStack, type TestStack } from '@oms/testing';

import type { BenchOptions } from './bench-options.js';
import { startBareWorkers, type BareWorkers } from './bare/bare-workers.js';
import { createBareContender } from './load/bare.js';
import { startConfirmationWatch, type ConfirmationWatch } from './load/confirmation-watch.js';
import { measureChanges } from './load/measure-changes.js';
import { measureLoad, measureSaturation } from './load/measure-load.js';
import { createPlainSqlContender } from './load/plain-sql.js';
import { createProductContender } from './load/product.js';
import { costOfWorkflows, measureProductCost } from './order-cost.js';
import { memoryMib, type ProcessTable } from './process-usage.js';
import { measureReads } from './reads/measure-reads.js';
import { startReadTarget, type ReadTarget } from './reads/read-target.js';
import type { BenchResult, ContenderName, LoadResult, SaturationResult } from './report/bench-result.js';
import { startServers, type BenchServers } from './servers.js';

type Say = (line: string) => void;

/** The servers and processes of a run. */
interface Setting {
  readonly servers: BenchServers;
  readonly stack: TestStack;
  readonly workers: BareWorkers;
  readonly watch: ConfirmationWatch;
  readonly processes: ProcessTable;
}

type OnClose = (close: () => Promise<void>) => void;

/** Measures everything in one run, on one PostgreSQL and one Temporal. Rejects if an order or a request fails. */
export async function runBench(options: BenchOptions, onClose: OnClose, say: Say): Promise<BenchResult> {
  const startedAt = new Date();
  const machine = describeMachine();
  const setting = await setUp(options, onClose, say);
  const { stack, workers, watch, processes } = setting;

  const sql = createPlainSqlContender(stack.databaseUrls.worker, options.inFlight);
  onClose(() => sql.close());
  const product = createProductContender(stack, watch);
  const bare = createBareContender(stack.temporal, workers);

  const saturation = await measureSaturation({ product, bare, sql }, options, processes, say);
  const load = await measureLoad({ product, bare }, saturation, options, say);
  const cost = {
    product: await measureProductCost(stack, watch),
    bare: await costOfWorkflows(stack.temporal, await runBareWorkflows(setting)),
  };
  const changes = await measureChanges(stack, watch, options, say);
  const targets: ReadTarget[] = [];
  for (const orders of options.sizes) {
    say(`filling a database with ${orders} orders`);
    const target = await startReadTarget(setting.servers, orders);
    onClose(() => target.stop());
    targets.push(target);
  }
  const reads = await measureReads(targets, options, say);
  const readers = Object.fromEntries(
    targets.map(({ orders, pid }) => [`gateway of ${orders} orders`, pid ?? 0]),
  );
  const { rounds, seconds, inFlight, temporal } = options;
  return {
    startedAt: startedAt.toISOString(),
    tookSeconds: (Date.now() - startedAt.getTime()) / 1_000,
    machine,
    options: { rounds, seconds, inFlight, temporal },
    saturation,
    load,
    ratios: ratiosOf(saturation, load),
    cost,
    changes,
    reads,
    memoryMib: await memoryMib({ ...processes, ...readers }),
  };
}

async function setUp({ temporal }: BenchOptions, onClose: OnClose, say: Say): Promise<Setting> {
  say('starting PostgreSQL and Temporal');
  const servers = await startServers(temporal, say);
  onClose(() => servers.stop());
  const databaseUrls = await servers.createDatabase('bench');
  say('starting the product and the bare workflow’s workers');
  const stack = await startTestStack({
    ...servers,
    databaseUrls,
    // Only these limits differ from `npm start`.
    env: { RATE_LIMIT_MAX: '10000000', PAYMENT_TIMEOUT_MS: '10000' },
  });
  onClose(() => stack.stop());
  const workers = await startBareWorkers({ address: servers.temporalAddress, namespace: stack.namespace });
  onClose(() => workers.stop());
  const watch = await startConfirmationWatch(databaseUrls.gateway);
  onClose(() => watch.close());
  const services = [
    'gateway',
    'order-worker',
    'payment-worker',
    'inventory-worker',
    'integration-worker',
    'payment-simulator',
  ] as const;
  const processes = {
    ...servers.pids,
    ...Object.fromEntries(services.map((name) => [name, stack.service(name).pid() ?? 0])),
    ...workers.pids,
    bench: process.pid,
  };
  return { servers, stack, workers, watch, processes };
}

/** Runs bare workflows one by one and to their end, so that their histories are complete. */
async function runBareWorkflows({ stack, workers }: Setting): Promise<readonly string[]> {
  const ids = Array.from({ length: 10 }, () => `bare-alone-${randomUUID()}`);
  for (const id of ids) {
    await createBareContender(stack.temporal, workers, () => id).place(Date.now());
    await stack.temporal.workflow.getHandle(id).result();
  }
  return ids;
}

function ratiosOf(
  saturation: Readonly<Record<ContenderName, SaturationResult>>,
  load: Readonly<Record<'product' | 'bare', LoadResult>>,
): BenchResult['ratios'] {
  const { product, bare, sql } = saturation;
  return {
    throughputOfBare: product.ordersPerSecond / bare.ordersPerSecond,
    throughputOfSql: product.ordersPerSecond / sql.ordersPerSecond,
    answerP50OfBare: load.product.answer.p50Ms / load.bare.answer.p50Ms,
    doneP50OfBare: load.product.done.p50Ms / load.bare.done.p50Ms,
    answerP99OverP50: load.product.answer.p99Ms / load.product.answer.p50Ms,
  };
}

function describeMachine(): BenchResult['machine'] {
  const cpus = os.cpus();
  return {
    cpus: cpus.length,
    cpuModel: cpus[0]?.model ?? 'unknown',
    memoryGib: Math.round(os.totalmem() / 2 ** 30),
    node: process.version,
    platform: `${os.platform()} ${os.arch()}`,
    loadAverageBefore: os.loadavg()[0] ?? 0,
  };
}
