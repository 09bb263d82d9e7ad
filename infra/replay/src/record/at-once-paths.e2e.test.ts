import { orderWorkflowId } from '@oms/contracts/temporal';
import { useStarted, useTestStack } from '@oms/testing/vitest';
import { workflowBundlePath } from '@oms/workflows/bundle';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';

import { replayRuns, type ReplayOutcome } from '../replay-runs.js';
import { atOncePaths } from './at-once-paths.js';
import { change, handleOf } from './change-order.js';
import { createStage } from './stage.js';

describe('an order of which two things are written, or read, in the same moment', () => {
  const stack = useTestStack();
  const stage = useStarted({ start: async () => createStage(stack) });

  beforeAll(() => {
    Runtime.install({ logger: new DefaultLogger('ERROR') });
  });

  /** Replays what has become of the order, as a worker does that has lost it from its cache. */
  async function replay(orderId: string): Promise<readonly ReplayOutcome[]> {
    const name = orderWorkflowId(orderId);
    const history = await handleOf(stage, orderId).fetchHistory();

    async function* runs() {
      yield { name, workflowId: name, runId: '', history };
    }
    const outcomes: ReplayOutcome[] = [];
    for await (const outcome of replayRuns(runs(), { codePath: workflowBundlePath })) outcomes.push(outcome);
    return outcomes;
  }

  it.each(atOncePaths)('replays as it ran: $name', async ({ take }) => {
    expect(await replay(await take(stage))).toMatchObject([{ kind: 'ok' }]);
  });

  it('goes on with a worker that has not run it before', async () => {
    const [path] = atOncePaths;
    const orderId = (await path?.take(stage)) ?? '';
    const worker = stage.stack.service('order-worker');
    await worker.stop();
    await worker.start();
    await change(stage, orderId, 'refund', { amountMinor: 100 });
    await stage.untilAtRest(orderId);
    const { body } = await stage.stack.api.request('GET', `/api/v1/oms/orders/${orderId}/proof`);
    expect(body).toMatchObject({ balances: true });
  });
});
