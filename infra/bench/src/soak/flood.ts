// A thread of its own: what 2,000 clients cost does not slow down the client whose answers are timed.
import { setTimeout as wait } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';

import { attack, type FloodCounts } from './hostile-client.js';
import type { SoakOptions } from './soak-options.js';

export interface FloodOptions extends SoakOptions {
  readonly port: number;
}

const options = workerData as FloodOptions;
const counts: FloodCounts = { opened: 0, reset: 0, ended: 0 };
/** Between two connections of a client, so that what is dropped at once is not opened again at once. */
const pauseMs = 1_000;
let stopping = false;

async function client(n: number): Promise<void> {
  const kind = options.kinds[n % options.kinds.length] ?? 'silent';
  const localAddress = sourceOf(Math.floor(n / options.kinds.length));
  await wait((n / options.connections) * pauseMs);
  while (!stopping) {
    await attack(kind, { port: options.port, localAddress }, counts);
    await wait(pauseMs);
  }
}

/** Every third comes from one address, which so wants more than an address may have; the others are spread. */
function sourceOf(turn: number): string {
  // 127.0.0.1 is left to the client whose answers are timed.
  return `127.0.0.${turn % 3 === 0 || options.sources === 1 ? 2 : 3 + (turn % (options.sources - 1))}`;
}

// Told to stop, it opens no more, and keeps what is open: the gateway has to let go by itself.
parentPort?.once('message', () => {
  stopping = true;
  parentPort?.postMessage(counts);
});
await Promise.all(Array.from({ length: options.connections }, (_, n) => client(n)));
