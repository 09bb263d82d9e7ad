import { orderWorkflowId, paymentNotifiedSignal } from '@oms/contracts/temporal';
import { eventually } from '@oms/stack';

import type { StackClient } from './test-stack.js';

/**
 * Whether a notification of the provider made a waiting order retry its step at once, before the pause between two
 * attempts had ended.
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
