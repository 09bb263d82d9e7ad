import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';

import { eventually, HopelessError, mainFileOf, type ServiceName } from '@oms/stack';
import { confirmedOrder } from '@oms/testing';
import { patient, useStarted, useTemporal, useTestStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

const names: readonly ServiceName[] = [
  'payment-simulator',
  'order-worker',
  'payment-worker',
  'inventory-worker',
  'integration-worker',
  'gateway',
];

/** How a process ended; `undefined` while it runs. */
function howEnded({ exitCode, signalCode }: ChildProcess): string | undefined {
  if (signalCode !== null) return signalCode;
  return exitCode === null ? undefined : `status ${exitCode}`;
}

describe('services that cannot write their logs, because the disk is full', () => {
  const temporal = useTemporal({ isDurable: true });
  const stack = useTestStack({ services: [], temporal, env: patient });
  const started = useStarted({
    async start() {
      const full = openSync('/dev/full', 'w');
      const children = names.map((name): readonly [ServiceName, ChildProcess] => [
        name,
        spawn(process.execPath, [mainFileOf(name)], {
          env: { PATH: process.env['PATH'], ...stack.environment(name) },
          stdio: ['ignore', full, full],
        }),
      ]);
      closeSync(full);
      return { processes: new Map(children) };
    },
    async stop({ processes }) {
      for (const child of processes.values()) {
        if (howEnded(child) !== undefined) continue;
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
    },
  });

  /** @throws HopelessError where the service has ended already: no log says so */
  function runningChild(name: ServiceName): ChildProcess {
    const child = started.processes.get(name);
    if (!child) throw new Error(`${name} was not started`);
    const how = howEnded(child);
    if (how !== undefined) throw new HopelessError(`${name} has ended before it was told to: ${how}`);
    return child;
  }

  const askAll = (probe: '/healthz' | '/readyz') =>
    eventually(`200 of ${probe} of all`, async () => {
      for (const name of names) {
        runningChild(name);
        const url = stack.readyUrl(name).replace('/readyz', probe);
        const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
        if (!response.ok) throw new Error(`${name}: ${response.status} ${await response.text()}`);
      }
      return true;
    });

  it('start, and take an order to confirmed', async () => {
    await askAll('/readyz');
    await confirmedOrder(stack);
  });

  it('stay up while Temporal is away, which they would log often, and continue', async () => {
    await temporal.stop('SIGKILL');
    await eventually('the gateway seeing it', async () => {
      runningChild('gateway');
      const { status } = await fetch(stack.readyUrl('gateway'));
      return status === 503 ? true : undefined;
    });
    await askAll('/healthz');
    await temporal.start();
    await askAll('/readyz');
    await confirmedOrder(stack);
  });

  it.each(names.toReversed())('shut down cleanly when they are told to: %s', async (name) => {
    const child = runningChild(name);
    child.kill('SIGTERM');
    await eventually(`${name} ending`, async () => (howEnded(child) === undefined ? undefined : true));
    expect(howEnded(child)).toBe('status 0');
  });
});
