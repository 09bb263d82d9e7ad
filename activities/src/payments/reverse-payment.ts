import { keptMinor, PaymentStatus, type OrderRef } from '@oms/domain';
import { FailureType, type ReversePaymentResult } from '@oms/contracts/temporal';
import {
  findOrderPayment,
  recordDisputes,
  recordMovement,
  type Database,
  type OrderPayment,
} from '@oms/database';
import type { PaymentProvider, PaymentSnapshot } from '@oms/payments';
import { ApplicationFailure } from '@temporalio/common';

import { withDatabase } from '../kit/database-fault.js';
import { recordCapture } from './capture-payment.js';
import { recordRefundsAtProvider } from './refunds-at-provider.js';
import {
  answerOf,
  findAtProvider,
  markUnknown,
  operationKey,
  paymentActor,
  providerFor,
  type PaymentActivityDependencies,
} from './payment-context.js';

/**
 * See `createPaymentActivities`. Always asks the provider first: a capture whose answer was lost may have happened. If
 * the payment changes between the query and the call, the provider refuses the call, and the next attempt sees the new
 * state.
 */
export async function reversePayment(
  { database, providers }: PaymentActivityDependencies,
  ref: OrderRef,
): Promise<ReversePaymentResult> {
  const payment = await withDatabase(() => findOrderPayment(database, ref));
  if (!payment) return { paymentStatus: PaymentStatus.Pending };
  const { ledger, paymentStatus } = payment;
  if (!ledger || ledger.voidedMinor > 0) return { paymentStatus };
  if (ledger.capturedMinor > 0 && ledger.refundedMinor === ledger.capturedMinor) return { paymentStatus };
  const provider = providerFor(providers, payment);
  const found = await findAtProvider(provider, payment);
  switch (found?.state) {
    case 'authorized':
      return voidAuthorization(database, ref, payment, provider);
    case 'captured':
      return refundCapture(database, ref, payment, provider, found);
    case 'voided':
    case 'not_authorized':
      return recordVoid(database, ref, payment);
    case 'processing':
    case undefined:
      throw ApplicationFailure.create({
        type: FailureType.PaymentProviderUnavailable,
        message: found
          ? `the provider is still processing ${payment.reference}`
          : `the provider no longer knows ${payment.reference}, which it had authorised`,
      });
  }
}

async function voidAuthorization(
  database: Database,
  ref: OrderRef,
  payment: OrderPayment,
  provider: PaymentProvider,
): Promise<ReversePaymentResult> {
  const answer = await answerOf(
    await provider.void({ reference: payment.reference, idempotencyKey: operationKey(ref, 'void') }),
    markUnknown(database, ref, 'void'),
  );
  if (answer.kind === 'declined') {
    await assertNothingHeld(provider, payment, answer.message);
  }
  return recordVoid(database, ref, payment);
}

/**
 * A refused void means that nothing is held only if the provider's own state of the payment says so. While the provider
 * says that the money is held, the order waits and shows the reason: an operator has to look.
 */
async function assertNothingHeld(
  provider: PaymentProvider,
  payment: OrderPayment,
  refusal: string,
): Promise<void> {
  const found = await findAtProvider(provider, payment);
  switch (found?.state) {
    case 'voided':
    case 'not_authorized':
      return;
    case 'authorized':
      throw reversalRefused(`it is still held, and the provider does not let it go: ${refusal}`);
    case 'captured':
    case 'processing':
    case undefined:
      throw changedMeanwhile(refusal);
  }
}

async function refundCapture(
  database: Database,
  ref: OrderRef,
  payment: OrderPayment,
  provider: PaymentProvider,
  captured: PaymentSnapshot,
): Promise<ReversePaymentResult> {
  // First records a capture whose answer was lost: only recorded money can be refunded.
  await withDatabase(() => recordCapture(database, ref, payment, captured));
  // Then records refunds that were made at the provider itself, and what it took for a dispute: only the rest is left to refund.
  const { refunds } = await recordRefundsAtProvider(database, ref, payment, provider);
  await withDatabase(() => recordDisputes(database, ref, paymentActor));
  const recorded = await withDatabase(() => findOrderPayment(database, ref));
  const { refundedMinor = 0, disputedMinor = 0 } = recorded?.ledger ?? {};
  const leftMinor = keptMinor({ capturedMinor: captured.capturedMinor, refundedMinor, disputedMinor });
  if (recorded && disputedMinor > 0 && leftMinor <= 0) return { paymentStatus: recorded.paymentStatus };
  if (leftMinor === 0) return { paymentStatus: PaymentStatus.Refunded };
  const idempotencyKey = operationKey(ref, 'refund');
  const earlier = refunds.find((refund) => refund.operationKey === idempotencyKey);
  const answer = await answerOf(
    await provider.refund({
      reference: payment.reference,
      // Parts may have been refunded before. A retry repeats the amount of the earlier attempt, which belongs to its
      // key.
      amountMinor: earlier?.amountMinor ?? leftMinor,
      currency: payment.currency,
      idempotencyKey,
    }),
    markUnknown(database, ref, 'refund'),
  );
  if (answer.kind === 'declined') {
    const now = await findAtProvider(provider, payment);
    if (now?.state === 'captured' && now.capturedMinor - now.refundedMinor > 0) {
      throw reversalRefused(`it is captured, and the provider does not give it back: ${answer.message}`);
    }
    throw changedMeanwhile(answer.message);
  }
  const movement = {
    ...{ ordinal: 1, chargeMinor: payment.chargeMinor },
    idempotencyKey,
    amountMinor: answer.amountMinor,
    providerObjectId: answer.refundId,
  };
  await withDatabase(() => recordMovement(database, ref, 'refund', movement, paymentActor));
  return { paymentStatus: PaymentStatus.Refunded };
}

async function recordVoid(
  database: Database,
  ref: OrderRef,
  payment: OrderPayment,
): Promise<ReversePaymentResult> {
  const movement = {
    ...{ ordinal: 1, chargeMinor: payment.chargeMinor },
    idempotencyKey: operationKey(ref, 'void'),
    amountMinor: payment.ledger?.authorizedMinor ?? 0,
    providerObjectId: payment.reference,
  };
  await withDatabase(() => recordMovement(database, ref, 'void', movement, paymentActor));
  return { paymentStatus: PaymentStatus.Voided };
}

function reversalRefused(message: string): ApplicationFailure {
  return ApplicationFailure.create({
    type: FailureType.PaymentReversalRefused,
    message: `the payment cannot be given back: ${message}. Somebody has to look at it`,
  });
}

function changedMeanwhile(message: string): ApplicationFailure {
  return ApplicationFailure.create({
    type: FailureType.PaymentOutcomeUnknown,
    message: `the payment changed while it was being reversed: ${message}`,
  });
}
