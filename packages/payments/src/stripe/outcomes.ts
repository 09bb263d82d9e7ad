import { CancellationReason } from '@oms/domain';

import { declined, transient, type Unsettled } from '../outcome.js';
import type { Declined } from '../payment-provider.js';
import type { StripeFailure } from './stripe-failure.js';
import type { StripeIntent } from './stripe-intent.js';

export { declined, transient, unknown } from '../outcome.js';

/** Stripe's 402 or the like. */
export function paymentDeclined(failure: Extract<StripeFailure, { kind: 'declined' }>): Declined {
  return declined(CancellationReason.PaymentDeclined, failure.message, failure.declineCode);
}

/** There is no such payment. */
export function referenceNotFound(reference: string): Declined {
  return declined(
    CancellationReason.PaymentReferenceNotFound,
    `Stripe knows no payment ${showReference(reference)}`,
  );
}

/** What a failed read means. A read changes nothing, so there is nothing about it that could be unknown. */
export function readFailed(failure: StripeFailure): Unsettled {
  return transient(failure.message, 'retryAfterMs' in failure ? failure.retryAfterMs : undefined);
}

/**
 * Whether this can be the id of a PaymentIntent. What cannot be one is not sent to Stripe: an id is a part of the
 * URL, and an empty one would ask for something else. A client secret (`pi_…_secret_…`) is not an id either.
 */
export function isIntentId(reference: string): boolean {
  return /^pi_[A-Za-z0-9_]{1,200}$/.test(reference) && !reference.includes('_secret_');
}

/** A reference as it may stand in a message: one that is none may be anything, a card number or a secret. */
export function showReference(reference: string): string {
  return isIntentId(reference) ? reference : 'of this form: payment references of Stripe look like pi_…';
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

/** Says where a payment stands, in words and with Stripe's own name of the status. */
export function describeStatus(intent: StripeIntent): string {
  return `${statusWords[intent.status]} (Stripe status ${intent.status})`;
}

/** The payment stands where it cannot be captured any more, or not yet. */
export function notCapturable(intent: StripeIntent): Declined {
  return declined(
    CancellationReason.PaymentNotCapturable,
    `Payment ${intent.snapshot.reference} cannot be captured: ${describeStatus(intent)}`,
  );
}
