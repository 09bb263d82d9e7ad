import { FailureType } from '@oms/contracts/temporal';
import { useStarted, useTemporal, useTestStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

import { change } from './change-order.js';
import { changeInNewRun } from './new-run-paths.js';
import { earlyContinuation } from './record-servers.js';
import { createStage } from './stage.js';

describe('an order that is asked for a change before its new run knows what became of it', () => {
  const temporal = useTemporal({ dynamicConfig: earlyContinuation });
  const stack = useTestStack({ temporal });
  const stage = useStarted({ start: async () => createStage(stack) });

  async function open(): Promise<string> {
    const orderId = await stage.place((await stage.payable()).body);
    await stage.untilAtRest(orderId);
    return orderId;
  }

  async function statusOf(orderId: string): Promise<string> {
    return (await stage.stack.api.getOrder(orderId)).body.status;
  }

  it('makes the change once it knows', async () => {
    const orderId = await open();
    expect(await changeInNewRun(stage, orderId, 'ship', { startsProcessing: true })).toMatchObject({
      status: 'shipped',
    });
    expect(await statusOf(orderId)).toBe('shipped');
  });

  it('refuses a cancellation that comes too late, and goes on', async () => {
    const orderId = await open();
    await change(stage, orderId, 'ship', { startsProcessing: true });
    const refused = await changeInNewRun(stage, orderId, 'cancel', {}).catch((error: unknown) => error);
    expect(refused).toMatchObject({ cause: { type: FailureType.ChangeRefused } });
    const { body } = await stage.stack.api.getOrder(orderId);
    expect(body.status).toBe('shipped');
    expect(body.payment_status).not.toBe('refunded');
    await change(stage, orderId, 'deliver');
    expect(await statusOf(orderId)).toBe('delivered');
  });
});
