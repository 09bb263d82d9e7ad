import { orderWorkflowId, paymentNotifiedSignal } from '@oms/contracts/temporal';
import { eventually } from '@oms/stack';

import type { StackClient } from './test-stack.js';

/**
 * Whether an order that waited had its step tried at once when it was told what its provider says of its payment. Without
 * that it would have gone on when the pause between two attempts was over.
 */
export async function wasWokenByNotice(stack: StackClient, orderId: string): Promise<boolean> {
  const workflow = stack.temporal.workflow.getHandle(orderWorkflowId(orderId));
  const since = await eventually(`order ${orderId} being told`, async () => {
    const events = (await workflow.fetchHistory()).events ?? [];
    const told = events.findIndex(
      ({ workflowExecutionSignaledEventAttributes: signal }) =>
        signal?.signalName === paymentNotifiedSignal.name,
    );
    return told < 0 ? undefined : events.slice(told);
  });
  return since.some(
    ({ activityTaskScheduledEventAttributes: activity }) => activity?.activityType?.name === 'resumeSteps',
  );
}
