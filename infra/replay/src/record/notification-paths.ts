import { paymentNotificationWorkflowType } from '@oms/contracts/temporal';
import { PaymentNotificationKind } from '@oms/domain';
import { orderBodyTotalMinor } from '@oms/testing';
import { eventually } from '@oms/stack';

import { failCapture, placeAtAdyen, settleHeldCapture } from './adyen-orders.js';
import { withErp } from './erp-paths.js';
import { workflowAbout } from './find-workflow.js';
import type { Stage } from './stage.js';
import type { WorkflowPath } from './workflow-path.js';

/** The workflow of what was said of a payment. */
const said = (stage: Stage, reference: string, kind: PaymentNotificationKind): Promise<string> =>
  workflowAbout(stage, paymentNotificationWorkflowType, [`"reference":"${reference}"`, `"kind":"${kind}"`]);

/** The same, once it is over. */
async function dealtWith(stage: Stage, reference: string, kind: PaymentNotificationKind): Promise<string> {
  const workflowId = await said(stage, reference, kind);
  await stage.stack.temporal.workflow.getHandle(workflowId).result();
  return workflowId;
}

const dispute = ({ stack }: Stage, reference: string) =>
  stack.simulator.call('POST', `/adyen/payments/${reference}/chargeback`, { amount: orderBodyTotalMinor });

async function untilWaitingByTimer(stage: Stage, reference: string): Promise<void> {
  const workflow = stage.stack.temporal.workflow.getHandle(
    await said(stage, reference, PaymentNotificationKind.Disputed),
  );
  await eventually('a timer', async () => {
    const { events } = await workflow.fetchHistory();
    return events?.some((event) => event.timerStartedEventAttributes) === true ? true : undefined;
  });
}

async function disputeAfterEnd(stage: Stage): Promise<string> {
  const { orderId, reference } = await placeAtAdyen(stage);
  await stage.untilAtRest(orderId);
  await stage.stack.api.request('POST', `/api/v1/oms/orders/${orderId}/cancel`, {});
  await stage.untilAtRest(orderId);
  await dispute(stage, reference);
  return dealtWith(stage, reference, PaymentNotificationKind.Disputed);
}

/** Paths of what payment providers say by themselves. */
export const notificationPaths: readonly WorkflowPath[] = [
  {
    name: 'notification-that-concerns-no-order',
    take: async (stage) => {
      const reference = await stage.stack.simulator.adyenPayment(orderBodyTotalMinor);
      return dealtWith(stage, reference, PaymentNotificationKind.Authorized);
    },
  },
  {
    name: 'notification-that-an-order-waits-for',
    needs: 'to be alone',
    take: async (stage) => {
      const { reference } = await settleHeldCapture(stage);
      return dealtWith(stage, reference, PaymentNotificationKind.Captured);
    },
  },
  {
    name: 'notification-of-a-fact',
    needs: 'to be alone',
    take: async (stage) => {
      const { reference } = await failCapture(stage);
      return dealtWith(stage, reference, PaymentNotificationKind.CaptureFailed);
    },
  },
  {
    // Nobody is left to be told.
    name: 'notification-of-an-order-that-has-ended',
    needs: 'to be alone',
    take: disputeAfterEnd,
  },
  {
    // Nobody else brings it to the ERP.
    name: 'notification-of-an-ended-order-that-an-erp-keeps',
    needs: 'to be alone',
    take: (stage) => withErp(stage, () => disputeAfterEnd(stage)),
  },
  {
    // A worker holds no task open while the database is away: it waits by timers.
    name: 'notification-while-the-database-is-down',
    needs: 'to be alone',
    take: async (stage) => {
      const { orderId, reference } = await placeAtAdyen(stage);
      await stage.untilAtRest(orderId);
      await stage.postgres.stop('immediate');
      await dispute(stage, reference)
        .then(() => untilWaitingByTimer(stage, reference))
        .finally(() => stage.postgres.start());
      return dealtWith(stage, reference, PaymentNotificationKind.Disputed);
    },
  },
];
