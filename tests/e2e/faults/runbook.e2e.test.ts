import { FailureType, orderWorkflowId } from '@oms/contracts/temporal';
import { eventually } from '@oms/stack';
import { progressOf } from '@oms/testing';
import { useTestStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

import { createOperatorStage, operatorEnv } from '../operators/operator-stage.js';
import { pasteFromRunbook, runbookNames, runbookText, type RunbookName } from './runbook.js';

describe('the runbook', () => {
  const stack = useTestStack({ env: operatorEnv });
  const { inDoubt, waitingInDoubt } = createOperatorStage(stack);

  const paste = (orderId: string, name: RunbookName) => pasteFromRunbook(stack, name, { orderId });

  it.concurrent(
    'finds an order in doubt, resolves it from the provider’s dashboard, and proves that its ledgers balance',
    async () => {
      const { id, reference } = await inDoubt('hang_after');
      const seen = await eventually('the order saying what can be done', async () => {
        const said = await paste(id, 'look');
        return said.includes('"code":"NoWorker"') ? undefined : said;
      });
      expect(seen).toContain('"payment_status":"unknown"');
      expect(seen).toContain('"action":"resolve_payment"');
      await paste(id, 'resolve');
      await stack.orderReaching(id, ['confirmed']);
      await stack.simulator.clearFaults(reference);
      expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture']);
      expect(JSON.parse(await paste(id, 'proof'))).toMatchObject({ balances: true, faults: [] });
    },
  );

  it.concurrent('makes an order continue at once when its provider is back', async () => {
    const { id, reference } = await inDoubt('hang_after');
    await stack.simulator.clearFaults(reference);
    expect(JSON.parse(await paste(id, 'retry'))).not.toHaveProperty('error');
    await stack.orderReaching(id, ['confirmed'], 90_000);
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture']);
  });

  it.concurrent('makes all orders that wait for one provider continue at once', async () => {
    const { id, reference } = await inDoubt('hang_after');
    const attempts = async () => (await progressOf(stack, id)).waiting?.attempts ?? 0;
    await eventually('several attempts', async () => ((await attempts()) >= 3 ? true : undefined));
    await paste(id, 'retry-all');
    // A reset step counts its attempts from one again.
    await eventually('the step being reset', async () => ((await attempts()) < 3 ? true : undefined));
    await stack.simulator.clearFaults(reference);
    await stack.orderReaching(id, ['confirmed'], 120_000);
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture']);
  });

  it.concurrent('starts an order again whose workflow is gone', async () => {
    const { id, reference } = await inDoubt('hang_after');
    await stack.temporal.workflow.getHandle(orderWorkflowId(id)).terminate('by a test');
    await stack.simulator.clearFaults(reference);
    expect(await paste(id, 'repair')).toContain(`${id}, tenant`);
    await stack.orderReaching(id, ['confirmed'], 90_000);
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture']);
  });

  it.concurrent('gives an order up, which is undone when the provider answers', async () => {
    const { id, reference } = await inDoubt('hang_after');
    await paste(id, 'give-up');
    await waitingInDoubt(id);
    await stack.simulator.clearFaults(reference);
    expect(await stack.orderReaching(id, ['cancelled'], 120_000)).toMatchObject({
      cancellation_reason: 'given_up_by_operator',
      payment_status: 'refunded',
    });
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture', 'refund']);
  });

  it.concurrent('replays running workflows on the present code', async () => {
    const { id } = await inDoubt('hang_after');
    const replayed = await eventually('the order being listed', async () => {
      const said = await paste(id, 'replay');
      return said.includes(id) ? said : undefined;
    });
    expect(replayed).toMatch(/^\d+ replayed, 0 failed$/m);
  });

  it('has no commands without a test that pastes them', () => {
    const fences = runbookText.match(/^```bash$/gm) ?? [];
    const named = [...runbookText.matchAll(/<!-- runbook: (\S+) -->\s*```bash$/gm)].map(([, name]) => name);
    expect(named).toHaveLength(fences.length);
    expect([...named].sort()).toEqual([...runbookNames].sort());
  });

  it('has a section for every fault that an order can wait for', () => {
    const named = new Set([...runbookText.matchAll(/`([A-Z]\w+)`/g)].map(([, name]) => name));
    const decisions: readonly string[] = [FailureType.ChangeRefused, FailureType.OrderNotFound];
    const missing = Object.values(FailureType).filter(
      (type) => !named.has(type) && !decisions.includes(type),
    );
    expect(missing).toEqual([]);
  });
});
