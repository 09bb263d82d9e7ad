import { transient, unknown } from '../kit/outcome.js';
import { decisionOf, type Decisions } from '../kit/provider-failure.js';
import type { PaymentSnapshot, ProviderCall, ProviderOutcome } from '../payment-provider.js';
import { describeStatus } from './outcomes.js';
import { settleFailure, type Unsettled } from './settle-failure.js';
import { withUnspentKey, type Attempt } from './spent-keys.js';
import type { StripeAnswer, StripeClient } from './stripe-client.js';
import type { StripeIntent } from './stripe-intent.js';

interface Done {
  readonly payment: PaymentSnapshot;
}
type Outcome = ProviderOutcome<Done>;

/** A change that moves a PaymentIntent to a final status. */
export interface IntentTransition {
  readonly request: (key: string) => Promise<StripeAnswer<StripeIntent>>;
  /** Decides the change by the payment's state. Undefined if it has not happened and may be requested. */
  readonly judge: (intent: StripeIntent) => Outcome | undefined;
  /**
   * The refusals, by Stripe's code, that are decisions against the order although the payment permits the change. Any
   * other refusal (an unknown parameter, a restricted account) is not the order's fault; the order waits until an
   * operator has removed the cause.
   *
   * @see https://docs.stripe.com/error-codes
   */
  readonly decisions: Decisions;
}

/**
 * Captures or cancels. Sends the request first, and reads the payment only if the answer does not settle the outcome,
 * so that the usual case takes one request.
 *
 * Both changes can happen only once, because a PaymentIntent leaves `requires_capture` only once. Another key is
 * therefore safe after a stored failure, even if the failed request takes effect later: the later of the two is
 * refused with `payment_intent_unexpected_state`.
 */
export async function transitionIntent(
  stripe: StripeClient,
  call: ProviderCall,
  transition: IntentTransition,
): Promise<Outcome> {
  const { judge, request } = transition;
  return withUnspentKey(call.idempotencyKey, async (key): Promise<Attempt<Done>> => {
    const answer = await request(key);
    if (!answer.ok) {
      return settleFailure(answer.failure, call, (failure) => look(stripe, call, transition, failure));
    }
    const { value: intent, replayed } = answer;
    const outcome = judge(intent) ?? unknown(`Stripe has taken the request but ${describeStatus(intent)}`);
    if (outcome.kind === 'done' || !replayed) {
      return { outcome, keySpent: false };
    }
    // A stored answer is old; the payment may have changed since.
    return look(stripe, call, transition, { kind: 'unknown', message: describeStatus(intent), replayed });
  });
}

async function look(
  stripe: StripeClient,
  call: ProviderCall,
  { judge, decisions }: IntentTransition,
  failure: Unsettled,
): Promise<Attempt<Done>> {
  const answer = await stripe.retrieveIntent(call.reference);
  if (!answer.ok) {
    const message = `${failure.message}. How the payment stands could not be read. ${answer.failure.message}`;
    return { outcome: unknown(message), keySpent: false };
  }
  const judged = judge(answer.value);
  if (failure.kind === 'key_conflict' && judged?.kind !== 'done') {
    // Caused by a bug in this system, or by an order that changed under a key. This is not a decision about the
    // payment, and another key must not hide it: the other request may still be running.
    return { outcome: unknown(`${failure.message}. Somebody has to look at this payment`), keySpent: false };
  }
  if (judged) {
    return { outcome: judged, keySpent: false };
  }
  if (failure.kind === 'refused') {
    const decision = decisionOf(failure, decisions);
    return decision
      ? { outcome: decision, keySpent: false }
      : { outcome: transient(failure.message), keySpent: failure.replayed };
  }
  return { outcome: unknown(failure.message), keySpent: failure.kind === 'unknown' && failure.replayed };
}
