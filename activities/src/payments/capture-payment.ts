import { CancellationReason, PaymentStatus, sayAmount, type OrderRef } from '@oms/domain';
import { FailureType, type CapturePaymentResult, type ShipmentCaptureResult } from '@oms/contracts/temporal';
import {
  declineCapture,
  findOrderPayment,
  findStanding,
  recordMovement,
  type OrderPayment,
} from '@oms/database';
import type { Declined, PaymentSnapshot } from '@oms/payments';
import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';

import { withDatabase } from '../kit/database-fault.js';
import {
  answerOf,
  findAtProvider,
  isCaptured,
  markUnknown,
  operationKey,
  paymentActor,
  providerFor,
  refuse,
  type PaymentActivityDependencies,
} from './payment-context.js';

/** `partly_captured`: somebody else captured less than the order costs. */
type Captured =
  | { readonly kind: 'captured' }
  | {
      readonly kind: 'partly_captured';
      readonly reason: typeof CancellationReason.PaymentNotCapturable;
      readonly detail: string;
    };

/** See `createPaymentActivities`. */
export async function capturePayment(
  deps: PaymentActivityDependencies,
  ref: OrderRef,
): Promise<CapturePaymentResult> {
  const answer = await capture(deps, ref);
  switch (answer.kind) {
    case 'declined':
      return refuse(deps.database, ref, answer);
    case 'partly_captured':
      return { ...answer, kind: 'refused' };
    case 'captured':
      return answer;
  }
}

/** See `createPaymentActivities`. The change that waits for it sees by the records what it came to. */
export async function captureForShipment(
  deps: PaymentActivityDependencies,
  ref: OrderRef,
): Promise<ShipmentCaptureResult> {
  const { database } = deps;
  const answer = await capture(deps, ref);
  if (answer.kind === 'declined') {
    const { message: reason, declineCode } = answer;
    const declined = { reason, actor: paymentActor, ...(declineCode === undefined ? {} : { declineCode }) };
    await withDatabase(() => declineCapture(database, ref, declined));
  }
  return { standing: await withDatabase(() => findStanding(database, ref)) };
}

async function capture(deps: PaymentActivityDependencies, ref: OrderRef): Promise<Captured | Declined> {
  const { database, providers } = deps;
  const payment = await withDatabase(() => findOrderPayment(database, ref));
  const amountMinor = payment?.captureMinor;
  if (!payment || amountMinor === undefined || isCaptured(payment)) return { kind: 'captured' };
  if (!payment.ledger) {
    // Its reference may be another tenant's payment.
    throw ApplicationFailure.create({
      type: FailureType.UnexpectedRecord,
      message: `order ${ref.orderId} has not claimed its payment: nothing of it is captured`,
    });
  }
  const provider = providerFor(providers, payment);
  // An earlier attempt may have reached the provider and died before it recorded that; an operator's statement proves
  // nothing either. A capture under a new key needs the provider's own word that there is none.
  const mayHaveHappened = payment.paymentStatus === PaymentStatus.Unknown || payment.captureOrdinal > 1;
  // A payment that was held for days may have been captured at the provider itself.
  if (mayHaveHappened || payment.isCapturedAtShipment || activityInfo().attempt > 1) {
    const found = await findAtProvider(provider, payment);
    if (found?.state === 'captured') return settleCapture(deps, ref, payment, found);
  }
  const answer = await answerOf(
    await provider.capture({
      reference: payment.reference,
      amountMinor,
      currency: payment.currency,
      idempotencyKey: operationKey(ref, 'capture', payment.captureOrdinal),
    }),
    markUnknown(database, ref, 'capture'),
  );
  if (answer.kind === 'declined') return answer;
  return settleCapture(deps, ref, payment, answer.payment);
}

async function settleCapture(
  { database }: PaymentActivityDependencies,
  ref: OrderRef,
  payment: OrderPayment,
  captured: PaymentSnapshot,
): Promise<Captured> {
  await withDatabase(() => recordCapture(database, ref, payment, captured));
  if (captured.capturedMinor >= payment.chargeMinor) return { kind: 'captured' };
  const currency = { code: payment.currency, exponent: payment.currencyExponent };
  const say = (amountMinor: number): string => sayAmount(amountMinor, currency);
  return {
    kind: 'partly_captured',
    reason: CancellationReason.PaymentNotCapturable,
    detail: `somebody else captured ${say(captured.capturedMinor)} of ${say(payment.chargeMinor)} at the provider`,
  };
}

/** Records the provider's capture in the order's ledger, once. */
export function recordCapture(
  database: PaymentActivityDependencies['database'],
  ref: OrderRef,
  { captureOrdinal: ordinal, chargeMinor }: OrderPayment,
  captured: PaymentSnapshot,
): Promise<boolean> {
  const movement = {
    ...{ ordinal, chargeMinor },
    idempotencyKey: operationKey(ref, 'capture', ordinal),
    amountMinor: captured.capturedMinor,
    providerObjectId: captured.reference,
  };
  return recordMovement(database, ref, 'capture', movement, paymentActor);
}
