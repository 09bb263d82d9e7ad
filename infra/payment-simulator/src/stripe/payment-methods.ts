/** The outcome of a confirmation with a payment method. */
export type Confirmation =
  | { readonly kind: 'approved' }
  | { readonly kind: 'declined'; readonly declineCode: string }
  /** The customer has to authenticate first. */
  | { readonly kind: 'authentication_required' }
  /** The outcome is known days later. */
  | { readonly kind: 'processing' };

export interface TestPaymentMethod {
  readonly id: string;
  readonly type: 'card' | 'us_bank_account';
  readonly brand: string;
  readonly last4: string;
  readonly funding: 'credit' | 'debit' | 'prepaid';
  readonly confirmation: Confirmation;
  /** The first status of refunds to this method. */
  readonly refund: 'succeeded' | 'pending';
}

const approved = { kind: 'approved' } as const;

function card(
  id: string,
  last4: string,
  confirmation: Confirmation = approved,
  traits: Partial<Pick<TestPaymentMethod, 'brand' | 'funding' | 'refund'>> = {},
): TestPaymentMethod {
  return {
    id,
    type: 'card',
    brand: 'visa',
    last4,
    funding: 'credit',
    refund: 'succeeded',
    confirmation,
    ...traits,
  };
}

const declined = (id: string, last4: string, declineCode: string): TestPaymentMethod =>
  card(id, last4, { kind: 'declined', declineCode });

const authenticated = (id: string, last4: string): TestPaymentMethod =>
  card(id, last4, { kind: 'authentication_required' });

/**
 * Stripe's test payment methods. Here their names are their ids; Stripe makes a new `pm_…` from each name.
 *
 * @see https://docs.stripe.com/testing#cards
 * @see https://docs.stripe.com/testing#declined-payments
 */
const methods: readonly TestPaymentMethod[] = [
  card('pm_card_visa', '4242'),
  card('pm_card_visa_debit', '5556', approved, { funding: 'debit' }),
  card('pm_card_mastercard', '4444', approved, { brand: 'mastercard' }),
  card('pm_card_mastercard_debit', '8210', approved, { brand: 'mastercard', funding: 'debit' }),
  card('pm_card_mastercard_prepaid', '5100', approved, { brand: 'mastercard', funding: 'prepaid' }),
  card('pm_card_amex', '8431', approved, { brand: 'amex' }),
  card('pm_card_discover', '1117', approved, { brand: 'discover' }),
  card('pm_card_diners', '0004', approved, { brand: 'diners' }),
  card('pm_card_jcb', '0505', approved, { brand: 'jcb' }),
  card('pm_card_unionpay', '0005', approved, { brand: 'unionpay' }),
  card('pm_card_pendingRefund', '7726', approved, { refund: 'pending' }),
  declined('pm_card_visa_chargeDeclined', '0002', 'generic_decline'),
  declined('pm_card_visa_chargeDeclinedInsufficientFunds', '9995', 'insufficient_funds'),
  declined('pm_card_visa_chargeDeclinedLostCard', '9987', 'lost_card'),
  declined('pm_card_visa_chargeDeclinedStolenCard', '9979', 'stolen_card'),
  declined('pm_card_chargeDeclinedExpiredCard', '0069', 'expired_card'),
  declined('pm_card_chargeDeclinedIncorrectCvc', '0127', 'incorrect_cvc'),
  declined('pm_card_chargeDeclinedProcessingError', '0119', 'processing_error'),
  declined('pm_card_chargeDeclinedFraudulent', '0019', 'fraudulent'),
  declined('pm_card_visa_chargeDeclinedVelocityLimitExceeded', '6975', 'card_velocity_exceeded'),
  declined('pm_card_chargeCustomerFail', '0341', 'generic_decline'),
  declined('pm_card_radarBlock', '0019', 'fraudulent'),
  authenticated('pm_card_authenticationRequired', '3184'),
  authenticated('pm_card_threeDSecure2Required', '3220'),
  authenticated('pm_card_threeDSecureRequired', '3063'),
  {
    ...card('pm_usBankAccount_processing', '6789', { kind: 'processing' }),
    type: 'us_bank_account',
    brand: 'STRIPE TEST BANK',
    refund: 'pending',
  },
];

const byId = new Map(methods.map((method) => [method.id, method]));

/** Finds a test payment method. Accepts Stripe's names of declining cards with and without the brand. */
export function findPaymentMethod(id: string): TestPaymentMethod | undefined {
  return (
    byId.get(id) ??
    byId.get(id.replace('pm_card_visa_', 'pm_card_')) ??
    byId.get(id.replace('pm_card_', 'pm_card_visa_'))
  );
}
