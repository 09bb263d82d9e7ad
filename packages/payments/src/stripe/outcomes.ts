import { CancellationReason } from '@oms/domain';

import { declined } from '../kit/outcome.js';
import { createOutcomes } from '../kit/outcomes.js';
import type { Declined } from '../payment-provider.js';
import { stripeMoney } from './stripe-amounts.js';
import type { StripeFailure } from './stripe-failure.js';
import type { StripeIntent } from './stripe-intent.js';

/**
 * Whether a text can be the id of a PaymentIntent. Only such texts are sent to Stripe: the id is a part of the URL,
 * and an empty one would address another resource. A client secret (`pi_…_secret_…`) is not an id.
 */
export function isIntentId(reference: string): boolean {
  return /^pi_[A-Za-z0-9_]{1,200}$/.test(reference) && !reference.includes('_secret_');
}

export const outcomes = createOutcomes({
  providerName: 'Stripe',
  noun: 'payment',
  referenceForm: 'look like pi_…',
  isReference: isIntentId,
  money: stripeMoney,
});

/** The outcome of a declined payment, such as after a 402 of Stripe. */
export function paymentDeclined(failure: Extract<StripeFailure, { kind: 'declined' }>): Declined {
  return declined(CancellationReason.PaymentDeclined, failure.message, failure.declineCode);
}

const statusWords = {
  requires_payment_method: 'it has no payment method, or the last one was declined',
  requires_confirmation: 'it has not been confirmed',
  requires_action: 'the customer has yet to authenticate it',
  processing: 'Stripe is still working on it',
  requires_capture: 'it is authorised',
  succeeded: 'it has been captured already',
  canceled: 'it was canceled, or its authorisation has lapsed',
} as const satisfies Record<StripeIntent['status'], string>;

/** Describes a payment's status, in words and with Stripe's own name of it. */
export function describeStatus(intent: StripeIntent): string {
  return `${statusWords[intent.status]} (Stripe status ${intent.status})`;
}
