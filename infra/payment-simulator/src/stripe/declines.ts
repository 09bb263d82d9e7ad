/** The members of an error object that describe a decline. */
export interface Decline {
  readonly code: string;
  readonly declineCode: string;
  readonly message: string;
}

const declined = 'Your card was declined.';

/**
 * The declines whose error code or message differs from those of a plain `card_declined`.
 *
 * @see https://docs.stripe.com/declines/codes
 * @see https://docs.stripe.com/error-codes
 */
const special: Readonly<Record<string, Omit<Decline, 'declineCode'>>> = {
  insufficient_funds: { code: 'card_declined', message: 'Your card has insufficient funds.' },
  expired_card: { code: 'expired_card', message: 'Your card has expired.' },
  incorrect_cvc: { code: 'incorrect_cvc', message: "Your card's security code is incorrect." },
  incorrect_number: { code: 'incorrect_number', message: 'Your card number is incorrect.' },
  incorrect_zip: { code: 'incorrect_zip', message: "Your card's postal code failed validation." },
  processing_error: {
    code: 'processing_error',
    message: 'An error occurred while processing your card. Try again in a little bit.',
  },
  card_velocity_exceeded: {
    code: 'card_declined',
    message:
      'Your card was declined for making repeated attempts too frequently or exceeding its amount limit.',
  },
  card_not_supported: {
    code: 'card_declined',
    message: 'Your card is not supported.',
  },
  currency_not_supported: {
    code: 'card_declined',
    message: 'Your card does not support this currency.',
  },
  authentication_required: {
    code: 'authentication_required',
    message: 'Your card was declined. This transaction requires authentication.',
  },
};

/** The decline of a code. A code without an entry is a plain `card_declined`. */
export function declineOf(declineCode: string): Decline {
  return { declineCode, ...(special[declineCode] ?? { code: 'card_declined', message: declined }) };
}

/**
 * The failure reason of a refund for an issuer's decline code. Stripe's own reasons are passed on.
 *
 * @see https://docs.stripe.com/refunds#failed-refunds
 */
export function refundFailureReason(declineCode: string): string {
  switch (declineCode) {
    case 'lost_card':
    case 'stolen_card':
      return 'lost_or_stolen_card';
    case 'expired_card':
      return 'expired_or_canceled_card';
    case 'lost_or_stolen_card':
    case 'expired_or_canceled_card':
    case 'charge_for_pending_refund_disputed':
    case 'insufficient_funds':
    case 'merchant_request':
    case 'unknown':
      return declineCode;
    default:
      return 'declined';
  }
}
