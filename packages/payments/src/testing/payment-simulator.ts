import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { vi } from 'vitest';

const program = fileURLToPath(new URL('../../../../infra/payment-simulator/dist/main.js', import.meta.url));

/** The payment simulator as a process of its own, built beforehand, with a state file of its own. */
export interface PaymentSimulator {
  readonly baseUrl: string;
  /** Calls the control API, which the simulator's README describes. */
  control(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<unknown>;
  stop(): Promise<void>;
}

export async function startPaymentSimulator(): Promise<PaymentSimulator> {
  const folder = await mkdtemp(join(tmpdir(), 'payment-simulator-'));
  const port = await freePort();
  const baseUrl = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, [program], {
    env: { PORT: String(port), HOST: '127.0.0.1', STATE_FILE: join(folder, 'state'), LOG_LEVEL: 'error' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));

  const control: PaymentSimulator['control'] = async (method, path, body) => {
    const response = await fetch(`${baseUrl}/control/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    return answer;
  };
  const stop = async (): Promise<void> => {
    await end(child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await vi.waitFor(
      async () => {
        if (child.exitCode !== null) throw new Error(`the simulator has ended: ${complaints}`);
        await control('GET', 'faults');
      },
      { timeout: 20_000, interval: 50 },
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { baseUrl, control, stop };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on TCP has an address of this form.
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
