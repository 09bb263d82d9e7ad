import { createHash } from 'node:crypto';

import {
  paymentNotificationWorkflowId,
  paymentNotificationWorkflowType,
  TaskQueue,
} from '@oms/contracts/temporal';
import { markdownCode, type PaymentNotification } from '@oms/domain';
import type { Temporal } from '@oms/temporal';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';

/** Hands on what payment providers say. */
export interface NotificationStarter {
  /**
   * Resolves when Temporal has taken the notification, now or at an earlier delivery: it is dealt with then, whatever
   * becomes of this process. Or when there is nothing to do with it. Rejects when neither is certain; the provider delivers
   * it again.
   */
  start(notification: PaymentNotification): Promise<void>;
}

const startTimeoutMs = 5_000;

/** Temporal takes at most 400 bytes of summary, and a character of a reference may be six of them in JSON. */
const maxReferenceCharacters = 50;

/** Starts one workflow for each thing that is said. */
export function createNotificationStarter({ client, named }: Temporal): NotificationStarter {
  return {
    async start(notification) {
      const { provider, eventId, kind, reference } = notification;
      const eventHash = createHash('sha256').update(eventId).digest('hex');
      try {
        await client.withDeadline(Date.now() + startTimeoutMs, () =>
          client.workflow.start(paymentNotificationWorkflowType, {
            workflowId: named(paymentNotificationWorkflowId(notification, eventHash)),
            taskQueue: named(TaskQueue.Orders),
            args: [notification],
            workflowIdConflictPolicy: 'USE_EXISTING',
            // One that somebody ended by hand can be sent again from the provider's dashboard.
            workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
            staticSummary: `${provider}: ${kind} ${markdownCode(reference, maxReferenceCharacters)}`,
          }),
        );
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      }
    },
  };
}
