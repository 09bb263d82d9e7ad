import type { InventoryActivities, OrderActivities, PaymentActivities } from '@oms/activities';
import { TaskQueue } from '@oms/contracts/temporal';
import {
  ActivityCancellationType,
  proxyActivities,
  proxyLocalActivities,
  type ActivityOptions,
  type LocalActivityOptions,
} from '@temporalio/workflow';

/** How often an activity is attempted before its workflow learns of the fault. */
export const attemptsPerRound = 4;

/**
 * How often a step is tried before its workflow shows it as waiting. Within these few seconds a fault is nobody's
 * business; after them the workflow says what it waits for, and goes on trying for as long as it takes.
 */
const shortRetries = {
  initialInterval: '500ms',
  backoffCoefficient: 2,
  maximumInterval: '2s',
  maximumAttempts: attemptsPerRound,
} as const;

/**
 * The order's record. One short idempotent statement each, so they run as local activities: no round trip to the
 * server, and repeated after a lost task they change nothing.
 */
const recordPolicy = {
  startToCloseTimeout: '10s',
  retry: shortRetries,
} as const satisfies LocalActivityOptions;

/**
 * A call to a provider, with a question before it where the outcome of the last one is not known. A worker that was
 * killed is noticed by its missing heartbeats. A call that is under way is not abandoned by a cancellation: its
 * outcome would then be unknown for no reason.
 */
const paymentPolicy = {
  taskQueue: TaskQueue.Payments,
  startToCloseTimeout: '60s',
  heartbeatTimeout: '10s',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: shortRetries,
} as const satisfies ActivityOptions;

/** One short statement, which may wait for other orders' locks. */
const inventoryPolicy = {
  taskQueue: TaskQueue.Inventory,
  startToCloseTimeout: '20s',
  heartbeatTimeout: '10s',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: shortRetries,
} as const satisfies ActivityOptions;

export const { recordOrder } = proxyLocalActivities<OrderActivities>({
  ...recordPolicy,
  summary: 'Record the order',
});
export const { confirmOrder } = proxyLocalActivities<OrderActivities>({
  ...recordPolicy,
  summary: 'Confirm the order',
});
export const { cancelOrder } = proxyLocalActivities<OrderActivities>({
  ...recordPolicy,
  summary: 'Cancel the order',
});
export const { placeDraft } = proxyLocalActivities<OrderActivities>({
  ...recordPolicy,
  summary: 'Place the draft',
});
export const { changeOrder } = proxyLocalActivities<OrderActivities>({
  ...recordPolicy,
  summary: 'Decide and make a change',
});
export const { rememberChange } = proxyLocalActivities<OrderActivities>({
  ...recordPolicy,
  summary: 'Keep the answer of a change',
});
export const { recordGiveUp } = proxyLocalActivities<OrderActivities>({
  ...recordPolicy,
  summary: 'Record who gives the order up',
});

export const { flagExpiringAuthorization } = proxyLocalActivities<OrderActivities>({
  ...recordPolicy,
  summary: 'Flag the order: its authorisation lapses soon',
});
export const { loadOrderFacts } = proxyLocalActivities<OrderActivities>({
  ...recordPolicy,
  summary: 'Look at the order',
});
export const { authorizePayment } = proxyActivities<PaymentActivities>({
  ...paymentPolicy,
  summary: 'Authorise the payment',
});
export const { capturePayment } = proxyActivities<PaymentActivities>({
  ...paymentPolicy,
  summary: 'Capture the payment',
});
export const { reversePayment } = proxyActivities<PaymentActivities>({
  ...paymentPolicy,
  summary: 'Void or refund the payment',
});
export const { refundPayment } = proxyActivities<PaymentActivities>({
  ...paymentPolicy,
  summary: 'Refund',
});
export const { resolvePayment } = proxyActivities<PaymentActivities>({
  ...paymentPolicy,
  summary: 'Weigh what an operator states of the payment',
});

export const { reserveInventory } = proxyActivities<InventoryActivities>({
  ...inventoryPolicy,
  summary: 'Reserve the stock of all lines',
});
export const { releaseInventory } = proxyActivities<InventoryActivities>({
  ...inventoryPolicy,
  summary: 'Release the reserved stock',
});
