import type { ProviderCall } from '../payment-provider.js';
import { paymentDeclined, referenceNotFound, transient, unknown } from './outcomes.js';
import type { Attempt } from './spent-keys.js';
import type { StripeFailure } from './stripe-failure.js';

/** A failure that does not say what became of the change. */
export type Unsettled = Extract<StripeFailure, { kind: 'unknown' | 'refused' | 'key_conflict' }>;

/**
 * What a change comes to whose request failed. Where the failure does not say it, what Stripe has is looked at.
 *
 * An answer whose outcome is unknown and that is no repetition says that the effect may be a moment away: a look would
 * settle nothing, and the caller comes back.
 */
export async function settleFailure<Value>(
  failure: StripeFailure,
  { reference }: Pick<ProviderCall, 'reference'>,
  look: (failure: Unsettled) => Promise<Attempt<Value>>,
): Promise<Attempt<Value>> {
  switch (failure.kind) {
    case 'declined':
      return { outcome: paymentDeclined(failure), keySpent: false };
    case 'not_found':
      return { outcome: referenceNotFound(reference), keySpent: false };
    case 'transient':
      return { outcome: transient(failure.message, failure.retryAfterMs), keySpent: false };
    case 'unknown':
      return failure.replayed ? look(failure) : { outcome: unknown(failure.message), keySpent: false };
    case 'refused':
    case 'key_conflict':
      return look(failure);
  }
}
