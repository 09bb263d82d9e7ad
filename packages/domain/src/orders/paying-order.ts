import { OrderFlag, type OrderFlag as Flag } from './order-flag.js';
import { isTerminal, OrderStatus, type OrderStatus as Status } from './order-status.js';
import { PaymentNotificationKind, type PaymentNotification } from '../payments/payment-notification.js';
import {
  PaymentProviderName,
  PaymentStatus,
  type PaymentStatus as Payment,
} from '../payments/payment-status.js';

/** An order that names the payment which a provider speaks of. */
export interface PayingOrder {
  readonly orderId: string;
  /** Whether the payment is this order's: it was authorised for it, and no other can pay with it. */
  readonly isOwner: boolean;
  readonly status: Status;
  readonly paymentStatus: Payment;
  readonly flags: readonly Flag[];
}

const { Authorized, AuthorizationFailed, Captured, Refunded, Voided, VoidFailed } = PaymentNotificationKind;

/** The order's own steps ask for these, and are told to ask again. */
const quiet: readonly PaymentNotificationKind[] = [Authorized, AuthorizationFailed, Voided, VoidFailed];

/** What orders are flagged with whose capture was taken back. */
const unpaid: readonly Flag[] = [OrderFlag.CaptureFailed, OrderFlag.SettledElsewhere];

/** Whether a provider's call was made for this order by this system. */
export function isOwnOperation(
  { orderId }: Pick<PayingOrder, 'orderId'>,
  operationKey: string | undefined,
): boolean {
  return operationKey?.startsWith(`${orderId}:`) === true;
}

/**
 * Whether what was said may be a fact about the order by itself. What goes as it should is an answer to a step and nothing
 * more; it is no news for an order that is done with it.
 */
export function isFactAbout(order: PayingOrder, notification: PaymentNotification): boolean {
  const { isOwner, status, flags } = order;
  const { kind, reason, operationKey } = notification;
  if (!isOwner) return false;
  // Not every provider says who made a refund; where this order did, its own step books it.
  if (kind === Refunded) return !isOwnOperation(order, operationKey);
  if (kind !== Captured) return !quiet.includes(kind);
  // A capture is a fact where there should be none, or where it had failed before, of which the reason tells.
  return (
    status === OrderStatus.Cancelled || flags.some((flag) => unpaid.includes(flag)) || reason !== undefined
  );
}

/** What an order has been confirmed for by now. */
const settledByConfirmation: readonly PaymentNotificationKind[] = [Authorized, Captured];

/** Whether a step of the order may be waiting to hear it. */
export function isAwaitedBy(
  { status, paymentStatus }: PayingOrder,
  { provider, kind }: PaymentNotification,
): boolean {
  // Stripe says of a capture what became of it when it is asked for it. Only where that answer was lost, which makes the
  // payment unknown, or before it was authorised, does an order wait to hear it.
  const isAnswered = provider === PaymentProviderName.Stripe && paymentStatus === PaymentStatus.Authorized;
  if (kind === Captured && (isAnswered || paymentStatus === PaymentStatus.Captured)) return false;
  if (settledByConfirmation.includes(kind)) return status === OrderStatus.Pending;
  return !isTerminal(status);
}

/**
 * Whether all orders that name the payment know what was said, or are about to hear it from the provider itself. Of a
 * provider whose word is all that there is, or where there is no order yet, nothing is: it is kept.
 */
export function isOldNews(notification: PaymentNotification, orders: readonly PayingOrder[]): boolean {
  if (notification.provider !== PaymentProviderName.Stripe || orders.length === 0) return false;
  return !orders.some((order) => isFactAbout(order, notification) || isAwaitedBy(order, notification));
}
