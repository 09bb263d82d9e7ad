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

/** A change that takes a PaymentIntent to a status from which it never comes back. */
export interface IntentTransition {
  readonly request: (key: string) => Promise<StripeAnswer<StripeIntent>>;
  /** Decides the change by the payment's state. Undefined: it has not happened, and it may be requested. */
  readonly judge: (intent: StripeIntent) => Outcome | undefined;
  /**
   * The refusals, by Stripe's code, that are decisions although the payment stands where the change may happen. Any
   * other refusal (a parameter that the API does not know, an account that is restricted) is not the order's fault:
   * it waits until an operator has put that right.
   *
   * @see https://docs.stripe.com/error-codes
   */
  readonly decisions: Decisions;
}

/**
 * Captures or cancels. The request is made first, and the payment is looked at only when the answer does not settle
 * it, so that the usual case is one request.
 *
 * Both changes are once-only by nature: a PaymentIntent leaves `requires_capture` once. That is why another key is
 * safe after a stored failure, even if the failed request should still take effect later: whichever comes first does
 * it, and the other one is refused with `payment_intent_unexpected_state`.
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
    // A stored answer says what was true then; the payment may have come further since.
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
    // A bug here, or an order that was changed under a key that must not change. Neither a decision about the
    // payment nor anything that another key should paper over: the other request may be under way.
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
