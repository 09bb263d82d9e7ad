import {
  cancellableStatuses,
  OrderStatus,
  PaymentNotificationKind,
  PaymentStatus,
  type OrderFacts,
  type OrderRef,
  type PaymentNotification,
} from '@oms/domain';
import { FailureType, type SettleNotificationsResult } from '@oms/contracts/temporal';
import {
  findOrderPayment,
  findStanding,
  findUnsettledNotifications,
  flagOrder,
  markSettled,
  recordDisputes,
  restoreCapture,
  reverseCapture,
  type Database,
  type OrderPayment,
  type PaymentFact,
} from '@oms/database';
import type { PaymentSnapshot } from '@oms/payments';
import { ApplicationFailure } from '@temporalio/common';

import { withDatabase } from '../kit/database-fault.js';
import { recordCapture } from './capture-payment.js';
import { recordRefundsAtProvider } from './refunds-at-provider.js';
import { releaseDroppedPayments } from './release-dropped-payments.js';
import { releaseUnusedPayment } from './release-unused-payment.js';
import {
  findAtProvider,
  paymentActor,
  providerFor,
  type PaymentActivityDependencies,
} from './payment-context.js';

/**
 * See `createPaymentActivities`. Lets go of a payment that the order does not take. A notification whose settlement the
 * database refuses is retried without holding up others.
 *
 * @throws ApplicationFailure the first fault, after everything that can be settled without that was settled
 */
export async function settleNotifications(
  deps: PaymentActivityDependencies,
  ref: OrderRef,
): Promise<SettleNotificationsResult> {
  const { database } = deps;
  let refusal: ApplicationFailure | undefined;
  for (const unsettled of await withDatabase(() => findUnsettledNotifications(database, ref))) {
    try {
      if (unsettled.changesOrder) await settle(deps, ref, unsettled.notification);
      await withDatabase(() => markSettled(database, unsettled.id));
    } catch (error) {
      if (!(error instanceof ApplicationFailure) || error.type !== FailureType.RecordRefused) throw error;
      refusal ??= error;
    }
  }
  await releaseDroppedPayments(deps, ref);
  await releaseUnusedPayment(deps, ref);
  if (refusal) throw refusal;
  return { standing: await withDatabase(() => findStanding(database, ref)) };
}

async function settle(deps: PaymentActivityDependencies, ref: OrderRef, notification: PaymentNotification) {
  const { database } = deps;
  const payment = await withDatabase(() => findOrderPayment(database, ref));
  // A notification is only found through the claim of its payment.
  if (!payment?.ledger) throw new Error(`order ${ref.orderId} has claimed no payment`);
  const fact = factOf(notification);
  switch (notification.kind) {
    case PaymentNotificationKind.Captured:
    case PaymentNotificationKind.CaptureFailed:
      return settleCapture(deps, ref, payment, fact);
    case PaymentNotificationKind.Refunded:
    case PaymentNotificationKind.RefundFailed:
    case PaymentNotificationKind.Reversed:
      return settleRefunds(deps, ref, payment);
    case PaymentNotificationKind.DisputeOpened:
    case PaymentNotificationKind.DisputeWithdrawn:
    case PaymentNotificationKind.DisputeReinstated:
    case PaymentNotificationKind.DisputeWon:
    case PaymentNotificationKind.DisputeLost:
      return withDatabase(() => recordDisputes(database, ref, fact.actor));
    case PaymentNotificationKind.AuthorizationExpired:
      // The expiry of a payment that was captured or released has no effect on the order.
      if (!isToBeCaptured(payment)) return undefined;
      return withDatabase(() => flagOrder(database, ref, 'authorization_expired', fact));
    case PaymentNotificationKind.Authorized:
    case PaymentNotificationKind.AuthorizationFailed:
    case PaymentNotificationKind.Voided:
    case PaymentNotificationKind.VoidFailed:
      return undefined;
  }
}

/**
 * Brings the order's ledger to the provider's present state of its captures, derived from all of its notifications:
 * doubled, late and overtaken ones add nothing.
 */
async function settleCapture(
  { database, providers }: PaymentActivityDependencies,
  ref: OrderRef,
  payment: OrderPayment,
  fact: PaymentFact,
) {
  const provider = providerFor(providers, payment);
  const now = await findAtProvider(provider, payment);
  const takenMinor = now?.capturedMinor ?? 0;
  const oursMinor = capturedMinor(payment);
  if (takenMinor === 0 && oursMinor > 0) {
    const facts = await withDatabase(() => reverseCapture(database, ref, fact));
    // A notification that found nothing to do may have reported a new capture since the query.
    const again = await findAtProvider(provider, payment);
    const againMinor = again?.capturedMinor ?? 0;
    if (againMinor > 0) return withDatabase(() => restoreCapture(database, ref, againMinor, fact));
    return (await noteReport(database, ref, again, fact)) ?? facts;
  }
  if (takenMinor <= oursMinor) return oursMinor > 0 ? undefined : noteReport(database, ref, now, fact);
  // Captured at the provider itself, before the order has shipped.
  if (isToBeCaptured(payment) && now) {
    await withDatabase(() => recordCapture(database, ref, payment, now));
    return undefined;
  }
  return payment.orderStatus === OrderStatus.Cancelled
    ? withDatabase(() => flagOrder(database, ref, 'captured_after_cancellation', fact))
    : withDatabase(() => restoreCapture(database, ref, takenMinor, fact));
}

/** Flags an order for an operator: the provider reports without a signature that a failed capture succeeded. */
function noteReport(
  database: Database,
  ref: OrderRef,
  snapshot: PaymentSnapshot | undefined,
  fact: PaymentFact,
): Promise<OrderFacts | undefined> {
  const { objectId: about, amountMinor } = snapshot?.reportedCapture ?? {};
  if (about === undefined) return Promise.resolve(undefined);
  const reported = { ...fact, about, data: { ...fact.data, amountMinor } };
  return withDatabase(() => flagOrder(database, ref, 'recapture_reported', reported));
}

/** Brings the order's ledger to the provider's present refunds, from any source. */
async function settleRefunds(
  { database, providers }: PaymentActivityDependencies,
  ref: OrderRef,
  payment: OrderPayment,
) {
  const provider = providerFor(providers, payment);
  return (await recordRefundsAtProvider(database, ref, payment, provider)).facts;
}

/** Whether the order has not taken its money yet, and will. A reversed capture has made the payment `failed`. */
const isToBeCaptured = (payment: OrderPayment): boolean =>
  capturedMinor(payment) === 0 &&
  payment.ledger?.voidedMinor === 0 &&
  (payment.orderStatus === OrderStatus.Pending ||
    (payment.isCapturedAtShipment &&
      payment.paymentStatus !== PaymentStatus.Failed &&
      cancellableStatuses.includes(payment.orderStatus)));

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
