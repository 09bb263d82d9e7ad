import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { promisify } from 'node:util';

import { roles } from '@oms/contracts/http';
import { afterEach, describe, expect, it } from 'vitest';

import { demo } from './demo-data.js';
import { mintDevelopmentToken } from './development-token.js';
import { developmentSecret, localPaths } from './local-paths.js';
import { allEnded, endPrograms } from './testing/program.js';
import {
  askGateway,
  childrenOf,
  orderReaching,
  runStack,
  stackEnvironment,
  whenUp,
} from './testing/stack-program.js';
import { removeTemporaryFolders, temporaryFolder } from './testing/temporary-folder.js';

const run = promisify(execFile);
afterEach(async () => {
  await endPrograms();
  await removeTemporaryFolders();
});

describe('the whole stack', () => {
  it('confirms the printed order, restarts killed parts, stops all processes, and keeps its orders', async () => {
    const dataDir = await temporaryFolder();
    const env = await stackEnvironment(dataDir);
    const paths = localPaths(dataDir);
    const first = runStack(env);
    const stack = await whenUp(first, dataDir);
    expect(stack).toEqual({
      gateway_url: `http://127.0.0.1:${env['GATEWAY_PORT']}`,
      temporal_address: `127.0.0.1:${env['TEMPORAL_PORT']}`,
      temporal_namespace: 'default',
      temporal_ui_url: `http://127.0.0.1:${env['TEMPORAL_UI_PORT']}`,
      database_url: `postgresql://oms_owner@127.0.0.1:${env['POSTGRES_PORT']}/oms`,
      database_worker_url: `postgresql://oms_worker@127.0.0.1:${env['POSTGRES_PORT']}/oms`,
      payment_simulator_url: `http://127.0.0.1:${env['PAYMENT_SIMULATOR_PORT']}`,
      tenant_id: demo.tenantId,
      org_id: demo.orgId,
      token: expect.any(String) as string,
      api_key: expect.stringMatching(/^sk_/) as string,
      variant_ids: demo.variants.map(({ variantId }) => variantId),
      location_id: demo.locationId,
    });
    expect(statSync(paths.stackFile).mode & 0o077).toBe(0);
    expect((await fetch(stack.temporal_ui_url ?? '')).status).toBe(200);

    const line =
      first
        .said()
        .split('\n')
        .find((text) => text.startsWith('curl ')) ?? '';
    const answer = (await run('/bin/sh', ['-c', `${line} -s -w '\\n%{http_code}'`])).stdout.split('\n');
    expect(answer[1]).toBe('201');
    const { order_id: id } = JSON.parse(answer[0] ?? '') as { order_id: string };
    await orderReaching(stack, id, 'confirmed');
    for (const role of roles) {
      const token = mintDevelopmentToken(await developmentSecret(paths), { ...demo, role });
      expect((await askGateway(stack, `/api/v1/oms/orders/${id}`, {}, token)).status, role).toBe(200);
    }

    const killed = (await childrenOf(first.pid)).filter(({ command }) => !command.includes('orphan-guard'));
    expect(killed).toHaveLength(8);
    for (const { pid } of killed) process.kill(pid, 'SIGKILL');
    const names = [
      'PostgreSQL',
      'Temporal',
      'payment-simulator',
      'order-worker',
      'payment-worker',
      'inventory-worker',
      'integration-worker',
      'gateway',
    ];
    for (const name of names) {
      await first.saying(`${name} has ended (SIGKILL); starting it again in 1 s\n`);
      await first.saying(`${name} is running again\n`, 90_000);
    }
    await orderReaching(stack, id, 'confirmed');

    const pids = (await childrenOf(first.pid)).map(({ pid }) => pid);
    first.kill('SIGINT');
    expect(await first.ended).toBe(0);
    await allEnded(pids);
    expect(existsSync(paths.stackFile)).toBe(false);

    const second = runStack(env);
    await orderReaching(await whenUp(second, dataDir), id, 'confirmed');
    expect((await askGateway(stack, `/api/v1/oms/orders/${id}`)).status, 'the token of the last run').toBe(
      200,
    );
    second.kill('SIGTERM');
    expect(await second.ended).toBe(0);
  });
});
