import { outcomeOf } from '../kit/provider-failure.js';
import type { ProviderCall } from '../payment-provider.js';
import { outcomes, paymentDeclined } from './outcomes.js';
import type { Attempt } from './spent-keys.js';
import type { StripeFailure } from './stripe-failure.js';

/** A failure that leaves the outcome of the change open. */
export type Unsettled = Extract<StripeFailure, { kind: 'unknown' | 'refused' | 'key_conflict' }>;

/**
 * The outcome of a change whose request failed. Reads the payment if the failure leaves the outcome open.
 *
 * A fresh (not replayed) answer with an unknown outcome is not followed by a read: the effect may still follow, so
 * reading now would settle nothing. The caller retries.
 */
export async function settleFailure<Value>(
  failure: StripeFailure,
  { reference }: Pick<ProviderCall, 'reference'>,
  look: (failure: Unsettled) => Promise<Attempt<Value>>,
): Promise<Attempt<Value>> {
  const onNotFound = () => outcomes.referenceNotFound(reference);
  switch (failure.kind) {
    case 'declined':
      return { outcome: paymentDeclined(failure), keySpent: false };
    case 'unknown':
      if (failure.replayed) return look(failure);
      return { outcome: outcomeOf(failure, { onNotFound }), keySpent: false };
    case 'not_found':
    case 'transient':
      return { outcome: outcomeOf(failure, { onNotFound }), keySpent: false };
    case 'refused':
    case 'key_conflict':
      return look(failure);
  }
}
