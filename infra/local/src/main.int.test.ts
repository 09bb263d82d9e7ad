import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';

import { makeDatabase } from '@oms/database/migrate';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';

import { localPaths } from './local-paths.js';
import { freePort } from './ports.js';
import { startPostgres } from './postgres.js';
import { allEnded, endPrograms } from './testing/program.js';
import { askGateway, childrenOf, runStack, stackEnvironment, whenUp } from './testing/stack-program.js';
import { removeTemporaryFolders, temporaryFolder } from './testing/temporary-folder.js';

let dataDir: string;
let env: Record<string, string>;
beforeEach(async () => {
  dataDir = await temporaryFolder();
  env = await stackEnvironment(dataDir);
});
afterEach(async () => {
  await endPrograms();
  await removeTemporaryFolders();
});

/** A PostgreSQL and a Temporal outside of the stack. */
async function existingServers() {
  const server = `postgresql://postgres@127.0.0.1:${inject('postgresPort')}/postgres`;
  const urls = await makeDatabase(server, `local_${randomUUID().replaceAll('-', '')}`);
  return {
    DATABASE_URL: urls.owner,
    DATABASE_WORKER_URL: urls.worker,
    DATABASE_GATEWAY_URL: urls.gateway,
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    TEMPORAL_NAMESPACE: `local-${randomUUID()}`,
  };
}

/** Runs statements one by one, because some are not allowed in a transaction. */
async function runAll(connectionString: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  for (const sql of statements) await client.query(sql);
  await client.end();
}

/** The database users that the gateway and a worker are connected as. Waits until both are connected. */
async function servicesConnectedTo(connectionString: string): Promise<readonly string[]> {
  for (const port of ['GATEWAY_PORT', 'ORDER_WORKER_PORT'])
    expect((await fetch(`http://127.0.0.1:${env[port]}/readyz`)).status).toBe(200);
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      `SELECT DISTINCT usename AS name FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid() ORDER BY 1`,
    );
    return rows.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

describe('when the environment names running servers', () => {
  it('uses them, starts no embedded ones, and prints a line for each', async () => {
    const existing = await existingServers();
    const stack = runStack({ ...env, ...existing, STRIPE_API_KEY: 'sk_test_of_a_person' });
    const description = await whenUp(stack, dataDir);
    expect(description).toMatchObject({
      database_url: existing.DATABASE_URL,
      database_worker_url: existing.DATABASE_WORKER_URL,
      temporal_address: existing.TEMPORAL_ADDRESS,
      temporal_namespace: existing.TEMPORAL_NAMESPACE,
      temporal_ui_url: null,
      payment_simulator_url: null,
    });
    for (const line of [
      'PostgreSQL: using DATABASE_URL; no embedded server is started',
      `Temporal: using ${existing.TEMPORAL_ADDRESS}, namespace ${existing.TEMPORAL_NAMESPACE}; no embedded server is started`,
      `Temporal: created namespace ${existing.TEMPORAL_NAMESPACE}`,
      'payment simulator: not started, since STRIPE_API_KEY is set',
    ]) {
      expect(stack.said().split('\n')).toContain(line);
    }
    const commands = (await childrenOf(stack.pid)).map(
      ({ command }) => /\/(?:services|infra)\/([^/]+)\//.exec(command)?.[1],
    );
    expect(commands.sort()).toEqual([
      'gateway',
      'integration-worker',
      'inventory-worker',
      'local',
      'order-worker',
      'payment-worker',
    ]);
    expect(stack.said()).not.toContain('sk_test_of_a_person');
    expect(await servicesConnectedTo(existing.DATABASE_URL)).toEqual(['oms_gateway', 'oms_worker']);
  });

  it('with DATABASE_URL alone connects all services with it, and says so', async () => {
    const { DATABASE_WORKER_URL: _, DATABASE_GATEWAY_URL: __, ...existing } = await existingServers();
    const stack = runStack({ ...env, ...existing });
    expect(await whenUp(stack, dataDir)).toMatchObject({
      database_url: existing.DATABASE_URL,
      database_worker_url: existing.DATABASE_URL,
    });
    expect(stack.said().split('\n')).toContain(
      'PostgreSQL: all services connect as the user of DATABASE_URL; DATABASE_WORKER_URL and DATABASE_GATEWAY_URL set others',
    );
    expect(await servicesConnectedTo(existing.DATABASE_URL)).toEqual(['oms_owner']);
  });

  it.each([
    [
      'DATABASE_URL',
      'postgresql://me:hunter2@127.0.0.1:1/oms',
      'the database of DATABASE_URL cannot be used',
    ],
    [
      'DATABASE_GATEWAY_URL',
      'postgresql://me:hunter2@127.0.0.1:1/oms',
      'the database of DATABASE_GATEWAY_URL cannot be used',
    ],
    ['TEMPORAL_ADDRESS', '127.0.0.1:1', 'Temporal does not answer at 127.0.0.1:1'],
  ])('says that the server of %s does not answer, without its secret', async (name, value, message) => {
    const stack = runStack({ ...env, ...(await existingServers()), [name]: value });
    expect(await stack.ended).toBe(1);
    expect(stack.said()).toContain(message);
    expect(stack.said()).not.toContain('hunter2');
  });
});

