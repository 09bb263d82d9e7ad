import { transient, unknown } from '../kit/outcome.js';
import { outcomeOf } from '../kit/provider-failure.js';
import type { PaymentSnapshot, ProviderCall, ProviderOutcome } from '../payment-provider.js';
import { describeStatus, isAuthorizationId, outcomes } from './outcomes.js';
import { isTaken, lookAtPayment, type PayPalAccess, type PayPalPayment } from './paypal-payment.js';

type Outcome = ProviderOutcome<{ readonly payment: PaymentSnapshot }>;

/**
 * Releases an authorisation. For a released or expired one, the outcome is `done`.
 *
 * Reads the payment after any answer of PayPal, because a void can follow a partial capture, whose amount must be
 * reported.
 */
export async function voidPayment(access: PayPalAccess, call: ProviderCall): Promise<Outcome> {
  const { reference, idempotencyKey } = call;
  if (!isAuthorizationId(reference)) return outcomes.referenceNotFound(reference);
  const answer = await access.client.void(reference, idempotencyKey);
  if (!answer.ok && answer.failure.kind !== 'refused') {
    return outcomeOf(answer.failure, { onNotFound: () => outcomes.referenceNotFound(reference) });
  }
  const now = await lookAtPayment(access, reference);
  const refusal = answer.ok ? 'PayPal has taken the request' : answer.failure.message;
  if (!now.ok) {
    return unknown(`${refusal}. How the payment stands could not be read. ${now.failure.message}`);
  }
  const judged = judgeVoid(now.value);
  if (judged) return judged;
  // Refused although the payment may be released. The cause is outside of the order, which waits for an operator.
  return answer.ok ? unknown(`${refusal} but ${describeStatus(now.value)}`) : transient(refusal);
}

/** Decides the void by the payment's state. Undefined if it has not happened and may be requested. */
function judgeVoid(payment: PayPalPayment): Outcome | undefined {
  const { authorization, captures, snapshot } = payment;
  if (captures.some(isTaken)) {
    return outcomes.notVoidable(authorization.id, 'it has been captured');
  }
  const open = captures.find(({ status }) => status === 'PENDING');
  if (open) {
    return transient(`Payment ${authorization.id} cannot be voided while its capture ${open.id} is pending`);
  }
  const nothingHeld = snapshot.state === 'voided' || snapshot.state === 'not_authorized';
  return nothingHeld ? { kind: 'done', payment: snapshot } : undefined;
}
