import { CancellationReason, objectionTo, type OrderRef, type PaymentOwner } from '@oms/domain';
import { FailureType, type AuthorizePaymentResult } from '@oms/contracts/temporal';
import {
  findClaimant,
  findOrderPayment,
  recordAuthorization,
  recordNothingToPay,
  type OrderPayment,
} from '@oms/database';
import { log } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';

import { withDatabase } from '../kit/database-fault.js';
import { recordCapture } from './capture-payment.js';
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
  const claimant = await withDatabase(() => findClaimant(database, payment));
  if (claimant && isSameScope(claimant, ref)) return refuse(database, ref, referenceInUse(payment));
  const idempotencyKey = operationKey(ref, 'authorize');
  const provider = providerFor(providers, payment);
  const answer = await answerOf(
    await provider.authorize({
      reference: payment.reference,
      amountMinor: payment.totalMinor,
      currency: payment.currency,
      idempotencyKey,
      mayPay: (owner) => mayPay({ ref, payment, claimant }, owner),
    }),
  );
  if (answer.kind === 'declined') return refuse(database, ref, answer);
  const { expiresAt, state, authorizedMinor, capturedMinor, reference: providerObjectId } = answer.payment;
  // PayPal captures up to 115 % of an authorisation.
  const amountMinor = Math.max(authorizedMinor, capturedMinor);
  const movement = {
    ...{ idempotencyKey, amountMinor, providerObjectId },
    moneyStepMinor: provider.moneyStepMinor(payment.currency),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
  const recorded = await withDatabase(() => recordAuthorization(database, ref, movement, paymentActor));
  switch (recorded) {
    case 'recorded':
      // Captured by the checkout itself. If this is not recorded, the step of the capture finds it.
      if (state === 'captured')
        await withDatabase(() => recordCapture(database, ref, payment, answer.payment));
      return authorizedUntil(expiresAt);
    case 'reference_in_use':
      // Another order claimed the reference meanwhile. The answer depends on that order's owner.
      return authorizePayment({ database, providers }, ref);
    case 'not_pending':
      throw ApplicationFailure.create({
        type: FailureType.UnexpectedRecord,
        message: `order ${ref.orderId} is no longer pending: its payment is not authorised`,
      });
  }
}

/**
 * Whether a payment at the provider may pay for the order. Otherwise the order's tenant gets the answer for an unknown
 * reference; only the log tells the reason.
 *
 * @param claimant the order of another tenant or organisation that pays with it
 */
function mayPay(
  order: { readonly ref: OrderRef; readonly payment: OrderPayment; readonly claimant: OrderRef | undefined },
  owner: PaymentOwner,
): boolean {
  const { ref, payment, claimant } = order;
  const objection = claimant ? 'claimed_elsewhere' : objectionTo(owner, ref, payment);
  if (objection === undefined) return true;
  log.warn('the payment is not for this order, which is told that there is no such payment', {
    ...{ objection, orderId: ref.orderId, provider: payment.provider, owner },
    ...(claimant ? { claimedBy: claimant.orderId } : {}),
  });
  return false;
}

function isSameScope(one: OrderRef, other: OrderRef): boolean {
  return one.tenantId === other.tenantId && one.orgId === other.orgId;
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