describe('when the stack is killed', () => {
  it('leaves no process and no stack.json behind, and can be started again', async () => {
    const servers = await existingServers();
    const killed = runStack({ ...env, ...servers });
    await whenUp(killed, dataDir);
    const pids = (await childrenOf(killed.pid)).map(({ pid }) => pid);
    expect(pids).toHaveLength(7);
    killed.kill('SIGKILL');
    await expect.poll(() => existsSync(localPaths(dataDir).stackFile)).toBe(false);
    const next = runStack({ ...env, ...servers });
    await whenUp(next, dataDir);
    await allEnded(pids);
    next.kill('SIGHUP');
    expect(await next.ended).toBe(0);
    expect(existsSync(localPaths(dataDir).stackFile)).toBe(false);
  });

  it('leaves no process behind when it is killed or interrupted during its start', async () => {
    for (const signal of ['SIGKILL', 'SIGINT'] as const) {
      const stack = runStack({ ...env, ...(await existingServers()) });
      await stack.saying('services: starting', 120_000);
      // The guard and the first service.
      await expect.poll(async () => (await childrenOf(stack.pid)).length).toBeGreaterThan(1);
      const pids = (await childrenOf(stack.pid)).map(({ pid }) => pid);
      stack.kill(signal);
      expect(await stack.ended).toBe(signal === 'SIGINT' ? 0 : 'SIGKILL');
      await allEnded(pids);
    }
  });
});

describe('when parts die while the stack starts', () => {
  const parts = {
    PostgreSQL: 'listen_addresses=127.0.0.1',
    Temporal: ' server start-dev ',
    'payment-simulator': 'payment-simulator/dist/bundle/main.js',
    'order-worker': 'order-worker/dist/bundle/main.js',
    gateway: 'gateway/dist/bundle/main.js',
  } as const;

  it('restarts each, says so, and becomes ready', async () => {
    const stack = runStack(env);
    const up = whenUp(stack, dataDir);
    const left = new Map<string, string>(Object.entries(parts));
    await Promise.all([
      up,
      expect
        .poll(
          async () => {
            for (const { pid, command } of await childrenOf(stack.pid)) {
              const found = [...left].find(([, text]) => command.includes(text));
              if (!found) continue;
              left.delete(found[0]);
              process.kill(pid, 'SIGKILL');
            }
            return [...left.keys()];
          },
          { timeout: 100_000, interval: 5 },
        )
        .toEqual([]),
    ]);
    for (const name of Object.keys(parts)) {
      // A part that was already ready is reported as ended.
      const line = `${name} (did not start \\(${name} ended|has ended) \\(SIGKILL\\).*; starting it again in 1 s`;
      expect(stack.said()).toMatch(new RegExp(`^${line}$`, 'm'));
    }
    const response = await askGateway(await up, '/api/v1/oms/orders');
    expect(response.status).toBe(200);
  });

  it('ends after a part has died three times, with the reason', async () => {
    const stack = runStack({ ...env, ...(await existingServers()), CHANGE_TIMEOUT_MS: 'soon' });
    expect(await stack.ended).toBe(1);
    const died = 'gateway ended (status 1) before it was ready';
    expect(stack.said().split(`gateway did not start (${died}); starting it again in 1 s`)).toHaveLength(3);
    expect(stack.said().split('\n')).toContain(died);
    expect(stack.said()).toMatch(/^ {2}- CHANGE_TIMEOUT_MS must be /m);
    expect(stack.said()).not.toContain('soon');
  });
});

