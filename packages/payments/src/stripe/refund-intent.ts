import { CancellationReason } from '@oms/domain';

import type { Declined, MoneyCall, ProviderOutcome } from '../payment-provider.js';
import {
  declined,
  describeStatus,
  isIntentId,
  readFailed,
  referenceNotFound,
  transient,
  unknown,
} from './outcomes.js';
import { settleFailure, type Unsettled } from './settle-failure.js';
import { withUnspentKey, type Attempt } from './spent-keys.js';
import { describeUnrepresentable, formatMoney, toStripeAmount } from './stripe-amounts.js';
import type { StripeAnswer, StripeClient } from './stripe-client.js';
import type { StripeFailure } from './stripe-failure.js';
import type { StripeIntent } from './stripe-intent.js';
import type { StripeRefund } from './stripe-refund.js';

interface Refunded {
  readonly refundId: string;
  readonly amountMinor: number;
}

/**
 * Gives money back, once, however often it is called.
 *
 * Unlike a capture a refund is not once-only by nature: two partial refunds are two refunds. So each carries the
 * key of its operation in its metadata, and before any request is made, and again before another key is used, the
 * payment's refunds are searched for it. The search also bridges the day after which Stripe forgets keys.
 */
export async function refundIntent(
  stripe: StripeClient,
  call: MoneyCall,
): Promise<ProviderOutcome<Refunded>> {
  if (!isIntentId(call.reference)) {
    return referenceNotFound(call.reference);
  }
  const amount = toStripeAmount(call.amountMinor, call.currency);
  if (amount === undefined) {
    return declined(
      CancellationReason.PaymentDeclined,
      describeUnrepresentable(call.amountMinor, call.currency),
    );
  }
  const earlier = await findOwnRefund(stripe, call);
  if (!earlier.ok) {
    const { failure } = earlier;
    return failure.kind === 'not_found' ? referenceNotFound(call.reference) : readFailed(failure);
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
  if (refund.failed) {
    const message = `Refund ${refund.id} has failed; the money is back with the merchant`;
    return declined(CancellationReason.PaymentDeclined, message, refund.failureReason);
  }
  if (refund.amountMinor !== call.amountMinor) {
    // A bug here, or a refund that was changed under a key that must not change.
    return unknown(
      `Refund ${refund.id} was made under this key for ${formatMoney(refund.amountMinor, call.currency)}, ` +
        `not for ${formatMoney(call.amountMinor, call.currency)}. Somebody has to look at it`,
    );
  }
  return { kind: 'done', refundId: refund.id, amountMinor: refund.amountMinor };
}

/** Searches once more: what was refused, or failed and was stored, may have had its effect since the first search. */
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
      // A bug here, or a refund that was changed under a key that must not change: another key would hide it.
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

/** Refusals that will not change. Any other, such as too small a balance at Stripe, waits for an operator. */
const decisions: ReadonlySet<string> = new Set([
  'amount_too_large',
  'amount_too_small',
  'charge_already_refunded',
  'charge_disputed',
  'charge_not_refundable',
  'refund_disputed_payment',
]);

function refuseRefund(
  intent: StripeIntent,
  call: MoneyCall,
  failure: Extract<StripeFailure, { kind: 'refused' }>,
): Declined | undefined {
  const { snapshot } = intent;
  if (snapshot.state !== 'captured') {
    const message = `Payment ${call.reference} has nothing to refund: ${describeStatus(intent)}`;
    return declined(CancellationReason.PaymentDeclined, message, failure.code);
  }
  // Stripe's refusal of too large an amount has no code of its own, so the amounts decide.
  const refundableMinor = snapshot.capturedMinor - snapshot.refundedMinor;
  if (call.amountMinor > refundableMinor) {
    const left = formatMoney(refundableMinor, snapshot.currency);
    const message =
      `Payment ${call.reference} has ${left} left to refund, ` +
      `which is less than ${formatMoney(call.amountMinor, call.currency)}`;
    return declined(CancellationReason.PaymentDeclined, message, failure.code);
  }
  return failure.code !== undefined && decisions.has(failure.code)
    ? declined(CancellationReason.PaymentDeclined, failure.message, failure.code)
    : undefined;
}
