import { paymentNotificationWorkflowType } from '@oms/contracts/temporal';
import { PaymentNotificationKind } from '@oms/domain';
import { orderBodyTotalMinor } from '@oms/testing';

import { failCapture, placeAtAdyen, settleHeldCapture } from './adyen-orders.js';
import { withErp } from './erp-paths.js';
import { untilActivityWaits, workflowAbout } from './find-workflow.js';
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
    // Nobody else brings it to the ERP.
    name: 'notification-of-an-ended-order-that-an-erp-keeps',
    needs: 'to be alone',
    take: (stage) => withErp(stage, () => disputeAfterEnd(stage)),
  },
  {
    // A worker holds no task open while the database is away: it is tried by a usual activity then.
    name: 'notification-while-the-database-is-down',
    needs: 'to be alone',
    take: async (stage) => {
      const { orderId, reference } = await placeAtAdyen(stage);
      await stage.untilAtRest(orderId);
      await stage.postgres.stop('immediate');
      await dispute(stage, reference)
        .then(async () => said(stage, reference, PaymentNotificationKind.Disputed))
        .then((workflowId) => untilActivityWaits(stage, workflowId))
        .finally(() => stage.postgres.start());
      return dealtWith(stage, reference, PaymentNotificationKind.Disputed);
    },
  },
];
