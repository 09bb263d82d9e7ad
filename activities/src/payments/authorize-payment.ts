import { CancellationReason, type OrderRef } from '@oms/domain';
import { FailureType, type AuthorizePaymentResult } from '@oms/contracts/temporal';
import {
  findOrderPayment,
  isReferenceInUse,
  recordAuthorization,
  recordNothingToPay,
  type OrderPayment,
} from '@oms/database';
import { ApplicationFailure } from '@temporalio/common';

import { withDatabase } from '../database-fault.js';
import {
  answerOf,
  isCaptured,
  operationKey,
  paymentActor,
  providerFor,
  refuse,
  type PaymentActivityDependencies,
} from './payment-context.js';

/** See `createPaymentActivities`. */
export async function authorizePayment(
  { database, providers }: PaymentActivityDependencies,
  ref: OrderRef,
): Promise<AuthorizePaymentResult> {
  const payment = await withDatabase(() => findOrderPayment(database, ref));
  if (!payment || payment.ledger || isCaptured(payment)) {
    return authorizedUntil(payment?.ledger?.authorizationExpiresAt);
  }
  if (payment.totalMinor === 0) {
    await withDatabase(() => recordNothingToPay(database, ref, paymentActor));
    return { kind: 'authorized' };
  }
  // Asked first, since a reference that another order has captured would only look "not capturable".
  if (await withDatabase(() => isReferenceInUse(database, ref, payment))) {
    return refuse(database, ref, referenceInUse(payment));
  }
  const idempotencyKey = operationKey(ref, 'authorize');
  const answer = await answerOf(
    await providerFor(providers, payment).authorize({
      reference: payment.reference,
      amountMinor: payment.totalMinor,
      currency: payment.currency,
      idempotencyKey,
    }),
  );
  if (answer.kind === 'declined') return refuse(database, ref, answer);
  const { expiresAt, authorizedMinor: amountMinor, reference: providerObjectId } = answer.payment;
  const movement = {
    ...{ idempotencyKey, amountMinor, providerObjectId },
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
  const recorded = await withDatabase(() => recordAuthorization(database, ref, movement, paymentActor));
  switch (recorded) {
    case 'recorded':
      return authorizedUntil(expiresAt);
    case 'reference_in_use':
      return refuse(database, ref, referenceInUse(payment));
    case 'not_pending':
      throw ApplicationFailure.create({
        type: FailureType.UnexpectedRecord,
        message: `order ${ref.orderId} is no longer pending: its payment is not authorised`,
      });
  }
}

function authorizedUntil(expiresAt: string | undefined): AuthorizePaymentResult {
  return { kind: 'authorized', ...(expiresAt === undefined ? {} : { expiresAt }) };
}

function referenceInUse(payment: OrderPayment) {
  return {
    reason: CancellationReason.PaymentReferenceInUse,
    message: `another order pays with ${payment.reference}`,
  };
}
