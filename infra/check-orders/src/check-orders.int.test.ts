import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';

import { orderWorkflowId } from '@oms/contracts/temporal';
import { eventually, simulatedAccountsAt } from '@oms/stack';
import { changeAsClientsDo, confirmedOrder } from '@oms/testing';
import { useTestStack } from '@oms/testing/vitest';
import { describe, expect, inject, it } from 'vitest';

const program = fileURLToPath(new URL('../dist/main.js', import.meta.url));

interface Checked {
  readonly code: number | null;
  readonly stderr: string;
  /** The findings by order, and the totals. */
  readonly findings: ReadonlyMap<string, { readonly faults: readonly string[]; readonly unchecked?: string }>;
  readonly sums: { readonly orders: number; readonly wrong: number; readonly unchecked: number };
}

describe('npm run check-orders', () => {
  const stack = useTestStack();

  async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const accounts = simulatedAccountsAt(stack.simulatorUrl);
    const child = spawn(process.execPath, [program, ...args], {
      env: {
        PATH: process.env['PATH'],
        DATABASE_URL: stack.databaseUrls.worker,
        TEMPORAL_ADDRESS: inject('temporalAddress'),
        TEMPORAL_NAMESPACE: stack.namespace,
        ...accounts,
        ...env,
      },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { code, stdout, stderr };
  }

  async function check(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
    const { code, stdout, stderr } = await run(['--json', ...args], env);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const sums = lines.pop() as unknown as Checked['sums'];
    const findings = new Map(lines.map((line) => [String(line['orderId']), line]));
    return { code, stderr, sums, findings } as unknown as Checked;
  }

  const order = () => confirmedOrder(stack);

  /** Runs SQL that the database's triggers refuse. */
  const byHand = (sql: string) =>
    stack.database.prisma.$transaction(async (queries) => {
      await queries.$executeRawUnsafe(`SET LOCAL session_replication_role = replica`);
      await queries.$executeRawUnsafe(sql);
    });

  it('finds nothing in correct orders', async () => {
    const [, cancelled] = await Promise.all([order(), order()]);
    await changeAsClientsDo(stack.api, `/api/v1/oms/orders/${cancelled.id}/cancel`);
    await stack.orderReaching(cancelled.id, ['cancelled']);
    expect(await check()).toMatchObject({ code: 0, sums: { orders: 2, wrong: 0, unchecked: 0 } });
    expect((await run([])).stdout).toBe(
      '2 orders, 0 wrong, 0 unsettled, 0 not compared with their provider, 0 without a workflow\n',
    );
  });

  it('finds an open order whose workflow was terminated, and starts it again', async () => {
    const { id } = await order();
    const workflow = stack.temporal.workflow.getHandle(orderWorkflowId(id));
    await workflow.terminate('by a test');
    const { code, sums, findings } = await check();
    expect({ code, sums }).toMatchObject({ code: 1, sums: { wrong: 0, abandoned: 1 } });
    expect(findings.get(id)).toMatchObject({ workflow: 'TERMINATED', isStarted: false });
    expect(await check(['--repair'])).toMatchObject({ code: 0, sums: { abandoned: 1 } });
    expect((await workflow.describe()).status.name).toBe('RUNNING');
    expect(await check()).toMatchObject({ code: 0, sums: { abandoned: 0 } });
    await changeAsClientsDo(stack.api, `/api/v1/oms/orders/${id}/fulfillments`, {});
    expect((await stack.api.getOrder(id)).body).toMatchObject({ status: 'shipped' });
  });

  it('finds an order that has ended and whose payment has an unsettled notification, and starts it', async () => {
    const { id, reference } = await order();
    await changeAsClientsDo(stack.api, `/api/v1/oms/orders/${id}/cancel`);
    await stack.orderReaching(id, ['cancelled']);
    const workflow = stack.temporal.workflow.getHandle(orderWorkflowId(id));
    await workflow.result();
    // The state after a gateway was killed between storing the notification and telling the order.
    await byHand(`
      INSERT INTO payment_notifications (provider, event_id, kind, reference, object_id, occurred_at)
        VALUES ('stripe', 'evt_${id}', 'dispute_opened', '${reference}', 'du_${id}', now())`);
    const { code, sums, findings } = await check();
    expect({ code, sums }).toMatchObject({ code: 1, sums: { wrong: 0, abandoned: 1 } });
    expect(findings.get(id)).toMatchObject({ workflow: 'COMPLETED', isStarted: false, owesSettlement: true });
    expect((await run([])).stdout).toContain(
      'is cancelled with an unsettled payment, and its workflow is completed\n',
    );
    expect(await check(['--repair'])).toMatchObject({ code: 0, sums: { abandoned: 1 } });
    expect(await workflow.result()).toMatchObject({ status: 'cancelled' });
    expect((await stack.api.getOrder(id)).body).toMatchObject({ flags: ['disputed'] });
    const settled = await check();
    expect(settled).toMatchObject({
      code: 0,
      sums: { abandoned: 0, atRisk: [{ amount: '179.98 USD', orders: 1 }] },
    });
    expect(settled.findings.get(id)).toMatchObject({ atRisk: [{ flag: 'disputed', amountMinor: 17_998 }] });
    const { stdout } = await run([]);
    expect(stdout).toContain('  - at risk: 179.98 USD, disputed: the customer disputes the payment\n');
    expect(stdout).toContain('\nat risk: 179.98 USD of 1 order\n');
  });

  it('finds and describes each kind of difference', async () => {
    const made = await Promise.all([order(), order(), order(), order(), order()]);
    const [changed, elsewhere, missing, captured, unknown] = made;
    await byHand(
      `UPDATE payment_ledger SET amount_minor = amount_minor - 1 WHERE order_id = '${changed.id}' AND operation = 'capture'`,
    );

    // A refund in the provider's dashboard is no fault: the provider reports it, and it is recorded.
    await stack.simulator.refundByHand(elsewhere.reference);
    await eventually('the refund being recorded', async () => {
      const { body } = await stack.api.request('GET', `/api/v1/oms/orders/${elsewhere.id}`);
      return body['payment_status'] === 'refunded' ? true : undefined;
    });

    await byHand(`
      INSERT INTO payment_ledger (order_id, operation, ordinal, idempotency_key, amount_minor, provider_object_id)
        VALUES ('${missing.id}', 'refund', 2, '${missing.id}:refund:2', 500, 're_none')`);
    await byHand(`UPDATE payments SET refunded_minor = 500 WHERE order_id = '${missing.id}'`);
    await byHand(`
      INSERT INTO refunds (id, order_id, ordinal, status, amount_minor, settled_at)
        VALUES ('${randomUUID()}', '${missing.id}', 2, 'succeeded', 500, now())`);

    await byHand(`DELETE FROM payment_ledger WHERE order_id = '${captured.id}' AND operation = 'capture'`);
    await byHand(`UPDATE payments SET captured_minor = 0 WHERE order_id = '${captured.id}'`);

    await byHand(`UPDATE payments SET reference = 'pi_unheard_of' WHERE order_id = '${unknown.id}'`);

    const { code, sums, findings } = await check();
    expect(code).toBe(1);
    expect(sums).toMatchObject({ wrong: 4, unchecked: 0 });
    const faultsOf = ({ id }: { readonly id: string }) => findings.get(id)?.faults.join('; ');
    expect(faultsOf(changed)).toContain(`captured: our ledger says 17997, the provider's 17998`);
    expect(faultsOf(elsewhere) ?? '').toBe('');
    expect(faultsOf(missing)).toContain(`refunded: our ledger says 500, the provider's 0`);
    expect(faultsOf(captured)).toContain(`captured: our ledger says 0, the provider's 17998`);
    expect(faultsOf(unknown)).toContain('the provider does not know pi_unheard_of');
    expect((await run([])).stdout).toContain(`  - refunded: our ledger says 500, the provider's 0`);
  });

  it('checks only the requested orders', async () => {
    const all = (await check()).sums.orders;
    expect((await check(['--status', 'cancelled'])).sums).toMatchObject({ orders: 2, wrong: 0 });
    expect((await check(['--tenant', randomUUID()])).sums.orders).toBe(0);
    expect((await check(['--tenant', stack.tenantId])).sums.orders).toBe(all);
    const now = new Date().toISOString();
    expect((await check(['--from', now])).sums.orders).toBe(0);
    expect((await check(['--before', now, '--concurrency', '1'])).sums.orders).toBe(all);
  });

  it('reports unchecked orders, and does not count them as correct', async () => {
    const away = { STRIPE_API_BASE_URL: 'http://127.0.0.1:1' };
    const { code, sums, findings } = await check(['--status', 'cancelled'], away);
    expect({ code, sums }).toMatchObject({ code: 2, sums: { orders: 2, wrong: 0, unchecked: 2 } });
    expect([...findings.values()][0]?.unchecked).toMatch(/\S/);
    expect(await run(['--status', 'gone', '--concurrency', '0'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--status must be one of draft.*\n--concurrency must be/) as string,
    });
    expect((await run([], { DATABASE_URL: 'postgresql://oms@127.0.0.1:1/oms' })).code).toBe(2);
  });
});
