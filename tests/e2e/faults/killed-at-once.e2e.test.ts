import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { createDatabase, receiveStock } from '@oms/database';
import { eventually, freePort } from '@oms/stack';
import {
  changeAsClientsDo,
  createApiClient,
  createSimulatorControl,
  remainingImbalances,
  orderBody,
  orderBodyTotalMinor,
  orderItem,
  placeAsClientsDo,
} from '@oms/testing';
import { useFolder, useStarted } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../../../infra/local/dist/main.js', import.meta.url));

const portVariables = [
  ...['GATEWAY_PORT', 'POSTGRES_PORT', 'TEMPORAL_PORT', 'TEMPORAL_UI_PORT', 'PAYMENT_SIMULATOR_PORT'],
  ...['ORDER_WORKER_PORT', 'PAYMENT_WORKER_PORT', 'INVENTORY_WORKER_PORT', 'INTEGRATION_WORKER_PORT'],
];

/** The needed parts of the description that a stack writes for scripts. */
interface Description {
  readonly gateway_url: string;
  readonly database_url: string;
  readonly payment_simulator_url: string;
  readonly tenant_id: string;
  readonly org_id: string;
  readonly token: string;
}

/** The processes below one, with itself, the guard of the stack and the servers' own processes among them. */
function treeOf(root: number): readonly number[] {
  const parents = execFileSync('ps', ['-eo', 'pid=,ppid='])
    .toString()
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
  const tree = [root];
  for (const pid of tree) for (const [own, parent] of parents) if (parent === pid) tree.push(own);
  return tree;
}

