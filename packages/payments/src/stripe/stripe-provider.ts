import { PaymentProviderName } from '@oms/domain';

import type { PaymentProvider, ProviderCall, ProviderRefund } from '../payment-provider.js';
import { authorizeIntent } from './authorize-intent.js';
import { captureIntent } from './capture-intent.js';
import { readFailed } from '../kit/provider-failure.js';
import { isIntentId } from './outcomes.js';
import { refundIntent } from './refund-intent.js';
import { createStripeClient, type StripeConfig } from './stripe-client.js';
import type { StripeRefund } from './stripe-refund.js';
import { voidIntent } from './void-intent.js';
import { stripeMoney } from './stripe-amounts.js';

/**
 * Makes the adapter of payments at Stripe. A payment's reference is the id of a PaymentIntent (`pi_…`) that the
 * client's checkout made with manual capture.
 *
 * Every operation is idempotent: repeating a call with the same arguments has one effect, also while an earlier call
 * is still running. See {@link transitionIntent} and {@link refundIntent}. Calling `find` before a retry is not
 * necessary.
 *
 * @throws TypeError for an invalid configuration. Operations throw only a TypeError, for an idempotency key that
 *   Stripe cannot accept
 */
export function createStripeProvider(config: StripeConfig): PaymentProvider {
  const stripe = createStripeClient(config);
  return {
    name: PaymentProviderName.Stripe,
    canBeAsked: true,
    moneyStepMinor: (currency) => stripeMoney.stepMinor(currency),

    async find(reference) {
      if (!isIntentId(reference)) {
        return { kind: 'done' };
      }
      const answer = await stripe.retrieveIntent(reference);
      if (answer.ok) {
        return { kind: 'done', payment: answer.value.snapshot };
      }
      return answer.failure.kind === 'not_found' ? { kind: 'done' } : readFailed(answer.failure);
    },

    authorize: async (call) => authorizeIntent(stripe, withUsableKey(call)),
    capture: async (call) => captureIntent(stripe, withUsableKey(call)),
    void: async (call) => voidIntent(stripe, withUsableKey(call)),
    refund: async (call) => refundIntent(stripe, withUsableKey(call)),

    async listRefunds(reference) {
      if (!isIntentId(reference)) return { kind: 'done', refunds: [] };
      const answer = await stripe.listRefunds(reference);
      if (answer.ok) return { kind: 'done', refunds: answer.value.map(refundOf) };
      return answer.failure.kind === 'not_found' ? { kind: 'done', refunds: [] } : readFailed(answer.failure);
    },
  };
}

/** A pending refund counts as made: Stripe reports its failure. */
function refundOf({ id, amountMinor, failed, failureReason, operation }: StripeRefund): ProviderRefund {
  return {
    refundId: id,
    amountMinor,
    state: failed ? 'failed' : 'succeeded',
    ...(operation === undefined ? {} : { operationKey: operation }),
    ...(failureReason === undefined ? {} : { reason: failureReason }),
  };
}

/** Stripe's keys have up to 255 characters; the sequence of spent keys needs a few of them for its numbers. */
function withUsableKey<Call extends ProviderCall>(call: Call): Call {
  if (!/^[\x21-\x7e]{1,250}$/.test(call.idempotencyKey)) {
    throw new TypeError('an idempotency key has 1 to 250 printable characters of ASCII and no spaces');
  }
  return call;
}
