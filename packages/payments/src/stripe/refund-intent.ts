import { CancellationReason } from '@oms/domain';

import { transient, unknown } from '../kit/outcome.js';
import { decisionOf, readFailed, type Decisions } from '../kit/provider-failure.js';
import type { Declined, MoneyCall, ProviderOutcome } from '../payment-provider.js';
import { describeStatus, isIntentId, outcomes } from './outcomes.js';
import { settleFailure, type Unsettled } from './settle-failure.js';
import { withUnspentKey, type Attempt } from './spent-keys.js';
import { stripeMoney } from './stripe-amounts.js';
import type { StripeAnswer, StripeClient } from './stripe-client.js';
import type { StripeFailure } from './stripe-failure.js';
import type { StripeIntent } from './stripe-intent.js';
import type { StripeRefund } from './stripe-refund.js';

interface Refunded {
  readonly refundId: string;
  readonly amountMinor: number;
}

/**
 * Refunds an amount exactly once, over any number of calls.
 *
 * Unlike a capture, a refund is not idempotent by nature: two partial refunds are two refunds. Each refund therefore
 * has its operation's key in its metadata. The payment's refunds are searched for that key before any request, and
 * again before another key is used. The search also works after a day, when Stripe has forgotten the keys.
 */
export async function refundIntent(
  stripe: StripeClient,
  call: MoneyCall,
): Promise<ProviderOutcome<Refunded>> {
  if (!isIntentId(call.reference)) {
    return outcomes.referenceNotFound(call.reference);
  }
  const amount = stripeMoney.toProvider(call.amountMinor, call.currency);
  if (amount === undefined) return outcomes.unrepresentable(CancellationReason.PaymentDeclined, call);
  const earlier = await findOwnRefund(stripe, call);
  if (!earlier.ok) {
    const { failure } = earlier;
    return failure.kind === 'not_found' ? outcomes.referenceNotFound(call.reference) : readFailed(failure);
  }
  if (earlier.value) {
    return judgeRefund(earlier.value, call);
  }
  const request = { reference: call.reference, amount, operation: call.idempotencyKey };
  return withUnspentKey(call.idempotencyKey, async (key): Promise<Attempt<Refunded>> => {
    const answer = await stripe.createRefund(request, key);
    return answer.ok
      ? { outcome: judgeRefund(answer.value, call), keySpent: false }
      : settleFailure(answer.failure, call, (failure) => look(stripe, call, failure));
  });
}

async function findOwnRefund(
  stripe: StripeClient,
  call: MoneyCall,
): Promise<StripeAnswer<StripeRefund | null>> {
  const answer = await stripe.listRefunds(call.reference);
  if (!answer.ok) {
    return answer;
  }
  const own = answer.value.find((refund) => refund.operation === call.idempotencyKey);
  return { ok: true, value: own ?? null, replayed: false };
}

function judgeRefund(refund: StripeRefund, call: MoneyCall): ProviderOutcome<Refunded> {
  if (refund.failed) return outcomes.refundFailed(refund.id, refund.failureReason);
  const { amountMinor } = refund;
  if (amountMinor !== call.amountMinor) {
    return outcomes.refundMismatch(refund.id, { amountMinor, currency: call.currency }, call);
  }
  return { kind: 'done', refundId: refund.id, amountMinor: refund.amountMinor };
}

/** Searches once more: a refused or failed request may have taken effect since the first search. */
async function look(stripe: StripeClient, call: MoneyCall, failure: Unsettled): Promise<Attempt<Refunded>> {
  const own = await findOwnRefund(stripe, call);
  if (!own.ok) {
    const message = `${failure.message}. The payment's refunds could not be read. ${own.failure.message}`;
    return { outcome: unknown(message), keySpent: false };
  }
  if (own.value) {
    return { outcome: judgeRefund(own.value, call), keySpent: false };
  }
  switch (failure.kind) {
    case 'unknown':
      return { outcome: unknown(failure.message), keySpent: failure.replayed };
    case 'key_conflict':
      // Caused by a bug in this system, or by a refund that changed under a key. Another key would hide that.
      return { outcome: unknown(`${failure.message}. Somebody has to look at this refund`), keySpent: false };
    case 'refused': {
      const intent = await stripe.retrieveIntent(call.reference);
      if (!intent.ok) {
        return { outcome: readFailed(intent.failure), keySpent: false };
      }
      const refusal = refuseRefund(intent.value, call, failure);
      return { outcome: refusal ?? transient(failure.message), keySpent: !refusal && failure.replayed };
    }
  }
}

/** The refusals that are final. Any other, such as too small a balance at Stripe, waits for an operator. */
const decisions: Decisions = {
  amount_too_large: CancellationReason.PaymentDeclined,
  amount_too_small: CancellationReason.PaymentDeclined,
  charge_already_refunded: CancellationReason.PaymentDeclined,
  charge_disputed: CancellationReason.PaymentDeclined,
  charge_not_refundable: CancellationReason.PaymentDeclined,
  refund_disputed_payment: CancellationReason.PaymentDeclined,
};

function refuseRefund(
  intent: StripeIntent,
  call: MoneyCall,
  failure: Extract<StripeFailure, { kind: 'refused' }>,
): Declined | undefined {
  const { snapshot } = intent;
  if (snapshot.state !== 'captured') {
    return outcomes.nothingToRefund(call.reference, describeStatus(intent), failure.code);
  }
  // Stripe has no code of its own for too large an amount, so the amounts decide.
  const left = { amountMinor: snapshot.capturedMinor - snapshot.refundedMinor, currency: snapshot.currency };
  return outcomes.tooLittleLeft(call.reference, left, call, failure.code) ?? decisionOf(failure, decisions);
}
