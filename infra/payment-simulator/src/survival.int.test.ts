import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { clientsOf, failureOf, newKey } from './testing/test-simulator.js';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

let folder: string;
let stateFile: string;
const processes: ChildProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'simulator-process-'));
  stateFile = path.join(folder, 'state.ndjson');
});
afterEach(async () => {
  for (const child of processes.splice(0)) await kill(child, 'SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

function launch(env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  processes.push(child);
  return child;
}

/** Starts the built service and waits until it says where it listens. */
async function start(env: Readonly<Record<string, string>> = {}) {
  const child = launch({ PORT: '0', STATE_FILE: stateFile, ...env });
  let output = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  const url = await vi.waitUntil(() => /"url":"(http[^"]+)"/.exec(output)?.[1], { timeout: 20_000 });
  return { child, output: () => output, ...clientsOf(url) };
}

async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
  return child.exitCode;
}

describe('after SIGKILL', () => {
  it('the simulator has all that it had answered: payments, refunds, the ledger, keys and the time', async () => {
    const before = await start();
    const id = await before.authorization();
    const [captureKey, refundKey] = [newKey(), newKey()];
    await before.control('POST', '/clock/advance', { days: 3 });
    const capture = { amount_to_capture: 20_000 };
    await before.stripe.paymentIntents.capture(id, capture, { idempotencyKey: captureKey });
    const params = { payment_intent: id, amount: 500 };
    const refund = await before.stripe.refunds.create(params, { idempotencyKey: refundKey });
    const ledger = await before.control('GET', '/ledger');
    const { now } = await before.control<{ now: string }>('GET', '/clock');
    await kill(before.child, 'SIGKILL');

    const after = await start();
    expect(await after.control('GET', '/ledger')).toEqual(ledger);
    expect(await after.stripe.paymentIntents.retrieve(id, { expand: ['latest_charge'] })).toMatchObject({
      status: 'succeeded',
      amount_received: 20_000,
      latest_charge: { amount_refunded: 5_000 },
    });
    const replayed = await after.stripe.refunds.create(params, { idempotencyKey: refundKey });
    expect(replayed.id).toBe(refund.id);
    expect(replayed.lastResponse.headers['idempotent-replayed']).toBe('true');
    expect((await after.control<{ now: string }>('GET', '/clock')).now >= now).toBe(true);
  });

  it('every answered capture of many concurrent ones is kept, and none is captured twice', async () => {
    const before = await start();
    const { ids } = await before.control<{ ids: string[] }>('POST', '/payment-intents', {
      count: 200,
      amount: 1_000,
    });
    const answered = new Set<string>();
    const captures = ids.map((id) =>
      before.stripe.paymentIntents.capture(id, {}, { idempotencyKey: `capture-${id}` }).then(
        () => answered.add(id),
        () => undefined,
      ),
    );
    await expect.poll(() => answered.size, { interval: 1 }).toBeGreaterThan(20);
    await kill(before.child, 'SIGKILL');
    await Promise.all(captures);

    const after = await start();
    for (const id of answered) expect(await after.movements(id)).toEqual(['authorize 1000', 'capture 1000']);
    for (const id of ids) {
      await after.stripe.paymentIntents.capture(id, {}, { idempotencyKey: `capture-${id}` });
      expect(await after.movements(id)).toEqual(['authorize 1000', 'capture 1000']);
    }
  });

  it('the effect of a held, unanswered request is kept', async () => {
    const before = await start();
    const id = await before.authorization();
    await before.fault({ operation: 'payment_intents.capture', kind: 'hang_after' });
    const idempotencyKey = newKey();
    const call = failureOf(before.stripe.paymentIntents.capture(id, {}, { idempotencyKey }));
    await expect.poll(() => before.movements(id)).toHaveLength(2);
    await kill(before.child, 'SIGKILL');
    await call;

    const after = await start();
    const replayed = await after.stripe.paymentIntents.capture(id, {}, { idempotencyKey });
    expect(replayed.lastResponse.headers['idempotent-replayed']).toBe('true');
    expect(await after.movements(id)).toEqual(['authorize 24500', 'capture 24500']);
  });

  it('the simulator starts despite an incomplete last line and its own stale lock', async () => {
    const before = await start();
    const id = await before.authorization();
    await kill(before.child, 'SIGKILL');
    await appendFile(stateFile, '[{"collection":"stripe.payment_intents","put":{"id":"pi_torn"');
    const after = await start();
    expect(await after.stripe.paymentIntents.retrieve(id)).toMatchObject({ status: 'requires_capture' });
    expect(await failureOf(after.stripe.paymentIntents.retrieve('pi_torn'))).toMatchObject({
      statusCode: 404,
    });
  });
});

describe('the example payment', () => {
  it('is made once: after a restart a captured one stays captured', async () => {
    const example = 'pi_3Pqr4RLkdIwHu7ix0pQvA1bC';
    const before = await start();
    await before.stripe.paymentIntents.capture(example);
    await kill(before.child, 'SIGTERM');
    const after = await start();
    expect(await after.stripe.paymentIntents.retrieve(example)).toMatchObject({ status: 'succeeded' });
    expect(await after.movements(example)).toEqual(['authorize 17998', 'capture 17998']);
  });
});

describe('SIGTERM', () => {
  it('ends the simulator with status 0, even while requests are held', async () => {
    const simulator = await start();
    const id = await simulator.authorization();
    await simulator.fault({ operation: '*', kind: 'hang_before' });
    const call = failureOf(simulator.stripe.paymentIntents.retrieve(id));
    await expect.poll(() => simulator.control('GET', '/faults')).toMatchObject({ held: 1 });
    expect(await kill(simulator.child, 'SIGTERM')).toBe(0);
    expect((await call).type).toBe('StripeConnectionError');
  });
});

describe('a start that cannot succeed', () => {
  it('names every invalid variable at once, without its value', async () => {
    const child = launch({
      PORT: 'http',
      LOG_LEVEL: 'loud',
      STRIPE_API_KEY: 'secretvalue',
      WEBHOOK_URL: 'nowhere',
    });
    const [stderr] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    expect(child.exitCode).toBe(1);
    for (const name of ['PORT', 'LOG_LEVEL', 'STRIPE_API_KEY', 'WEBHOOK_URL']) expect(stderr).toContain(name);
    expect(stderr).not.toContain('secretvalue');
  });

  it('requires a signing secret for an endpoint of events', async () => {
    const child = launch({ PORT: '0', STATE_FILE: stateFile, WEBHOOK_URL: 'http://127.0.0.1:1/' });
    const [stderr] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    expect(child.exitCode).toBe(1);
    expect(stderr).toContain('STRIPE_WEBHOOK_SECRET is required with WEBHOOK_URL');
  });

  it('ends with status 1 if another process has the state file', async () => {
    await start();
    const second = launch({ PORT: '0', STATE_FILE: stateFile });
    second.stdout.resume();
    await once(second, 'exit');
    expect(second.exitCode).toBe(1);
  });
});

describe('the log', () => {
  it('has every request at level debug, but no key', async () => {
    const simulator = await start({ LOG_LEVEL: 'debug' });
    const path = '/v1/payment_intents/pi_3Pqr4RLkdIwHu7ix0pQvA1bC';
    await simulator.stripe.paymentIntents.retrieve(path.split('/').at(-1) ?? '');
    await expect.poll(simulator.output).toContain(path);
    expect(simulator.output()).toMatch(/"requestId":"req_/);
    expect(simulator.output()).not.toContain('sk_test');
  });
});
