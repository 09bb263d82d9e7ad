import { CancellationReason, PaymentStatus, sayAmount, type OrderRef } from '@oms/domain';
import { FailureType, type CapturePaymentResult } from '@oms/contracts/temporal';
import { findOrderPayment, recordMovement, type OrderPayment } from '@oms/database';
import type { PaymentSnapshot } from '@oms/payments';
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

/** See `createPaymentActivities`. */
export async function capturePayment(
  deps: PaymentActivityDependencies,
  ref: OrderRef,
): Promise<CapturePaymentResult> {
  const { database, providers } = deps;
  const payment = await withDatabase(() => findOrderPayment(database, ref));
  if (!payment || isCaptured(payment)) return { kind: 'captured' };
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
  if (mayHaveHappened || activityInfo().attempt > 1) {
    const found = await findAtProvider(provider, payment);
    if (found?.state === 'captured') return settleCapture(deps, ref, payment, found);
  }
  const answer = await answerOf(
    await provider.capture({
      reference: payment.reference,
      amountMinor: payment.totalMinor,
      currency: payment.currency,
      idempotencyKey: operationKey(ref, 'capture', payment.captureOrdinal),
    }),
    markUnknown(database, ref, 'capture'),
  );
  if (answer.kind === 'declined') return refuse(database, ref, answer);
  return settleCapture(deps, ref, payment, answer.payment);
}

async function settleCapture(
  { database }: PaymentActivityDependencies,
  ref: OrderRef,
  payment: OrderPayment,
  captured: PaymentSnapshot,
): Promise<CapturePaymentResult> {
  await withDatabase(() => recordCapture(database, ref, payment, captured));
  if (captured.capturedMinor >= payment.totalMinor) return { kind: 'captured' };
  const currency = { code: payment.currency, exponent: payment.currencyExponent };
  const say = (amountMinor: number): string => sayAmount(amountMinor, currency);
  return {
    kind: 'refused',
    reason: CancellationReason.PaymentNotCapturable,
    detail: `somebody else captured ${say(captured.capturedMinor)} of ${say(payment.totalMinor)} at the provider`,
  };
}

/** Records the provider's capture in the order's ledger, once. */
export function recordCapture(
  database: PaymentActivityDependencies['database'],
  ref: OrderRef,
  { captureOrdinal: ordinal, totalMinor }: OrderPayment,
  captured: PaymentSnapshot,
): Promise<boolean> {
  const movement = {
    ...{ ordinal, totalMinor },
    idempotencyKey: operationKey(ref, 'capture', ordinal),
    amountMinor: captured.capturedMinor,
    providerObjectId: captured.reference,
  };
  return recordMovement(database, ref, 'capture', movement, paymentActor);
}
