import { CancellationReason } from '@oms/domain';

import { transient } from '../kit/outcome.js';
import type { MoneyCall, PaymentSnapshot, ProviderOutcome } from '../payment-provider.js';
import { judgeAnswer, lookAtPayment, type AdyenAccess } from './adyen-access.js';
import { adyenMoney } from './adyen-amounts.js';
import { refuseMoney } from './authorize-payment.js';
import { operationReference } from './operation-reference.js';
import { describeState, effectFailed, isPspReference, notAnnounced, outcomes } from './outcomes.js';
import { effectOf, type Announced } from './payment-standing.js';

type Outcome = ProviderOutcome<{ readonly payment: PaymentSnapshot }>;

/** Invalid amount, unsupported currency: no repetition makes them valid. */
const decisions = {
  '137': CancellationReason.PaymentNotCapturable,
  '138': CancellationReason.PaymentNotCapturable,
} as const;

/**
 * Captures the amount of an authorisation once, with any number of calls.
 *
 * The notifications are read first. The capture is requested only while there is none about it, always with the same
 * key, so that a repetition changes nothing. The answer is `pending` until the webhook has come.
 *
 * A capture in part releases the rest by Adyen's default. Where multiple partial captures are enabled for the
 * account, the rest stays held until it lapses.
 */
export async function capturePayment(access: AdyenAccess, call: MoneyCall): Promise<Outcome> {
  const { reference, amountMinor, currency } = call;
  if (!isPspReference(reference)) return outcomes.referenceNotFound(reference);
  const value = adyenMoney.toProvider(amountMinor, currency);
  if (value === undefined) return outcomes.unrepresentable(CancellationReason.PaymentNotCapturable, call);
  const standing = await lookAtPayment(access, reference);
  if (standing.kind === 'unannounced') return notAnnounced(reference);
  if (standing.kind === 'contradictory') return transient(standing.message);
  const operation = operationReference(call.idempotencyKey);
  const judged = judgeCapture(standing, call, operation);
  if (judged) return judged;
  const answer = await access.client.capture({ payment: reference, operation, amount: { value, currency } });
  const money = { amountMinor, currency };
  return judgeAnswer(answer, { reference, what: 'the capture', money, announced: true, decisions });
}

/** Decides the capture by the payment's notifications. Undefined: there is none about it, and it may be requested. */
function judgeCapture(payment: Announced, call: MoneyCall, operation: string): Outcome | undefined {
  const { snapshot } = payment;
  const { reference, state, capturedMinor, currency } = snapshot;
  const own = effectOf(payment, 'capture', operation);
  switch (state) {
    case 'captured':
      // The caller sees to it that no other order pays with this reference, so a capture of exactly this amount is
      // this order's own.
      return capturedMinor === call.amountMinor && currency === call.currency
        ? { kind: 'done', payment: snapshot }
        : outcomes.captureMismatch(reference, adyenMoney.format(capturedMinor, currency), call);
    case 'authorized':
      if (own) return effectFailed(CancellationReason.PaymentDeclined, own);
      return refuseMoney(snapshot, call);
    case 'processing':
    case 'not_authorized':
    case 'voided':
      return outcomes.notCapturable(reference, describeState(payment));
  }
}
