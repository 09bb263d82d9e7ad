import type { ProviderOutcome } from '../payment-provider.js';

/** The result of one request with one key. */
export interface Attempt<Done> {
  readonly outcome: ProviderOutcome<Done>;
  /**
   * Whether the key will never do anything again although the operation is not settled: Stripe replays a stored
   * answer that settled nothing, and a look at the payment says that it has not happened.
   */
  readonly keySpent: boolean;
}

/** Bounds the requests of one call. Each spent key stands for a time that Stripe executed the request and failed. */
const maxKeys = 32;

/**
 * Tries an operation under its idempotency key. After each key that proves to be spent it takes the next of a fixed
 * sequence: `key`, `key:2`, `key:3`, …
 *
 * Stripe stores the answer of the first execution under the key, a 500 included, and replays it for 24 hours at
 * least. Without a next key an operation that met one stored 500 could not be finished before the key is forgotten.
 *
 * The sequence is deterministic, and a key is skipped only after Stripe itself has shown that it is spent. All
 * concurrent and later tries therefore meet at the same first unspent key, where Stripe lets one of them through. That
 * alone does not make the operation happen once, since a stored 500 may have had its effect. An attempt may report a
 * key as spent only after it has read the payment without finding the effect.
 *
 * One fresh failure ends the call, so a call spends at most one key; waiting between calls is the caller's policy.
 */
export async function withUnspentKey<Done>(
  firstKey: string,
  attempt: (key: string) => Promise<Attempt<Done>>,
): Promise<ProviderOutcome<Done>> {
  for (let ordinal = 1; ordinal <= maxKeys; ordinal += 1) {
    const { outcome, keySpent } = await attempt(ordinal === 1 ? firstKey : `${firstKey}:${ordinal}`);
    if (!keySpent) {
      return outcome;
    }
  }
  return {
    kind: 'unknown',
    message:
      `Stripe has executed and failed this operation under ${maxKeys} idempotency keys and keeps giving the stored ` +
      'answers. It forgets them after a day or so; until then only a person can settle this payment at Stripe',
  };
}