describe('when the stack cannot be started', () => {
  it('names all invalid variables, without their values', async () => {
    const stack = runStack({
      ...env,
      GATEWAY_PORT: '0',
      DATABASE_URL: 'mysql://hunter2',
      DATABASE_GATEWAY_URL: 'postgresql://hunter2',
      TEMPORAL_TLS: 'maybe',
      TEMPORAL_ADDRESS: 'cloud',
    });
    expect(await stack.ended).toBe(1);
    for (const name of ['GATEWAY_PORT', 'DATABASE_URL', 'TEMPORAL_TLS', 'TEMPORAL_ADDRESS']) {
      expect(stack.said()).toMatch(new RegExp(`^  - ${name} must be `, 'm'));
    }
    expect(stack.said()).toMatch(/^ {2}- DATABASE_WORKER_URL is required with DATABASE_GATEWAY_URL$/m);
    expect(stack.said()).not.toContain('hunter2');
  });

  it('with data of an earlier version, without letter case beyond ASCII, says what to do', async () => {
    const server = await startPostgres({ dataDir: localPaths(dataDir).postgres, port: await freePort() });
    await runAll(server.url('postgres'), [
      'ALTER DATABASE template1 IS_TEMPLATE false',
      'DROP DATABASE template1',
      "CREATE DATABASE template1 TEMPLATE template0 LOCALE_PROVIDER libc LOCALE 'C'",
    ]);
    await server.stop();
    const stack = runStack(env);
    expect(await stack.ended).toBe(1);
    expect(stack.said()).toContain(
      `the database in ${dataDir} is of an earlier version of this code, without letter case beyond ASCII: delete the folder to start with empty data`,
    );
  });

  it('names a taken port and its variable before it starts a part', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(Number(env['GATEWAY_PORT']), '127.0.0.1', resolve));
    const stack = runStack(env);
    expect(await stack.ended).toBe(1);
    server.close();
    expect(stack.said().trim()).toBe(
      `port ${env['GATEWAY_PORT']} is taken by another program; set GATEWAY_PORT to a free one`,
    );
  });

  it('names a data folder that cannot be created, and what to do', async () => {
    const file = path.join(dataDir, 'file');
    await writeFile(file, '');
    const stack = runStack({ ...env, LOCAL_DATA_DIR: file });
    expect(await stack.ended).toBe(1);
    expect(stack.said()).toContain(`${file} cannot be written: there is a file where a folder should be`);
  });

  it('says that the stack is running already, and does not disturb it', async () => {
    const servers = await existingServers();
    const first = runStack({ ...env, ...servers });
    await whenUp(first, dataDir);
    const second = runStack({ ...env, ...servers });
    expect(await second.ended).toBe(1);
    expect(second.said()).toContain(`the stack is running already (process ${first.pid})`);
    expect(existsSync(localPaths(dataDir).stackFile)).toBe(true);
    expect(await childrenOf(first.pid)).toHaveLength(7);
  });
});
