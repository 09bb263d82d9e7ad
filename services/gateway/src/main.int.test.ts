import { afterEach, describe, expect, it } from 'vitest';

import { nowhere, runGateway, type GatewayProcess } from './testing/gateway-process.js';

let gateway: GatewayProcess | undefined;
afterEach(() => {
  gateway?.child.kill('SIGKILL');
});

function run(env: Readonly<Record<string, string>>): GatewayProcess {
  gateway = runGateway(env);
  return gateway;
}

describe('the gateway', () => {
  it('reports all faults of its configuration without secrets, and ends', async () => {
    const { child, exited } = run({ PORT: 'http', JWT_DEV_SECRET: 'hunter2', NODE_ENV: 'production' });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    expect(await exited).toEqual([1, null]);
    for (const name of ['PORT', 'JWT_ISSUER', 'JWT_AUDIENCE', 'JWT_DEV_SECRET', 'DATABASE_URL']) {
      expect(said).toContain(name);
    }
    expect(said).not.toContain('hunter2');
  });

  it('starts while all its dependencies are away, reports them at /readyz, and shuts down cleanly', async () => {
    const { child, listening, exited, lines } = run(nowhere);
    const port = await listening;

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
