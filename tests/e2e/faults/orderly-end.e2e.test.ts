import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { eventually, type ServiceName } from '@oms/stack';
import { remainingImbalances, payableOrder, placeAsClientsDo } from '@oms/testing';
import { usePostgres, useTemporal, useTestStack } from '@oms/testing/vitest';
import { describe, expect, it, onTestFinished } from 'vitest';

const run = promisify(execFile);

/** Five services end and start again in each test. */
const timeout = 400_000;

const services: readonly ServiceName[] = [
  'gateway',
  'order-worker',
  'payment-worker',
  'inventory-worker',
  'integration-worker',
];

/** Freezes processes, until what is returned lets them go on, or the test is over. */
function freeze(pids: readonly number[]): () => void {
  const frozen = new Set(pids);
  for (const pid of frozen) process.kill(pid, 'SIGSTOP');
  const goOn = (): void => {
    for (const pid of frozen) process.kill(pid, 'SIGCONT');
    frozen.clear();
  };
  onTestFinished(goOn);
  return goOn;
}

/** A process with those that it has started. */
async function withChildren(pid: number | undefined): Promise<readonly number[]> {
  if (pid === undefined) throw new Error('it does not run');
  const { stdout } = await run('ps', ['-o', 'pid=', '--ppid', String(pid)]).catch(() => ({ stdout: '' }));
  return [pid, ...stdout.split('\n').map(Number).filter(Boolean)];
}

describe('services that are told to stop while orders wait', () => {
  const postgres = usePostgres();
  const temporal = useTemporal({ isDurable: true });
  const stack = useTestStack({
    ...{ postgres, temporal },
    env: { RECORD_TIMEOUT_MS: '1000', PAYMENT_TIMEOUT_MS: '25000' },
  });

  async function place() {
    const { reference, body } = await payableOrder(stack);
    const { order_id: id } = (await placeAsClientsDo(stack.api, body)).body;
    return { id, reference };
  }

  /** Places an order whose capture the provider makes, and does not answer. Resolves when the worker waits for the answer. */
  async function placeWithCaptureUnderWay() {
    const { reference, body } = await payableOrder(stack);
    const fault = { operation: 'payment_intents.capture', kind: 'hang_after', times: 1 };
    await stack.simulator.fault({ ...fault, paymentIntent: reference });
    const { order_id: id } = (await placeAsClientsDo(stack.api, body)).body;
    await eventually('the call hanging', async () =>
      (await stack.simulator.hasFired(reference)) ? true : undefined,
    );
    return { id, reference };
  }

  /** Stops each service as a platform does. Resolves when all have ended, with how. */
  const stopAll = () =>
    Promise.all(
      services.map(async (name) => {
        // A service that has ended by itself has no end to wait for.
        if (!stack.service(name).isRunning())
          return `${name}: ended before it was told to stop: ${(await stack.printedBy(name)).slice(-4_000)}`;
        const ended = new Promise<string>((resolve) => stack.service(name).onExit(resolve));
        await stack.service(name).stop('SIGTERM');
        return `${name}: ${await ended}`;
      }),
    );

  async function expectOrderlyEnd(): Promise<void> {
    const before = await Promise.all(services.map(async (name) => (await stack.printedBy(name)).length));
    expect(await stopAll()).toEqual(services.map((name) => `${name}: status 0`));
    for (const [index, name] of services.entries()) {
      const printed = (await stack.printedBy(name)).slice(before[index]);
      expect(printed, name).toContain('"msg":"stopped"');
      expect(printed, name).not.toMatch(/"level":60|IllegalStateError|took too long/);
      // Also what the Temporal SDK's native part says of a Temporal that is away.
      const lines = printed.trim().split('\n');
      expect(lines.filter((line) => !line.startsWith('{"level":'))).toEqual([]);
    }
  }

  const startAll = () =>
    Promise.all(
      services.map(async (name) => {
        stack.service(name).launch();
        await stack.service(name).untilReady(150_000);
      }),
    );

  async function expectCapturedOnce({ id, reference }: Awaited<ReturnType<typeof place>>): Promise<void> {
    const order = await stack.orderReaching(id, ['confirmed', 'cancelled']);
    expect(order).toMatchObject({ status: 'confirmed' });
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture']);
  }

  it(
    'for a database that hangs: end in order, and other workers take the orders on',
    { timeout },
    async () => {
      const known = await payableOrder(stack);
      const goOn = freeze(await withChildren(postgres.pid()));
      const { body, status } = await stack.api.placeOrder(known.body);
      expect(status).toBe(202);
      await expectOrderlyEnd();
      goOn();
      await startAll();
      await expectCapturedOnce({ id: body.order_id, reference: known.reference });
    },
  );

  it(
    'for a provider that hangs: end in order, and other workers take the orders on',
    { timeout },
    async () => {
      const order = await placeWithCaptureUnderWay();
      await expectOrderlyEnd();
      await stack.simulator.clearFaults(order.reference);
      await startAll();
      await expectCapturedOnce(order);
    },
  );

  it(
    'for a Temporal that hangs: end in order, and other workers take the orders on',
    { timeout },
    async () => {
      const order = await place();
      const goOn = freeze(await withChildren(temporal.pid()));
      await expectOrderlyEnd();
      goOn();
      await startAll();
      await expectCapturedOnce(order);
    },
  );

  it(
    'for a Temporal that is away: end in order, and other workers take the orders on',
    { timeout },
    async () => {
      const order = await placeWithCaptureUnderWay();
      await temporal.stop('SIGKILL');
      await expectOrderlyEnd();
      await stack.simulator.clearFaults(order.reference);
      await temporal.start();
      await startAll();
      await expectCapturedOnce(order);
    },
  );

  it('leave ledgers that balance', async () => {
    expect(await remainingImbalances(stack)).toEqual([]);
  });
});
