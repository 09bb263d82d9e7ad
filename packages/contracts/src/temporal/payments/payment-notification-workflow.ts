import type { OrderRef, PaymentNotification } from '@oms/domain';
import { defineSignal } from '@temporalio/workflow';

/** The registered name of the workflow that deals with one thing that a payment provider said. */
export const paymentNotificationWorkflowType = 'paymentNotificationWorkflow';

/**
 * The id of the workflow of a notification; the same event of a provider always has the same one.
 *
 * @param eventHash hexadecimal, of the provider's id of the event: that may have any characters and any length
 */
export function paymentNotificationWorkflowId(
  { provider }: Pick<PaymentNotification, 'provider'>,
  eventHash: string,
): string {
  return `notification-${provider}-${eventHash}`;
}

/**
 * Tells an order's workflow that its provider has said something, and that the records may say more than it has read. A
 * step that waits is tried again at once.
 */
export const paymentNotifiedSignal = defineSignal('paymentNotified');

/** An order that a notification is about. */
export interface NotifiedOrder extends OrderRef {
  /** Whether what was said may be a fact about this order, beside an answer that one of its steps waits for. */
  readonly isConcerned: boolean;
  /** Whether its workflow may be waiting for this. */
  readonly isWaiting: boolean;
}

export interface SettleNotificationInput extends OrderRef {
  readonly notification: PaymentNotification;
}

/** Whether the notification is about a payment that the order has claimed: then its records say what it came to. */
export interface SettleNotificationResult {
  readonly isAboutOrder: boolean;
  /** Whether the order is kept in an ERP, which its own workflow brings it to until it has ended. */
  readonly hasErp?: true;
}
