import { OrderFlag, type OrderFlag as Flag } from './order-flag.js';
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
  /** Whether the payment is authorised for this order, so that no other order can pay with it. */
  readonly isOwner: boolean;
  readonly status: Status;
  readonly paymentStatus: Payment;
  readonly flags: readonly Flag[];
}

const { Authorized, AuthorizationFailed, Captured, Refunded, Voided, VoidFailed } = PaymentNotificationKind;

/** Outcomes that the order's own steps query. Their notifications only trigger another query. */
const quiet: readonly PaymentNotificationKind[] = [Authorized, AuthorizationFailed, Voided, VoidFailed];

/** Flags of orders whose capture was reversed. */
const unpaid: readonly Flag[] = [OrderFlag.CaptureFailed, OrderFlag.SettledElsewhere];

/** Whether this system called the provider for this order. */
export function isOwnOperation(
  { orderId }: Pick<PayingOrder, 'orderId'>,
  operationKey: string | undefined,
): boolean {
  return operationKey?.startsWith(`${orderId}:`) === true;
}

/**
 * Whether a notification can change the order state by itself. An expected outcome only answers a step of the order,
 * and is a no-op once that step is done.
 */
export function isFactAbout(order: PayingOrder, notification: PaymentNotification): boolean {
  const { isOwner, status, flags } = order;
  const { kind, reason, operationKey } = notification;
  if (!isOwner) return false;
  // Not every provider names the origin of a refund. The order's refund step records the order's own refunds.
  if (kind === Refunded) return !isOwnOperation(order, operationKey);
  if (kind !== Captured) return !quiet.includes(kind);
  // A capture changes an order that is cancelled or whose capture failed before. A `reason` tells of such a failure.
  return (
    status === OrderStatus.Cancelled || flags.some((flag) => unpaid.includes(flag)) || reason !== undefined
  );
}

/** Kinds that no step of a confirmed order waits for. */
const settledByConfirmation: readonly PaymentNotificationKind[] = [Authorized, Captured];

/** Whether a step of the order may be waiting for the notification. */
export function isAwaitedBy(
  { status, paymentStatus }: PayingOrder,
  { provider, kind }: PaymentNotification,
): boolean {
  // Stripe answers a capture request with the outcome. An order waits for the notification only before its
  // authorisation, or after a lost answer. A lost answer makes the payment `unknown`.
  const isAnswered = provider === PaymentProviderName.Stripe && paymentStatus === PaymentStatus.Authorized;
  if (kind === Captured && (isAnswered || paymentStatus === PaymentStatus.Captured)) return false;
  if (settledByConfirmation.includes(kind)) return status === OrderStatus.Pending;
  return !isTerminal(status);
}

/**
 * Whether a notification of Stripe can be dropped: every order of the payment knows the outcome, or will get it from
 * Stripe's answer. Always false for other providers, and for a payment that no order names yet.
 */
export function isStaleNotification(
  notification: PaymentNotification,
  orders: readonly PayingOrder[],
): boolean {
  if (notification.provider !== PaymentProviderName.Stripe || orders.length === 0) return false;
  return !orders.some((order) => isFactAbout(order, notification) || isAwaitedBy(order, notification));
}
