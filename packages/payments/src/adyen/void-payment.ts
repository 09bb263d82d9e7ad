import { CancellationReason } from '@oms/domain';

import { transient } from '../kit/outcome.js';
import type { PaymentSnapshot, ProviderCall, ProviderOutcome } from '../payment-provider.js';
import { judgeAnswer, lookAtPayment, type AdyenAccess } from './adyen-access.js';
import { operationReference } from './operation-reference.js';
import { describeState, effectFailed, isPspReference, outcomes } from './outcomes.js';
import { effectOf, type Announced } from './payment-standing.js';

type Outcome = ProviderOutcome<{ readonly payment: PaymentSnapshot }>;

/**
 * Releases an authorisation. A released, expired or refused one is `done`: it holds nothing.
 *
 * Requests a cancellation, even while the result of a capture is unknown. It never requests a reversal, which would
 * refund all captured money: a refund is the caller's own operation, with an amount and a ledger entry. Adyen refuses
 * to cancel a captured payment.
 *
 * Unlike a capture it does not wait for the notification of the authorisation: Adyen's answer tells whether there is
 * one to release.
 */
export async function voidPayment(access: AdyenAccess, call: ProviderCall): Promise<Outcome> {
  const { reference } = call;
  if (!isPspReference(reference)) return outcomes.referenceNotFound(reference);
  const standing = await lookAtPayment(access, reference);
  if (standing.kind === 'contradictory') return transient(standing.message);
  const operation = operationReference(call.idempotencyKey);
  const announced = standing.kind === 'announced';
  const judged = announced ? judgeVoid(standing, operation) : undefined;
  if (judged) return judged;
  const answer = await access.client.cancel({ payment: reference, operation });
  return judgeAnswer(answer, { reference, what: 'the cancellation', announced, decisions: {} });
}

function judgeVoid(payment: Announced, operation: string): Outcome | undefined {
  const { snapshot } = payment;
  switch (snapshot.state) {
    case 'voided':
    case 'not_authorized':
      return { kind: 'done', payment: snapshot };
    case 'captured':
      return outcomes.notVoidable(snapshot.reference, describeState(payment));
    case 'authorized':
    case 'processing': {
      const own = effectOf(payment, 'void', operation);
      return own && effectFailed(CancellationReason.PaymentNotCapturable, own);
    }
  }
}
