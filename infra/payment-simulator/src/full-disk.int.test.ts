import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, describe, expect, it, vi } from 'vitest';

import { clientsOf, failureOf, newKey } from './testing/test-simulator.js';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const secret = 'whsec_test';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** A disk of one megabyte. */
function mountDisk(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'simulator-disk-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  const disk = path.join(folder, 'disk');
  mkdirSync(disk);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', disk]);
  undo.push(() => execFileSync('umount', ['-l', disk]));
  return disk;
}

/** Writes until there is no room for another byte. */
function fill(file: string): void {
  const fd = openSync(file, 'w');
  try {
    for (;;) writeSync(fd, Buffer.alloc(512));
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  } finally {
    closeSync(fd);
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
  return child.exitCode;
}

/** A webhook endpoint that holds its answers until it is told to send them. */
async function startEndpoint() {
  const waiting: (() => void)[] = [];
  const server = createServer((request, response) => {
    request.resume();
    waiting.push(() => response.writeHead(200).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  undo.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`, // It listens on TCP.
    waiting,
  };
}

/** The simulator as a process whose state and log are on one disk. */
async function start(disk: string, webhookUrl: string) {
  const log = path.join(disk, `${randomUUID()}.log`);
  const stateFile = path.join(disk, 'state.ndjson');
  const out = openSync(log, 'a');
  const child = spawn(process.execPath, [main], {
    env: { PORT: '0', STATE_FILE: stateFile, WEBHOOK_URL: webhookUrl, STRIPE_WEBHOOK_SECRET: secret },
    stdio: ['ignore', out, out],
  });
  closeSync(out);
  undo.push(() => end(child, 'SIGKILL'));
  const url = await vi.waitUntil(() => /"url":"(http[^"]+)"/.exec(readFileSync(log, 'utf8'))?.[1], {
    timeout: 20_000,
  });
  const ask = async (probe: string): Promise<number> => (await fetch(`${url}${probe}`)).status;
  return { child, log, ask, ...clientsOf(url) };
}

/** Mounting needs root. */
const mayMount = process.getuid?.() === 0 && process.platform === 'linux';

describe.skipIf(!mayMount)('a full disk (skipped: only root can mount one)', () => {
  it('changes are answered 500 and /readyz 503, nothing changes, and both recover when there is room', async () => {
    const disk = mountDisk();
    const endpoint = await startEndpoint();
    const simulator = await start(disk, endpoint.url);
    const id = await simulator.authorization();
    // Wait until the endpoint holds events.
    await expect.poll(() => endpoint.waiting.length).toBeGreaterThan(0);
    expect(await simulator.ask('/readyz')).toBe(200);

    const blocker = path.join(disk, 'blocker');
    fill(blocker);
    const idempotencyKey = newKey();
    const capture = () => simulator.stripe.paymentIntents.capture(id, {}, { idempotencyKey });
    // A transaction is refused whole. Before that, the last page of the journal may take a few bytes.
    expect(await failureOf(capture())).toMatchObject({ statusCode: 500 });
    expect(await simulator.ask('/readyz')).toBe(503);
    for (const answer of endpoint.waiting.splice(0)) answer();
    // Each failure logs over 1 KB, and the log's last page takes at most 4 KB.
    for (let attempt = 0; attempt < 5; attempt += 1) {
      expect(await failureOf(capture())).toMatchObject({ statusCode: 500 });
    }
    expect([await simulator.ask('/readyz'), await simulator.ask('/healthz')]).toEqual([503, 200]);
    expect(await simulator.stripe.paymentIntents.retrieve(id)).toMatchObject({ status: 'requires_capture' });
    expect(await simulator.movements(id)).toEqual(['authorize 24500']);

    rmSync(blocker);
    // Recovers without a new request for a change.
    expect(await simulator.ask('/readyz')).toBe(200);
    expect(await capture()).toMatchObject({ status: 'succeeded' });
    expect(await simulator.movements(id)).toEqual(['authorize 24500', 'capture 24500']);
    expect(await end(simulator.child, 'SIGTERM')).toBe(0);
    expect(readFileSync(simulator.log, 'utf8')).toMatch(/"lost":\d+/);
  });

  it('on SIGTERM the process ends in time, and the next start has every answered change', async () => {
    const disk = mountDisk();
    const endpoint = await startEndpoint();
    const simulator = await start(disk, endpoint.url);
    const id = await simulator.authorization();
    const blocker = path.join(disk, 'blocker');
    fill(blocker);
    await failureOf(simulator.stripe.paymentIntents.capture(id));
    expect(await end(simulator.child, 'SIGTERM')).toBe(0);
    rmSync(blocker);
    const next = await start(disk, endpoint.url);
    expect(await next.movements(id)).toEqual(['authorize 24500']);
  });
});
