import { CancellationReason } from '@oms/domain';

import { declined, transient, unknown, type Unsettled } from '../outcome.js';
import type { Declined } from '../payment-provider.js';
import { formatMoney } from './paypal-amounts.js';
import type { Look, PayPalPayment } from './paypal-payment.js';

export { declined, pending, transient, unknown } from '../outcome.js';

/** There is no such authorisation. */
export function referenceNotFound(reference: string): Declined {
  const shown = isAuthorizationId(reference)
    ? reference
    : 'of this form: payment references of PayPal are the ids of authorisations';
  return declined(CancellationReason.PaymentReferenceNotFound, `PayPal knows no authorisation ${shown}`);
}

type LookFailure = Extract<Look, { ok: false }>['failure'];

/** What a failed read means. A read changes nothing, so there is nothing about it that could be unknown. */
export function readFailed(failure: LookFailure): Unsettled {
  return transient(failure.message, 'retryAfterMs' in failure ? failure.retryAfterMs : undefined);
}

/** What it means for an operation that the payment could not be looked at before it. Nothing was sent yet. */
export function notLookedAt(failure: LookFailure, reference: string): Declined | Unsettled {
  switch (failure.kind) {
    case 'not_found':
      return referenceNotFound(reference);
    case 'unaccounted':
      // Perhaps this very operation has done it: not for a repetition to find out, but for a person.
      return unknown(`${failure.message}. Somebody has to look at it`);
    case 'refused':
    case 'transient':
    case 'unknown':
      return readFailed(failure);
  }
}

/**
 * Whether this can be the id of an authorisation. What cannot be one is not sent to PayPal: an id is a part of the
 * URL, and an empty one would ask for something else. Digits alone may be a card's number.
 */
export function isAuthorizationId(reference: string): boolean {
  return /^(?=.*[A-Z])[A-Z0-9]{10,32}$/.test(reference);
}

const statusWords = {
  CREATED: 'it is authorised',
  CAPTURED: 'it has been captured already',
  PARTIALLY_CAPTURED: 'it has been captured already',
  DENIED: 'PayPal has denied it',
  VOIDED: 'it was voided, or has lapsed',
  PENDING: 'PayPal is still reviewing it',
} as const satisfies Record<PayPalPayment['authorization']['status'], string>;

/** Says where a payment stands, in words and with PayPal's own name of the status. */
export function describeStatus({ authorization: { status } }: PayPalPayment): string {
  return `${statusWords[status]} (PayPal status ${status})`;
}

/** The payment stands where it cannot be captured any more. */
export function notCapturable(payment: PayPalPayment): Declined {
  return declined(
    CancellationReason.PaymentNotCapturable,
    `Payment ${payment.authorization.id} cannot be captured: ${describeStatus(payment)}`,
  );
}

/** More was taken, or other money, than this operation accounts for. */
export function captureMismatch(payment: PayPalPayment, taken: string, wanted: string): Unsettled {
  const { id } = payment.authorization;
  return unknown(
    `Payment ${id} has been captured for ${taken}, not for the order's ${wanted}. Somebody has to look at it`,
  );
}

/** Renders what was captured, such as `200.00 USD and 45.00 USD`. */
export function listMoney(
  amounts: readonly { readonly amountMinor: number; readonly currency: string }[],
): string {
  return amounts.map(({ amountMinor, currency }) => formatMoney(amountMinor, currency)).join(' and ');
}
