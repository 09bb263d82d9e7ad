import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { orderWorkflowId } from '@oms/contracts/temporal';
import { eventually } from '@oms/stack';
import { orderBody, orderBodyTotalMinor, orderItem, startTestStack, type TestStack } from '@oms/testing';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const histories = fileURLToPath(new URL('../../../workflows/histories/', import.meta.url));

interface Ended {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command as a process, with the given environment. */
function replay(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [main, ...args],
      { env: { PATH: process.env['PATH'], ...env } },
      (_, out, err) => resolve({ status: child.exitCode ?? -1, out, err }),
    );
  });
}

describe('npm run replay, with a server', () => {
  let stack: TestStack;
  let folder: string;
  let env: Readonly<Record<string, string>>;
  let orderId: string;
  /** The id of a workflow with a history of other code. */
  const foreignId = `order-${randomUUID()}`;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'oms-replay-'));
    stack = await startTestStack({
      postgresPort: inject('postgresPort'),
      temporalAddress: inject('temporalAddress'),
    });
    env = { TEMPORAL_ADDRESS: inject('temporalAddress'), TEMPORAL_NAMESPACE: stack.namespace };
    const placed = await stack.api.placeOrder(
      orderBody({
        payment_reference: await stack.simulator.authorization(orderBodyTotalMinor),
        items: [orderItem(await stack.stock(10))],
      }),
    );
    orderId = placed.body.order_id;
    await stack.orderReaching(orderId, ['confirmed']);
    await runForeignWorkflow();
  });
  afterAll(async () => {
    await stack.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function runForeignWorkflow(): Promise<void> {
    Runtime.install({ logger: new DefaultLogger('ERROR') });
    const connection = await NativeConnection.connect({ address: inject('temporalAddress') });
    const worker = await Worker.create({
      connection,
      namespace: stack.namespace,
      taskQueue: 'foreign',
      workflowsPath: fileURLToPath(new URL('./testing/other-order-workflow.ts', import.meta.url)),
    });
    await worker.runUntil(
      stack.temporal.workflow.execute('orderWorkflow', {
        taskQueue: 'foreign',
        workflowId: foreignId,
        args: [{ tenantId: 't', orgId: 'o', orderId: foreignId }],
      }),
    );
    await connection.close();
  }

  it('prints ok for each open order, and exits with 0', async () => {
    const listed = await eventually('the order being listed', async () => {
      const ended = await replay([], env);
      return ended.out.includes(orderId) ? ended : undefined;
    });
    expect(listed.out).toMatch(
      new RegExp(`^ok {6}${orderWorkflowId(orderId)} \\(run [0-9a-f-]{36}\\)\n1 replayed, 0 failed\n$`),
    );
    expect(listed).toMatchObject({ status: 0, err: '' });
  });

  it('records histories, which replay without a server', async () => {
    const recordDir = path.join(folder, 'recorded');
    const recorded = await replay(['--workflow-id', orderWorkflowId(orderId), '--record', recordDir], env);
    expect(recorded).toMatchObject({ status: 0, err: '' });
    const [file = ''] = await readdir(recordDir);
    expect(file).toMatch(new RegExp(`^${orderWorkflowId(orderId)}\\.[0-9a-f]{8}\\.json$`));
    const again = await replay(['--history', path.join(recordDir, file)]);
    expect(again).toMatchObject({ status: 0, err: '' });
    expect(again.out).toContain('1 replayed, 0 failed');
  });

  it('prints the event that does not match, and exits with 1', async () => {
    const ended = await replay(['--workflow-id', foreignId], env);
    expect(ended.status).toBe(1);
    expect(ended.err).toBe('');
    const [line, sum] = ended.out.split('\n');
    expect(line).toContain(`FAILED  ${foreignId} (run `);
    expect(line).toMatch(/: event 5 \(timerStarted\): .*HistoryEvent\(id: 5, TimerStarted\)/);
    expect(sum).toBe('0 replayed, 1 failed');
  });

  it('replays all histories of a filter, even after a failed one', async () => {
    const both = await eventually('both being listed', async () => {
      const ended = await replay(['--query', "WorkflowType = 'orderWorkflow'"], env);
      return ended.out.includes(foreignId) && ended.out.includes(orderId) ? ended : undefined;
    });
    expect(both.status).toBe(1);
    expect(both.out).toContain(`ok      ${orderWorkflowId(orderId)}`);
    expect(both.out).toContain(`FAILED  ${foreignId}`);
    expect(both.out).toContain('1 replayed, 1 failed');
  });

  it('reports an order without a workflow task as ok', async () => {
    const workflowId = `order-${randomUUID()}`;
    await stack.temporal.workflow.start('orderWorkflow', { taskQueue: 'nobody', workflowId, args: [] });
    const ended = await replay(['--workflow-id', workflowId], env);
    expect(ended.out).toContain('no worker has begun it');
    expect(ended.status).toBe(0);
    await stack.temporal.workflow.getHandle(workflowId).terminate();
  });

  it.each([
    [
      'an unknown workflow',
      ['--workflow-id', 'order-unknown'],
      'there is no workflow order-unknown in namespace',
    ],
    ['an invalid filter', ['--query', 'WorkflowType ='], 'cannot be searched by "WorkflowType ="'],
  ])('for %s prints the reason, and exits with 2', async (_, args, message) => {
    const ended = await replay(args, env);
    expect(ended.err).toContain(message);
    expect(ended.err).not.toContain('    at ');
    expect(ended).toMatchObject({ status: 2, out: '' });
  });

  it('exits with 0 if no workflow matches', async () => {
    const ended = await replay(['--query', "OrderId = 'none'"], env);
    expect(ended).toMatchObject({ status: 0, out: "no workflow matches OrderId = 'none'\n" });
  });

  it('without TEMPORAL_ADDRESS uses the running local stack', async () => {
    const description = {
      temporal_address: inject('temporalAddress'),
      temporal_namespace: stack.namespace,
    };
    await writeFile(path.join(folder, 'stack.json'), JSON.stringify(description));
    const ended = await replay(['--workflow-id', orderWorkflowId(orderId)], { LOCAL_DATA_DIR: folder });
    expect(ended).toMatchObject({ status: 0, err: '' });
  });
});

