import { orderWorkflowId, TaskQueue } from '@oms/contracts/temporal';
import { changeAsClientsDo, orderBody, orderBodyTotalMinor, placeAsClientsDo } from '@oms/testing';
import { useTestStack } from '@oms/testing/vitest';
import { WorkflowNotFoundError } from '@temporalio/client';
import { describe, expect, it } from 'vitest';

describe('an installation with a prefix in a shared namespace', () => {
  const stack = useTestStack({ env: { TEMPORAL_PREFIX: 'shop' } });

  it('runs an order under names with the prefix, through all workers and to the end of its change', async () => {
    const payment_reference = await stack.simulator.adyenPayment(orderBodyTotalMinor);
    const body = orderBody({ payment_provider: 'adyen', payment_reference });
    const { order_id: id } = (await placeAsClientsDo(stack.api, body)).body;
    // Adyen's notification reaches the order by the name of its workflow, with the prefix.
    expect(await stack.orderReaching(id, ['confirmed', 'cancelled'])).toMatchObject({ status: 'confirmed' });

    const ours = stack.temporal.workflow.getHandle(`shop.${orderWorkflowId(id)}`);
    expect((await ours.describe()).taskQueue).toBe('shop.orders');
    const { events } = await ours.fetchHistory();
    const queues = (events ?? []).flatMap(
      (event) => event.activityTaskScheduledEventAttributes?.taskQueue?.name ?? [],
    );
    expect(new Set(queues)).toEqual(new Set([`shop.${TaskQueue.Payments}`, `shop.${TaskQueue.Inventory}`]));
    expect((events ?? []).some((event) => event.workflowExecutionSignaledEventAttributes)).toBe(true);
    await expect(stack.temporal.workflow.getHandle(orderWorkflowId(id)).describe()).rejects.toThrow(
      WorkflowNotFoundError,
    );

    await changeAsClientsDo(stack.api, `/api/v1/oms/orders/${id}/cancel`);
    expect(await stack.orderReaching(id, ['cancelled'])).toMatchObject({ payment_status: 'refunded' });
    expect((await ours.describe()).status.name).toBe('COMPLETED');
  });
});
