import { unknown, type Unsettled } from '../kit/outcome.js';
import { createOutcomes } from '../kit/outcomes.js';
import { readFailed } from '../kit/provider-failure.js';
import type { Declined } from '../payment-provider.js';
import { payPalMoney } from './paypal-amounts.js';
import type { Look, PayPalPayment } from './paypal-payment.js';

/**
 * Whether a text can be the id of an authorisation. Only such texts are sent to PayPal: the id is a part of the URL,
 * and an empty one would address another resource. Digits alone may be a card number.
 */
export function isAuthorizationId(reference: string): boolean {
  return /^(?=.*[A-Z])[A-Z0-9]{10,32}$/.test(reference);
}

export const outcomes = createOutcomes({
  providerName: 'PayPal',
  noun: 'authorisation',
  referenceForm: 'are the ids of authorisations',
  isReference: isAuthorizationId,
  money: payPalMoney,
});

type LookFailure = Extract<Look, { ok: false }>['failure'];

/** The outcome of an operation whose payment could not be read beforehand. Nothing was sent yet. */
export function notLookedAt(failure: LookFailure, reference: string): Declined | Unsettled {
  switch (failure.kind) {
    case 'not_found':
      return outcomes.referenceNotFound(reference);
    case 'unaccounted':
      // This operation itself may have captured. A retry cannot find out, so a person must look.
      return unknown(`${failure.message}. Somebody has to look at it`);
    case 'refused':
    case 'transient':
    case 'unknown':
      return readFailed(failure);
  }
}

const statusWords = {
  CREATED: 'it is authorised',
  CAPTURED: 'it has been captured already',
  PARTIALLY_CAPTURED: 'it has been captured already',
  DENIED: 'PayPal has denied it',
  VOIDED: 'it was voided, or has lapsed',
  PENDING: 'PayPal is still reviewing it',
} as const satisfies Record<PayPalPayment['authorization']['status'], string>;

/** Describes a payment's status, in words and with PayPal's own name of it. */
export function describeStatus({ authorization: { status } }: PayPalPayment): string {
  return `${statusWords[status]} (PayPal status ${status})`;
}

/** Renders amounts, such as `200.00 USD and 45.00 USD`. */
export function listMoney(
  amounts: readonly { readonly amountMinor: number; readonly currency: string }[],
): string {
  return amounts.map(({ amountMinor, currency }) => payPalMoney.format(amountMinor, currency)).join(' and ');
}