/** The stack as `npm start` runs it, on a folder and ports that stay the same. */
function useLocalStack() {
  const folder = useFolder();
  const processes: ChildProcess[] = [];
  return useStarted({
    async start() {
      const ports = await Promise.all(
        portVariables.map(async (name) => [name, String(await freePort())] as const),
      );
      const env = {
        ...{ PATH: process.env['PATH'], HOME: process.env['HOME'], LOCAL_DATA_DIR: folder.path },
        ...{ RATE_LIMIT_MAX: '1000000', RECORD_TIMEOUT_MS: '30000', PAYMENT_TIMEOUT_MS: '25000' },
        ...Object.fromEntries(ports),
      };
      return {
        async up(): Promise<{ readonly pid: number; readonly stack: Description }> {
          const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
          processes.push(child);
          let said = '';
          for (const stream of [child.stdout, child.stderr])
            stream.on('data', (text) => (said += String(text)));
          await eventually(
            'the stack being up',
            () => {
              if (said.includes('Ctrl-C stops everything')) return Promise.resolve(true);
              return Promise.reject(new Error(`it said: ${said}`));
            },
            { timeoutMs: 150_000 },
          );
          const text = await readFile(path.join(folder.path, 'stack.json'), 'utf8');
          return { pid: child.pid ?? 0, stack: JSON.parse(text) as Description }; // It is up, and its own file.
        },
      };
    },
    async stop() {
      const child = processes.at(-1);
      if (child?.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  });
}

/** The clients of a stack, by its description. */
function useOf({ gateway_url: baseUrl, tenant_id: tenantId, org_id: orgId, token, ...urls }: Description) {
  const api = createApiClient({ baseUrl, tenantId, orgId, token });
  const simulator = createSimulatorControl(urls.payment_simulator_url);
  const database = createDatabase({ connectionString: urls.database_url });
  return {
    api,
    simulator,
    database,
    /** Prepares an order of two units, with this many units in stock. */
    async payable(units = 2) {
      const level = { variantId: randomUUID(), locationId: randomUUID() };
      await receiveStock(database, { tenantId, orgId, ...level, quantity: units, reason: 'test' });
      const reference = await simulator.authorization(orderBodyTotalMinor);
      const items = [orderItem({ variant_id: level.variantId, location_id: level.locationId })];
      return { reference, body: orderBody({ payment_reference: reference, items }) };
    },
    statusReaching: (id: string, status: string) =>
      eventually(
        `order ${id} becoming ${status}`,
        async () => {
          const answer = await api.getOrder(id);
          if (answer.status === 200 && answer.body.status === status) return answer.body;
          throw new Error(`it is ${answer.status} ${JSON.stringify(answer.body)}`);
        },
        { timeoutMs: 150_000 },
      ),
  };
}

describe('every process of the stack, PostgreSQL and Temporal included, killed at once', () => {
  const local = useLocalStack();

  it('loses no acknowledged order: each reaches its right end, captured once, and the ledgers balance', async () => {
    const first = await local.up();
    const before = useOf(first.stack);
    const place = async (units?: number) => {
      const { reference, body } = await before.payable(units);
      return { reference, body, id: (await placeAsClientsDo(before.api, body)).body.order_id };
    };
    const hanging = async (operation: string, kind: string) => {
      const { reference, body } = await before.payable();
      await before.simulator.fault({ operation, kind, times: 1, paymentIntent: reference });
      const { order_id: id } = (await placeAsClientsDo(before.api, body)).body;
      await eventually('the call hanging', async () =>
        (await before.simulator.hasFired(reference)) ? true : undefined,
      );
      return { id, reference };
    };
    const shipped = await place();
    await before.statusReaching(shipped.id, 'confirmed');
    await changeAsClientsDo(before.api, `/api/v1/oms/orders/${shipped.id}/fulfillments`);
    const short = await place(1);
    const captured = await hanging('payment_intents.capture', 'hang_after');
    const uncaptured = await hanging('payment_intents.capture', 'hang_before');
    const refunding = await place();
    await before.statusReaching(refunding.id, 'confirmed');
    await before.simulator.fault({
      ...{ operation: 'refunds.create', kind: 'hang_after', times: 1, paymentIntent: refunding.reference },
    });
    const cancel = `/api/v1/oms/orders/${refunding.id}/cancel`;
    const cancelKey = { 'idempotency-key': randomUUID() };
    void before.api.request('POST', cancel, {}, cancelKey).catch(() => undefined);
    await eventually('the refund hanging', async () =>
      (await before.simulator.hasFired(refunding.reference)) ? true : undefined,
    );
    // Those that are placed in this very moment: some are acknowledged, some are not answered any more.
    const racing = await Promise.all(Array.from({ length: 8 }, () => before.payable()));
    const acknowledged = new Map<string, string>();
    const posting = racing.map(({ reference, body }) =>
      before.api.placeOrder(body).then(
        ({ status, body: { order_id: id } }) => status < 300 && acknowledged.set(reference, id),
        () => undefined,
      ),
    );
    await eventually('one of them being acknowledged', async () =>
      acknowledged.size > 0 ? true : undefined,
    );

    const tree = treeOf(first.pid);
    expect(tree.length).toBeGreaterThan(9);
    for (const pid of tree) process.kill(pid, 'SIGKILL');
    await Promise.all(posting);
    await before.database.close();

    const after = useOf((await local.up()).stack);
    try {
      for (const [reference, id] of acknowledged) {
        expect(racing.map((order) => order.reference)).toContain(reference);
        await after.statusReaching(id, 'confirmed');
      }
      // As clients do: under the same key, which makes no second order.
      for (const { reference, body } of racing) {
        const { order_id: id } = (await placeAsClientsDo(after.api, body)).body;
        expect(acknowledged.get(reference) ?? id).toBe(id);
        await after.statusReaching(id, 'confirmed');
      }
      await after.statusReaching(shipped.id, 'shipped');
      expect(await after.statusReaching(short.id, 'cancelled')).toMatchObject({
        cancellation_reason: 'out_of_stock',
      });
      await after.statusReaching(captured.id, 'confirmed');
      await after.statusReaching(uncaptured.id, 'confirmed');
      // Its client asks again under its key, and is told that it was carried out.
      await eventually('the cancellation', async () => {
        const { status, body } = await after.api.request('POST', cancel, {}, cancelKey);
        if (status === 200) return true;
        throw new Error(`it is ${status} ${JSON.stringify(body)}`);
      });
      await after.statusReaching(refunding.id, 'cancelled');
      for (const { reference } of [...racing, shipped, captured, uncaptured]) {
        expect(await after.simulator.operationsOn(reference)).toEqual(['authorize', 'capture']);
      }
      expect(await after.simulator.operationsOn(short.reference)).toEqual(['authorize', 'void']);
      expect(await after.simulator.operationsOn(refunding.reference)).toEqual([
        'authorize',
        'capture',
        'refund',
      ]);
      expect(await remainingImbalances(after)).toEqual([]);
    } finally {
      await after.database.close();
    }
  }, 480_000);
});
