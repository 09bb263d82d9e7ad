import { orderWorkflowId, paymentNotifiedSignal } from '@oms/contracts/temporal';
import { eventually } from '@oms/stack';

import type { TestStack } from './test-stack.js';

/**
 * Whether an order, once it was told what its provider says of its payment, went on at once: without that it would have
 * gone on when the pause between two attempts was over, with a timer that fires.
 */
export async function wasWokenByNotice(stack: TestStack, orderId: string): Promise<boolean> {
  const workflow = stack.temporal.workflow.getHandle(orderWorkflowId(orderId));
  const since = await eventually(`order ${orderId} being told`, async () => {
    const events = (await workflow.fetchHistory()).events ?? [];
    const told = events.findLastIndex(
      ({ workflowExecutionSignaledEventAttributes: signal }) =>
        signal?.signalName === paymentNotifiedSignal.name,
    );
    return told < 0 ? undefined : events.slice(told);
  });
  // The timer of a wait that was cut short runs out all the same, by now or later: what came first is what counts.
  const seen = since.slice(since.findIndex(({ workflowTaskStartedEventAttributes: started }) => started));
  const first = seen.find(
    (event) =>
      event.timerFiredEventAttributes ??
      event.activityTaskScheduledEventAttributes ??
      event.activityTaskCompletedEventAttributes,
  );
  return !first?.timerFiredEventAttributes;
}
