// Runs in a separate thread, so that the cost of 2,000 clients does not slow down the health probe.
import { setTimeout as wait } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';

import { attack, type FloodCounts } from './hostile-client.js';
import type { SoakOptions } from './soak-options.js';

export interface FloodOptions extends SoakOptions {
  readonly port: number;
}

const options = workerData as FloodOptions;
const counts: FloodCounts = { opened: 0, reset: 0, ended: 0 };
/** Pause between two connections of a client, so that dropped connections are not reopened at once. */
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

/** One address has a third of the connections, and so exceeds the limit per address. The others are spread. */
function sourceOf(turn: number): string {
  // 127.0.0.1 is reserved for the health probe.
  return `127.0.0.${turn % 3 === 0 || options.sources === 1 ? 2 : 3 + (turn % (options.sources - 1))}`;
}

// After the stop message, the flood opens no more connections but keeps open ones: the gateway must close them.
parentPort?.once('message', () => {
  stopping = true;
  parentPort?.postMessage(counts);
});
await Promise.all(Array.from({ length: options.connections }, (_, n) => client(n)));
