import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { afterEach, describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
let gateway: ChildProcess | undefined;
afterEach(() => {
  gateway?.kill('SIGKILL');
});

/** The service as it is run: what was built, in a process of its own, with nothing in its environment but this. */
function run(env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  gateway = child;
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>;
  return { child, exited };
}

/** Nothing listens on these. */
const nowhere = {
  DATABASE_URL: 'postgresql://oms:hunter2@127.0.0.1:1/oms',
  TEMPORAL_ADDRESS: '127.0.0.1:1',
  JWT_ISSUER: 'https://issuer.example',
  JWT_AUDIENCE: 'orders-api',
  JWT_DEV_SECRET: 'a-development-secret-of-32-bytes-and-more',
  PORT: '0',
};

describe('the gateway', () => {
  it('says all that is wrong with its configuration, no secret among it, and ends', async () => {
    const { child, exited } = run({ PORT: 'http', JWT_DEV_SECRET: 'hunter2', NODE_ENV: 'production' });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    expect(await exited).toEqual([1, null]);
    for (const name of ['PORT', 'JWT_ISSUER', 'JWT_AUDIENCE', 'JWT_DEV_SECRET', 'DATABASE_URL']) {
      expect(said).toContain(name);
    }
    expect(said).not.toContain('hunter2');
  });

  it('starts while everything it needs is away, says so at /readyz, and stops in good order', async () => {
    const { child, exited } = run(nowhere);
    const lines: string[] = [];
    createInterface(child.stdout).on('line', (line) => lines.push(line));
    await expect.poll(() => lines.join('\n'), { timeout: 30_000 }).toContain('the gateway is listening');
    const { port } = JSON.parse(lines.find((line) => line.includes('is listening')) ?? '{}') as {
      port: number;
    };

    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toEqual({
      ready: false,
      checks: {
        token_keys: 'ok',
        database: expect.not.stringMatching(/^ok$/) as string,
        temporal: expect.not.stringMatching(/^ok$/) as string,
      },
    });

    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    expect(lines.join('\n')).not.toContain('hunter2');
  });
});
