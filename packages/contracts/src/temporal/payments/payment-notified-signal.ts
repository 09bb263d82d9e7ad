import { defineSignal } from '@temporalio/workflow';

/** The part of a notification that an order's workflow learns. The notification itself is in the records. */
export interface PaymentNotified {
  /** Whether the order owes the settlement of a notification. */
  readonly owesSettlement: boolean;
}

/**
 * Tells an order's workflow that its provider has sent a notification. A step that waits is retried at once. Without an
 * argument, the signal only does that.
 */
export const paymentNotifiedSignal = defineSignal<[PaymentNotified?]>('paymentNotified');
