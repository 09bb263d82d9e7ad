import { orderWorkflowId, paymentNotifiedSignal } from '@oms/contracts/temporal';
import { eventually } from '@oms/stack';
import type { History } from '@temporalio/common/lib/proto-utils.js';

import type { StackClient } from './test-stack.js';

/**
 * Whether an order, once it was told what its provider says of its payment, went on at once: without that it would have
 * gone on when the pause between two attempts was over, with a timer that fires.
 */
export async function wasWokenByNotice(stack: StackClient, orderId: string): Promise<boolean> {
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
  return whatCameFirst(seen) !== 'a timer';
}

/** What these events of an order's history begin with: a timer that fires, or a step of the order. */
export function whatCameFirst(events: NonNullable<History['events']>): 'a timer' | 'a step' | undefined {
  const first = events.find(
    (event) =>
      event.timerFiredEventAttributes ??
      event.activityTaskScheduledEventAttributes ??
      event.activityTaskCompletedEventAttributes,
  );
  return first && (first.timerFiredEventAttributes ? 'a timer' : 'a step');
}
