import { CancellationReason } from '@oms/domain';

import { pending, transient, unknown } from '../kit/outcome.js';
import { decisionOf, outcomeOf, type Decisions, type Refused } from '../kit/provider-failure.js';
import type { Declined, MoneyCall, ProviderOutcome } from '../payment-provider.js';
import { operationIdOf } from './operation-id.js';
import { describeStatus, isAuthorizationId, notLookedAt, outcomes } from './outcomes.js';
import { toPayPalValue } from './paypal-amounts.js';
import type { PayPalCapture, PayPalRefund } from './paypal-objects.js';
import { isTaken, lookAtPayment, sum, type PayPalAccess, type PayPalPayment } from './paypal-payment.js';

type Outcome = ProviderOutcome<{ readonly refundId: string; readonly amountMinor: number }>;

/**
 * Refunds an amount exactly once, over any number of calls.
 *
 * Unlike a capture, a refund is not idempotent by nature: two partial refunds are two refunds. Each refund therefore
 * has its operation's id in `custom_id`, and the payment's refunds are searched for that id before any request. The
 * search also works after 45 days, when PayPal has forgotten the key. Before that, the key prevents a second refund
 * while the first one is not listed yet.
 */
export async function refundPayment(access: PayPalAccess, call: MoneyCall): Promise<Outcome> {
  const { reference, amountMinor, currency, idempotencyKey } = call;
  if (!isAuthorizationId(reference)) return outcomes.referenceNotFound(reference);
  const value = toPayPalValue(amountMinor, currency);
  if (value === undefined) return outcomes.unrepresentable(CancellationReason.PaymentDeclined, call);
  const before = await lookAtPayment(access, reference);
  if (!before.ok) return notLookedAt(before.failure, reference);
  const own = ownRefund(before.value, call);
  if (own) return judgeRefund(own, call);
  const source = chooseCapture(before.value, call);
  if ('kind' in source) return source;
  const answer = await access.client.refund(source.id, { value, currency }, idempotencyKey);
  if (answer.ok) return judgeRefund(answer.value, call);
  const { failure } = answer;
  if (failure.kind === 'refused') return settleRefusal(access, call, failure);
  return outcomeOf(failure, {
    onNotFound: () => unknown(`${failure.message}. A moment ago PayPal knew capture ${source.id}`),
  });
}

function ownRefund(payment: PayPalPayment, call: MoneyCall): PayPalRefund | undefined {
  const operation = operationIdOf(call.idempotencyKey);
  return payment.refunds.find((refund) => refund.operation === operation);
}

function judgeRefund(refund: PayPalRefund, call: MoneyCall): Outcome {
  const { id, status, amountMinor, currency, reason } = refund;
  if (amountMinor !== call.amountMinor || currency !== call.currency) {
    return outcomes.refundMismatch(id, { amountMinor, currency }, call);
  }
  switch (status) {
    case 'COMPLETED':
      return { kind: 'done', refundId: id, amountMinor };
    case 'PENDING':
      return pending(`PayPal has yet to complete refund ${id}${reason === undefined ? '' : ` (${reason})`}`);
    case 'FAILED':
    case 'CANCELLED':
      return outcomes.refundFailed(id, reason ?? status);
  }
}

/** Chooses the capture to refund, or returns the outcome if there is none. */
function chooseCapture(payment: PayPalPayment, call: MoneyCall): PayPalCapture | Outcome {
  const { captures, authorization } = payment;
  const taken = captures.filter(isTaken);
  const [first] = taken;
  if (!first) {
    const open = captures.find(({ status }) => status === 'PENDING');
    if (open) return transient(`Capture ${open.id} is pending: there is nothing yet to give back`);
    return outcomes.nothingToRefund(authorization.id, describeStatus(payment));
  }
  const refusal = refuseAmount(payment, call);
  if (refusal) return refusal;
  return (
    taken.find((capture) => leftOf(payment, capture) >= call.amountMinor) ??
    unknown(`Payment ${authorization.id} was captured in parts, none of which has enough left to refund`)
  );
}

function refuseAmount(payment: PayPalPayment, call: MoneyCall): Declined | undefined {
  const { captures, authorization } = payment;
  const amountMinor = captures.filter(isTaken).reduce((left, capture) => left + leftOf(payment, capture), 0);
  return outcomes.refuseRefund(authorization.id, { amountMinor, currency: authorization.currency }, call);
}

/** The amount that can still be refunded. A pending refund counts as made. */
function leftOf({ refunds }: PayPalPayment, { id, status: taken, amountMinor }: PayPalCapture): number {
  if (taken === 'REFUNDED') return 0;
  const given = refunds.filter(
    ({ captureId, status }) => captureId === id && (status === 'COMPLETED' || status === 'PENDING'),
  );
  return Math.max(0, amountMinor - sum(given));
}

/** The refusals that are final. Any other, such as too small a balance at PayPal, waits for an operator. */
export const refundDecisions: Decisions = {
  CAPTURE_FULLY_REFUNDED: CancellationReason.PaymentDeclined,
  MAX_NUMBER_OF_REFUNDS_EXCEEDED: CancellationReason.PaymentDeclined,
  PARTIAL_REFUND_NOT_ALLOWED: CancellationReason.PaymentDeclined,
  PAYER_ACCOUNT_LOCKED_OR_CLOSED: CancellationReason.PaymentDeclined,
  REFUND_AMOUNT_EXCEEDED: CancellationReason.PaymentDeclined,
  REFUND_AMOUNT_TOO_LOW: CancellationReason.PaymentDeclined,
  REFUND_CAPTURE_CURRENCY_MISMATCH: CancellationReason.PaymentDeclined,
  REFUND_NOT_ALLOWED: CancellationReason.PaymentDeclined,
  REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK: CancellationReason.PaymentDeclined,
  REFUND_TIME_LIMIT_EXCEEDED: CancellationReason.PaymentDeclined,
  TRANSACTION_REFUSED: CancellationReason.PaymentDeclined,
};

/** Searches once more: a refused refund may have taken effect since the first search. */
async function settleRefusal(access: PayPalAccess, call: MoneyCall, refusal: Refused): Promise<Outcome> {
  const { code, message } = refusal;
  const now = await lookAtPayment(access, call.reference);
  if (!now.ok) {
    return unknown(`${message}. The payment's refunds could not be read. ${now.failure.message}`);
  }
  const own = ownRefund(now.value, call);
  if (own) return judgeRefund(own, call);
  const refused = refuseAmount(now.value, call);
  if (refused) return { ...refused, ...(code === undefined ? {} : { declineCode: code }) };
  return decisionOf(refusal, refundDecisions) ?? transient(message);
}
