import { encodeCursor } from '@oms/contracts/http';
import { startTestStack, type TestStack } from '@oms/testing';
import pg from 'pg';

import { readKinds, type Latency, type ReadKind } from '../report/bench-result.js';
import { latencyOf } from '../statistics.js';
import type { BenchServers } from '../servers.js';
import { fillDatabase } from './fill-database.js';

/** A gateway with a database of a given number of orders. */
export interface ReadTarget {
  readonly orders: number;
  /** The pid of the gateway. */
  readonly pid: number | undefined;
  /** Sends requests of one kind, one after the other. */
  measure(kind: ReadKind, times: number): Promise<Latency>;
  stop(): Promise<void>;
}

/** The largest offset that the API allows. */
const deepestOffset = 100_000;
/** Position of "deep" reads, as a share of all orders. */
const deep = 0.9;

export async function startReadTarget(servers: BenchServers, orders: number): Promise<ReadTarget> {
  const databaseUrls = await servers.createDatabase(`bench_${orders}`);
  const stack = await startTestStack({ ...servers, databaseUrls, services: ['gateway'] });
  try {
    const ids = await fillDatabase(databaseUrls.administrator, stack, orders);
    const cursor = await deepCursor(databaseUrls.gateway, Math.floor(orders * deep));
    const offset = Math.min(deepestOffset, Math.floor(orders * deep));
    let asked = 0;
    const paths: Record<ReadKind, () => string> = {
      one: () => `/${ids[asked++ % ids.length]}`,
      firstPage: () => '',
      statusPage: () => '?status=cancelled',
      deepCursor: () => `?cursor=${cursor}`,
      deepOffset: () => `?offset=${offset}`,
    };
    for (const kind of readKinds) await read(stack, paths[kind]());
    return {
      orders,
      pid: stack.service('gateway').pid(),
      async measure(kind, times) {
        const tookMs: number[] = [];
        for (let done = 0; done < times; done += 1) tookMs.push(await read(stack, paths[kind]()));
        return latencyOf(tookMs);
      },
      stop: () => stack.stop(),
    };
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

/** @returns the time until the whole response was read, in milliseconds */
async function read(stack: TestStack, path: string): Promise<number> {
  const startedAt = performance.now();
  const { status, body } = await stack.api.request('GET', `/api/v1/oms/orders${path}`);
  const tookMs = performance.now() - startedAt;
  const { orders } = body;
  const isEmpty = Array.isArray(orders) && orders.length === 0;
  if (status !== 200 || isEmpty)
    throw new Error(`GET ${path} was answered ${status} ${JSON.stringify(body)}`);
  return tookMs;
}

/** The cursor of a client that has read `depth` orders. */
async function deepCursor(databaseUrl: string, depth: number): Promise<string> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string; at: Date }>(
      'SELECT id, created_at AS at FROM orders ORDER BY created_at DESC, id DESC LIMIT 1 OFFSET $1',
      [depth],
    );
    const [row] = rows;
    if (!row) throw new Error(`there is no order number ${depth}`);
    return encodeCursor({ id: row.id, createdAt: row.at.toISOString() });
  } finally {
    await client.end();
  }
}
