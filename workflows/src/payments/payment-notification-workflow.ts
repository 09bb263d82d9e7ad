import type { NotificationActivities, PaymentActivities } from '@oms/activities';
import type { PaymentNotification } from '@oms/domain';
import {
  orderWorkflowId,
  paymentNotifiedSignal,
  TaskQueue,
  type NotifiedOrder,
} from '@oms/contracts/temporal';
import {
  getExternalWorkflowHandle,
  isCancellation,
  log,
  proxyActivities,
  proxyLocalActivities,
  type ActivityOptions,
  type LocalActivityOptions,
} from '@temporalio/workflow';

import { pushOrderToErp } from '../erp/erp-activity-policies.js';
import { locallyFirst } from '../kit/locally-first.js';

/** A provider may never repeat a notification: it is retried for a month, and fails after that. */
const patience = {
  scheduleToCloseTimeout: '30d',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s' },
} as const satisfies ActivityOptions;

/** Two short statements, which may be repeated: no round trip to the server for what concerns nobody. */
const receiptTimeout = { startToCloseTimeout: '10s' } as const;
const receiptPolicy = {
  ...receiptTimeout,
  retry: { initialInterval: '500ms', maximumAttempts: 2 },
} as const satisfies LocalActivityOptions;

/** The provider may have to be asked. */
const settlementPolicy = {
  taskQueue: TaskQueue.Payments,
  startToCloseTimeout: '30s',
  heartbeatTimeout: '10s',
  ...patience,
} as const satisfies ActivityOptions;

const summary = 'Keep what the provider said';
const { receiveNotification: receiveAtOnce } = proxyLocalActivities<NotificationActivities>({
  ...receiptPolicy,
  summary,
});
const { receiveNotification: receivePatiently } = proxyActivities<NotificationActivities>({
  ...receiptTimeout,
  ...patience,
  summary,
});

const { settleNotification } = proxyActivities<PaymentActivities>({
  ...settlementPolicy,
  summary: "Bring the order's record to it",
});

/**
 * Processes one notification of a payment provider: keeps it, wakes the orders that wait for it, and records it with
 * the order where it is a fact about the order by itself.
 *
 * Every step may be repeated, and none depends on other notifications. Doubled, late and overtaken notifications
 * therefore change nothing twice.
 *
 * @throws the failure of an activity, `RecordRefused` where the database refuses what was said; other orders are told all
 *   the same. The provider can send it once more then.
 */
export async function paymentNotificationWorkflow(notification: PaymentNotification): Promise<void> {
  const orders = await locallyFirst(
    () => receiveAtOnce(notification),
    () => receivePatiently(notification),
  );
  const told = await Promise.allSettled(orders.map((order) => tell(order, notification)));
  const failed = told.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}

async function tell(
  { isConcerned, isWaiting, ...ref }: NotifiedOrder,
  notification: PaymentNotification,
): Promise<void> {
  if (isWaiting) await notify(ref.orderId);
  if (!isConcerned) return;
  const { isAboutOrder, hasErp } = await settleNotification({ ...ref, notification });
  if (!isAboutOrder || (await notify(ref.orderId))) return;
  // Nobody else brings what became of an order after its end to its ERP.
  if (hasErp) await pushOrderToErp(ref);
}

/**
 * An order whose workflow has ended waits for nothing any more; one that cannot be told asks again by itself.
 *
 * @returns whether it was told
 */
async function notify(orderId: string): Promise<boolean> {
  try {
    await getExternalWorkflowHandle(orderWorkflowId(orderId)).signal(paymentNotifiedSignal);
    return true;
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.info('the order cannot be told', { orderId, why: String(error) });
    return false;
  }
}
