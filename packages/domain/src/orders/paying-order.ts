import { isTerminal, OrderStatus, type OrderStatus as Status } from './order-status.js';
import { PaymentNotificationKind, type PaymentNotification } from '../payments/payment-notification.js';
import {
  PaymentProviderName,
  PaymentStatus,
  type PaymentStatus as Payment,
} from '../payments/payment-status.js';

/** An order whose payment reference is the subject of a provider's notification. */
export interface PayingOrder {
  readonly orderId: string;
  readonly status: Status;
  readonly paymentStatus: Payment;
  /** Whether a notification of the order's payment changes its record and is not settled. */
  readonly owesSettlement: boolean;
}

const { Authorized, Captured } = PaymentNotificationKind;

/** Statuses of a payment that may be captured when its order ships. */
const mayCapture: readonly Payment[] = [PaymentStatus.Authorized, PaymentStatus.Unknown];

/** Whether a step of the order may be waiting for the notification. */
export function isAwaitedBy(
  { status, paymentStatus }: Pick<PayingOrder, 'status' | 'paymentStatus'>,
  { provider, kind }: PaymentNotification,
): boolean {
  const isStripe = provider === PaymentProviderName.Stripe;
  // Every checkout of Stripe sends one, mostly before its order is placed. An order that waits asks again within a minute.
  if (isStripe && kind === Authorized) return false;
  // Stripe answers a capture request with the outcome. An order waits for the notification only before its
  // authorisation, or after a lost answer. A lost answer makes the payment `unknown`.
  const isAnswered = isStripe && paymentStatus === PaymentStatus.Authorized;
  if (kind === Captured && (isAnswered || paymentStatus === PaymentStatus.Captured)) return false;
  if (status === OrderStatus.Pending) return true;
  if (kind === Authorized) return false;
  if (kind === Captured && !mayCapture.includes(paymentStatus)) return false;
  return !isTerminal(status);
}
