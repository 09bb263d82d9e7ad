import type { ProviderOutcome } from '../payment-provider.js';

/** The result of one request with one key. */
export interface Attempt<Done> {
  readonly outcome: ProviderOutcome<Done>;
  /**
   * Whether the key is spent: the operation is not settled, and the key cannot execute it any more. Stripe replays a
   * stored answer that settled nothing, and the payment shows that the operation has not happened.
   */
  readonly keySpent: boolean;
}

/** Limits the requests of one call. Each spent key means that Stripe executed the request once and failed. */
const maxKeys = 32;

/**
 * Attempts an operation under its idempotency key. After each spent key, continues with the next key of a fixed
 * sequence: `key`, `key:2`, `key:3`, …
 *
 * Stripe stores the answer of the first execution under the key, even a 500, and replays it for at least 24 hours.
 * Without a next key, an operation that met one stored 500 could not complete before Stripe forgets the key.
 *
 * The sequence is deterministic, and a key is skipped only after Stripe itself has shown that it is spent. All
 * concurrent and later attempts therefore meet at the same first unspent key, where Stripe admits one of them. This
 * alone does not make the operation happen once, because a request with a stored 500 may have taken effect. An
 * attempt may therefore report a key as spent only after it has read the payment without finding the effect.
 *
 * A fresh failure ends the call, so a call spends at most one key. The caller decides how long to wait between calls.
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