describe('npm run replay, without a server', () => {
  it('replays every recorded history', async () => {
    const files = (await readdir(histories, { recursive: true })).filter((file) => file.endsWith('.json'));
    const ended = await replay(['--history', ...files.map((file) => path.join(histories, file))]);
    expect(ended.out).toContain(`${files.length} replayed, 0 failed`);
    expect(ended.status).toBe(0);
  });

  it.each([
    [['--workflow', 'a'], {}, "Unknown option '--workflow'"],
    [[], { LOCAL_DATA_DIR: '/nowhere' }, 'TEMPORAL_ADDRESS is not set, and no local stack runs'],
    [[], { TEMPORAL_ADDRESS: 'nowhere' }, 'TEMPORAL_ADDRESS must be host:port'],
    [[], { TEMPORAL_ADDRESS: '127.0.0.1:1' }, 'Temporal does not answer at 127.0.0.1:1'],
    [['--history', '/nowhere.json'], {}, '/nowhere.json cannot be read as a history'],
  ])('prints the reason, and exits with 2: %j %j', async (args, env, message) => {
    const ended = await replay(args, env);
    expect(ended.err).toContain(message);
    expect(ended).toMatchObject({ status: 2, out: '' });
  });

  it('with --help prints the usage', async () => {
    const ended = await replay(['--help']);
    expect(ended).toMatchObject({ status: 0, err: '' });
    for (const option of ['--query', '--workflow-id', '--run-id', '--history', '--record']) {
      expect(ended.out).toContain(option);
    }
  });
});
