import {
  isTerminal,
  OrderFlag,
  OrderStatus,
  PaymentNotificationKind,
  PaymentProviderName,
  PaymentStatus,
  type PaymentNotification,
} from '@oms/domain';
import type { NotifiedOrder } from '@oms/contracts/temporal';
import { findPayingOrders, recordPaymentNotification, type Database, type PayingOrder } from '@oms/database';

import { withDatabase } from '../database-fault.js';
import { isOwnOperation } from './payment-context.js';

export type NotificationActivities = ReturnType<typeof createNotificationActivities>;

/** What is done about everything that providers say. It needs the database alone: no provider is asked. */
export function createNotificationActivities({ database }: { readonly database: Database }) {
  return {
    /** Keeps what a provider said, once, and finds the orders that it may be about. May be repeated. */
    receiveNotification: (notification: PaymentNotification): Promise<readonly NotifiedOrder[]> =>
      receiveNotification(database, notification),
  };
}

async function receiveNotification(
  database: Database,
  notification: PaymentNotification,
): Promise<readonly NotifiedOrder[]> {
  return withDatabase(async () => {
    // Recorded first: an order that is recorded after this one was looked for finds the notification.
    await recordPaymentNotification(database, notification);
    const orders = await findPayingOrders(database, notification);
    return orders.map((order) => ({
      orderId: order.orderId,
      tenantId: order.tenantId,
      orgId: order.orgId,
      isConcerned: order.isOwner && isFactAbout(order, notification),
      isWaiting: isAwaitedBy(order, notification),
    }));
  });
}

/** What goes as it should is an answer to a step and nothing more; it is no news for an order that is done with it. */
function isFactAbout(order: PayingOrder, notification: PaymentNotification): boolean {
  const { status, flags } = order;
  const { kind, reason, operationKey } = notification;
  // Not every provider says who made a refund; where this order did, its own step books it.
  if (kind === PaymentNotificationKind.Refunded) return !isOwnOperation(order, operationKey);
  if (kind !== PaymentNotificationKind.Captured) return !quiet.includes(kind);
  // A capture is a fact where there should be none, or where it had failed before, of which the reason tells.
  return (
    status === OrderStatus.Cancelled || flags.some((flag) => unpaid.includes(flag)) || reason !== undefined
  );
}

/** What orders are flagged with whose capture was taken back. */
const unpaid: readonly OrderFlag[] = [OrderFlag.CaptureFailed, OrderFlag.SettledElsewhere];

const { Authorized, AuthorizationFailed, Captured, Voided, VoidFailed } = PaymentNotificationKind;

/** The order's own steps ask for these, and are told to ask again. */
const quiet: readonly PaymentNotificationKind[] = [Authorized, AuthorizationFailed, Voided, VoidFailed];

/** What an order has been confirmed for by now. */
const settledByConfirmation: readonly PaymentNotificationKind[] = [Authorized, Captured];

function isAwaitedBy(
  { status, paymentStatus }: PayingOrder,
  { provider, kind }: PaymentNotification,
): boolean {
  // Stripe says of a capture what became of it when it is asked for it. Only where that answer was lost, which makes the
  // payment unknown, or before it was authorised, does an order wait to hear it.
  const isAnswered = provider === PaymentProviderName.Stripe && paymentStatus === PaymentStatus.Authorized;
  if (kind === Captured && isAnswered) return false;
  if (settledByConfirmation.includes(kind)) return status === OrderStatus.Pending;
  return !isTerminal(status);
}
