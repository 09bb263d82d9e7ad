import { CancellationReason } from '@oms/domain';

import { transient } from '../kit/outcome.js';
import type { MoneyCall, ProviderOutcome } from '../payment-provider.js';
import { judgeAnswer, lookAtPayment, type AdyenAccess } from './adyen-access.js';
import { adyenMoney } from './adyen-amounts.js';
import { operationReference } from './operation-reference.js';
import { describeState, effectFailed, isPspReference, notAnnounced, outcomes } from './outcomes.js';
import { effectOf, type Announced } from './payment-standing.js';

interface Refunded {
  readonly refundId: string;
  readonly amountMinor: number;
}
type Outcome = ProviderOutcome<Refunded>;

const decisions = {
  '137': CancellationReason.PaymentDeclined,
  '138': CancellationReason.PaymentDeclined,
} as const;

/**
 * Refunds money once, with any number of calls: Adyen's notification repeats the operation's reference, and until then
 * the refund is requested with the same key. Two refunds are two operations.
 */
export async function refundPayment(access: AdyenAccess, call: MoneyCall): Promise<Outcome> {
  const { reference, amountMinor, currency } = call;
  if (!isPspReference(reference)) return outcomes.referenceNotFound(reference);
  const value = adyenMoney.toProvider(amountMinor, currency);
  if (value === undefined) return outcomes.unrepresentable(CancellationReason.PaymentDeclined, call);
  const standing = await lookAtPayment(access, reference);
  if (standing.kind === 'unannounced') return notAnnounced(reference);
  if (standing.kind === 'contradictory') return transient(standing.message);
  const operation = operationReference(call.idempotencyKey);
  const judged = judgeRefund(standing, call, operation);
  if (judged) return judged;
  const answer = await access.client.refund({ payment: reference, operation, amount: { value, currency } });
  const money = { amountMinor, currency };
  return judgeAnswer(answer, { reference, what: 'the refund', money, announced: true, decisions });
}

/** Decides the refund by the payment's notifications. Undefined: there is none about it, and it may be requested. */
function judgeRefund(payment: Announced, call: MoneyCall, operation: string): Outcome | undefined {
  const { reference, state, currency, capturedMinor, refundedMinor } = payment.snapshot;
  const own = effectOf(payment, 'refund', operation);
  if (own) {
    if (!own.succeeded) return effectFailed(CancellationReason.PaymentDeclined, own);
    const { objectId: refundId, amountMinor = 0 } = own;
    return amountMinor === call.amountMinor && currency === call.currency
      ? { kind: 'done', refundId, amountMinor }
      : outcomes.refundMismatch(refundId, { amountMinor, currency }, call);
  }
  if (state !== 'captured') return outcomes.nothingToRefund(reference, describeState(payment));
  return outcomes.refuseRefund(reference, { amountMinor: capturedMinor - refundedMinor, currency }, call);
}
