import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** An environment in which all dependencies of the gateway are away: nothing listens at these addresses. */
export const nowhere = {
  DATABASE_URL: 'postgresql://oms:hunter2@127.0.0.1:1/oms',
  TEMPORAL_ADDRESS: '127.0.0.1:1',
  JWT_ISSUER: 'https://issuer.example',
  JWT_AUDIENCE: 'orders-api',
  JWT_DEV_SECRET: 'a-development-secret-of-32-bytes-and-more',
  PORT: '0',
};

export interface GatewayProcess {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  /** Resolves with the port when the gateway listens; rejects if its process ends before. */
  readonly listening: Promise<number>;
  /** Resolves with status and signal when the process has ended. */
  readonly exited: Promise<[number | null, string | null]>;
  /** The lines of its log. */
  readonly lines: readonly string[];
}

/** Runs the built service in a process of its own, with this environment alone. */
export function runGateway(env: Readonly<Record<string, string>>): GatewayProcess {
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>;
  const listening = new Promise<number>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      lines.push(line);
      if (line.includes('the gateway is listening')) resolve((JSON.parse(line) as { port: number }).port);
    });
    child.once('exit', () => reject(new Error(`the gateway ended before it listened: ${lines.join('\n')}`)));
  });
  // A test of a failed start uses `exited`.
  listening.catch(() => undefined);
  return { child, listening, exited, lines };
}
