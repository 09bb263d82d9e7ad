/** The status of an order's payment. A lifecycle of its own, loosely coupled to the order's. */
export const PaymentStatus = {
  Pending: 'pending',
  Authorized: 'authorized',
  Captured: 'captured',
  PartiallyRefunded: 'partially_refunded',
  Refunded: 'refunded',
  Voided: 'voided',
  Failed: 'failed',
  /** The outcome of the last operation is unknown. The provider is being queried. */
  Unknown: 'unknown',
} as const;
export type PaymentStatus = (typeof PaymentStatus)[keyof typeof PaymentStatus];

export const paymentStatuses: readonly PaymentStatus[] = Object.values(PaymentStatus);

/** The names of payment providers in the APIs. */
export const PaymentProviderName = { Stripe: 'stripe', Adyen: 'adyen', PayPal: 'paypal' } as const;
export type PaymentProviderName = (typeof PaymentProviderName)[keyof typeof PaymentProviderName];

export const paymentProviderNames: readonly PaymentProviderName[] = Object.values(PaymentProviderName);
