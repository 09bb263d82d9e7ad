import {
  isTerminal,
  OrderFlag,
  OrderStatus,
  PaymentNotificationKind,
  type OrderRef,
  type PaymentNotification,
} from '@oms/domain';
import {
  FailureType,
  type NotifiedOrder,
  type SettleNotificationInput,
  type SettleNotificationResult,
} from '@oms/contracts/temporal';
import {
  findOrderPayment,
  findPayingOrders,
  flagOrder,
  recordPaymentNotification,
  restoreCapture,
  takeCaptureBack,
  type OrderPayment,
  type PayingOrder,
  type PaymentFact,
} from '@oms/database';
import { ApplicationFailure } from '@temporalio/common';

import { withDatabase } from '../database-fault.js';
import {
  findAtProvider,
  paymentActor,
  providerFor,
  type PaymentActivityDependencies,
} from './payment-context.js';

/** See `createPaymentActivities`. */
export async function receiveNotification(
  { database }: PaymentActivityDependencies,
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
function isFactAbout({ status, flags }: PayingOrder, { kind, reason }: PaymentNotification): boolean {
  if (kind !== PaymentNotificationKind.Captured) return !quiet.includes(kind);
  // A capture is a fact where there should be none, or where it had failed before, of which the reason tells.
  return status === OrderStatus.Cancelled || flags.includes(OrderFlag.CaptureFailed) || reason !== undefined;
}

const { Authorized, AuthorizationFailed, Captured, Voided, VoidFailed, Refunded } = PaymentNotificationKind;

/** The order's own steps ask for these, and are told to ask again. */
const quiet: readonly PaymentNotificationKind[] = [
  Authorized,
  AuthorizationFailed,
  Voided,
  VoidFailed,
  Refunded,
];

/** What an order has been confirmed for by now. */
const settledByConfirmation: readonly PaymentNotificationKind[] = [Authorized, Captured];

function isAwaitedBy({ status }: PayingOrder, { kind }: PaymentNotification): boolean {
  if (settledByConfirmation.includes(kind)) return status === OrderStatus.Pending;
  return !isTerminal(status);
}

/** See `createPaymentActivities`. */
export async function settleNotification(
  deps: PaymentActivityDependencies,
  { notification, ...ref }: SettleNotificationInput,
): Promise<SettleNotificationResult> {
  const payment = await withDatabase(() => findOrderPayment(deps.database, ref));
  // An order that never claimed the payment has nothing to lose by what became of it.
  if (!payment?.ledger) return {};
  const facts = await settle(deps, ref, payment, notification);
  return facts ? { facts } : {};
}

async function settle(
  deps: PaymentActivityDependencies,
  ref: OrderRef,
  payment: OrderPayment,
  notification: PaymentNotification,
) {
  const { database } = deps;
  const fact = factOf(notification);
  switch (notification.kind) {
    case PaymentNotificationKind.Captured:
    case PaymentNotificationKind.CaptureFailed:
      return settleCapture(deps, ref, payment, fact);
    case PaymentNotificationKind.RefundFailed:
      return withDatabase(() => flagOrder(database, ref, 'refund_failed', fact));
    case PaymentNotificationKind.Disputed:
      return withDatabase(() => flagOrder(database, ref, 'disputed', fact));
    case PaymentNotificationKind.AuthorizationExpired:
      // What lapses of a payment that was captured or let go is what nobody wants any more.
      if (payment.orderStatus !== OrderStatus.Pending || capturedMinor(payment) > 0) return undefined;
      return withDatabase(() => flagOrder(database, ref, 'authorization_expired', fact));
    case PaymentNotificationKind.Authorized:
    case PaymentNotificationKind.AuthorizationFailed:
    case PaymentNotificationKind.Voided:
    case PaymentNotificationKind.VoidFailed:
    case PaymentNotificationKind.Refunded:
      return undefined;
  }
}

/**
 * Brings the order's books to what the provider says of its captures now, all of its notifications taken together:
 * doubled, late and overtaken ones say nothing new.
 */
async function settleCapture(
  { database, providers }: PaymentActivityDependencies,
  ref: OrderRef,
  payment: OrderPayment,
  fact: PaymentFact,
) {
  if (payment.orderStatus === OrderStatus.Pending) {
    // The order's own step is told of it, and may have asked a moment before: what it makes of it comes first.
    throw ApplicationFailure.create({
      type: FailureType.OrderNotReady,
      message: `order ${ref.orderId} has yet to be confirmed or cancelled by what became of its capture`,
    });
  }
  const provider = providerFor(providers, payment);
  const capturedNow = async () => (await findAtProvider(provider, payment))?.capturedMinor ?? 0;
  const takenMinor = await capturedNow();
  const oursMinor = capturedMinor(payment);
  if (takenMinor === 0 && oursMinor > 0) {
    const facts = await withDatabase(() => takeCaptureBack(database, ref, fact));
    // It may have been captured again since it was asked for, by a notification that found nothing to do.
    const again = await capturedNow();
    return again > 0 ? withDatabase(() => restoreCapture(database, ref, again, fact)) : facts;
  }
  if (takenMinor <= oursMinor) return undefined;
  return payment.orderStatus === OrderStatus.Cancelled
    ? withDatabase(() => flagOrder(database, ref, 'captured_after_cancellation', fact))
    : withDatabase(() => restoreCapture(database, ref, takenMinor, fact));
}

const capturedMinor = ({ ledger }: OrderPayment): number => ledger?.capturedMinor ?? 0;

function factOf(notification: PaymentNotification): PaymentFact {
  const { provider, eventId, objectId, amountMinor, reason, occurredAt } = notification;
  return {
    about: objectId ?? eventId,
    reason,
    data: { provider, eventId, saidAt: occurredAt, ...(amountMinor === undefined ? {} : { amountMinor }) },
    actor: paymentActor,
  };
}
