import type { OrderFacts, OrderRef, PaymentNotification } from '@oms/domain';
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

/** Tells an order's workflow that its provider has said something. */
export interface PaymentNotified {
  /** How the order is recorded by now, where what was said has changed that. */
  readonly facts?: OrderFacts;
}

/** A step that waits for the provider is tried again at once; an order that waits for nothing goes on as it was. */
export const paymentNotifiedSignal = defineSignal<[PaymentNotified]>('paymentNotified');

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

/** The order's facts as they are now. Absent: the notification is about a payment that the order never claimed. */
export interface SettleNotificationResult {
  readonly facts?: OrderFacts;
  /** Whether the order is kept in an ERP, which its own workflow brings it to until it has ended. */
  readonly hasErp?: true;
}
