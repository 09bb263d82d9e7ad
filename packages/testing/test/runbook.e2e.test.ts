import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { FailureType } from '@oms/contracts/temporal';
import { startTestStack, type TestStack } from '@oms/testing';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';

import { createOperatorStage } from './operator-stage.js';

const run = promisify(execFile);
const runbook = readFileSync(fileURLToPath(new URL('../../../docs/runbook.md', import.meta.url)), 'utf8');

/** The commands of the runbook under a name. */
function commands(name: string): string {
  const match = new RegExp(`<!-- runbook: ${name} -->\\s*\`\`\`bash\\n([\\s\\S]*?)\`\`\``).exec(runbook);
  if (!match?.[1]) throw new Error(`the runbook has no commands called ${name}`);
  return match[1];
}

describe('the runbook', () => {
  let stack: TestStack;
  const { inDoubt, operationsOn, waitingInDoubt } = createOperatorStage(() => stack);

  beforeAll(async () => {
    stack = await startTestStack({
      postgresPort: inject('postgresPort'),
      temporalAddress: inject('temporalAddress'),
      env: { PAYMENT_TIMEOUT_MS: '1000' },
    });
  });
  afterEach(() => stack.simulator.clearFaults());
  afterAll(() => stack.stop());

  /** Runs commands of the runbook as an operator pastes them; only where the stack is, and who asks, is of this test. */
  async function paste(orderId: string, name: string): Promise<string> {
    const shell = commands('shell')
      .replace(/^TOKEN=.*$/m, `TOKEN='${stack.token({ role: 'operator' })}'`)
      .replace('http://127.0.0.1:8080', stack.gatewayUrl);
    const env = { ...process.env, ORDER_ID: orderId, TENANT_ID: stack.tenantId, ORG_ID: stack.orgId };
    const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', `${shell}\n${commands(name)}`], { env });
    return stdout;
  }

  it('finds an order in doubt, resolves it by what the dashboard shows, and proves that all of it balances', async () => {
    const { id, reference } = await inDoubt('hang_after');
    const seen = await paste(id, 'look');
    expect(seen).toContain('"payment_status":"unknown"');
    expect(seen).toContain('"action":"resolve_payment"');
    await paste(id, 'resolve');
    await stack.orderReaching(id, ['confirmed']);
    await stack.simulator.clearFaults();
    expect(await operationsOn(reference)).toEqual(['authorize', 'capture']);
    expect(JSON.parse(await paste(id, 'proof'))).toMatchObject({ balances: true, faults: [] });
  });

  it('makes an order go on at once when its provider is back', async () => {
    const { id, reference } = await inDoubt('hang_after');
    await stack.simulator.clearFaults();
    expect(JSON.parse(await paste(id, 'retry'))).not.toHaveProperty('error');
    await stack.orderReaching(id, ['confirmed'], 90_000);
    expect(await operationsOn(reference)).toEqual(['authorize', 'capture']);
  });

  it('gives an order up, which gives back what it had when the provider answers', async () => {
    const { id, reference } = await inDoubt('hang_after');
    await paste(id, 'give-up');
    await waitingInDoubt(id);
    await stack.simulator.clearFaults();
    expect(await stack.orderReaching(id, ['cancelled'], 120_000)).toMatchObject({
      cancellation_reason: 'given_up_by_operator',
      payment_status: 'refunded',
    });
    expect(await operationsOn(reference)).toEqual(['authorize', 'capture', 'refund']);
  });

  it('has a place to go to for every fault that an order can wait for', () => {
    const named = new Set([...runbook.matchAll(/`([A-Z]\w+)`/g)].map(([, name]) => name));
    const decisions: readonly string[] = [FailureType.ChangeRefused, FailureType.OrderNotReady];
    const missing = Object.values(FailureType).filter(
      (type) => !named.has(type) && !decisions.includes(type),
    );
    expect(missing).toEqual([]);
  });
});
