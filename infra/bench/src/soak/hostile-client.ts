import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

import type { HostileKind } from './soak-options.js';

/** The outcomes of hostile connections so far. */
export interface FloodCounts {
  opened: number;
  /** Reset or dropped by the gateway, or never accepted. */
  reset: number;
  /** Answered and closed by the gateway. */
  ended: number;
}

/** Longer than the gateway waits for a refused client. */
const holdMs = 5_000;
const dripMs = 1_000;
const head = 'POST /api/v1/oms/orders HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n';

const firstBytes: Record<HostileKind, string> = {
  silent: '',
  'half-headers': head,
  'half-body': `${head}\r\n{`,
  'slow-bytes': 'G',
  'half-closed': head,
  tunnel: 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n',
  garbage: 'HELO gateway\r\n\r\n',
  reset: 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n',
};

/** Opens one connection, and keeps its side open for longer than the gateway should. */
export async function attack(
  kind: HostileKind,
  { port, localAddress }: { readonly port: number; readonly localAddress: string },
  counts: FloodCounts,
): Promise<void> {
  counts.opened += 1;
  const socket = connect({ port, host: '127.0.0.1', localAddress, allowHalfOpen: true });
  const outcome = new Promise<'reset' | 'ended'>((resolve) => {
    socket.on('error', () => resolve('reset'));
    socket.once('close', () => resolve('reset'));
    socket.once('end', () => resolve('ended'));
  });
  socket.resume();
  socket.once('connect', () => begin(kind, socket));
  const result = await outcome;
  if (kind === 'reset') return;
  counts[result] += 1;
  if (result === 'ended') await wait(holdMs);
  socket.destroy();
}

function begin(kind: HostileKind, socket: Socket): void {
  const text = firstBytes[kind];
  if (text !== '') socket.write(text);
  if (kind === 'reset') socket.resetAndDestroy();
  if (kind === 'half-closed') socket.end();
  if (kind === 'slow-bytes') {
    const drip = setInterval(() => socket.write('E'), dripMs);
    for (const event of ['end', 'close']) socket.once(event, () => clearInterval(drip));
  }
}
