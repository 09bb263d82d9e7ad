import { afterEach, describe, expect, it } from 'vitest';

import { startHealthServer, type HealthServer } from './health-server.js';
import type { HealthCheck } from './readiness.js';

let server: HealthServer | undefined;
afterEach(() => server?.close());

async function start(checks: Record<string, HealthCheck>): Promise<string> {
  server = await startHealthServer({ host: '127.0.0.1', port: 0, checks, checkTimeoutMs: 50 });
  return `http://127.0.0.1:${server.port}`;
}

describe('startHealthServer', () => {
  it('answers /healthz with 200 while a dependency fails', async () => {
    const url = await start({ broken: () => Promise.reject(new Error('x')) });
    const response = await fetch(`${url}/healthz?probe=1`);
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
  });

  it('answers /readyz with 503 and the failing dependency, and with 200 once all answer', async () => {
    let broken = true;
    const url = await start({
      database: () => (broken ? Promise.reject(new Error('x')) : Promise.resolve()),
      temporal: () => Promise.resolve(),
    });
    const unready = await fetch(`${url}/readyz`);
    expect([unready.status, await unready.json()]).toEqual([
      503,
      { ready: false, checks: { database: 'does not answer', temporal: 'ok' } },
    ]);
    broken = false;
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  });

  it('answers other paths with 404', async () => {
    const url = await start({});
    expect((await fetch(`${url}/metrics`)).status).toBe(404);
  });

  it('rejects if the port is in use', async () => {
    const url = await start({});
    await expect(
      startHealthServer({ host: '127.0.0.1', port: Number(new URL(url).port), checks: {} }),
    ).rejects.toThrow('EADDRINUSE');
  });
});
