/** Where an order's payment stands. It is a lifecycle of its own, loosely coupled to the order's. */
export const PaymentStatus = {
  Pending: 'pending',
  Authorized: 'authorized',
  Captured: 'captured',
  PartiallyRefunded: 'partially_refunded',
  Refunded: 'refunded',
  Voided: 'voided',
  Failed: 'failed',
  /** The provider may or may not have done what it was asked; it is being asked. */
  Unknown: 'unknown',
} as const;
export type PaymentStatus = (typeof PaymentStatus)[keyof typeof PaymentStatus];

/** Every payment status. */
export const paymentStatuses: readonly PaymentStatus[] = Object.values(PaymentStatus);

/** The provider names that the API accepts. */
export const PaymentProviderName = { Stripe: 'stripe', Adyen: 'adyen', PayPal: 'paypal' } as const;
export type PaymentProviderName = (typeof PaymentProviderName)[keyof typeof PaymentProviderName];

/** Every provider name that the API accepts. */
export const paymentProviderNames: readonly PaymentProviderName[] = Object.values(PaymentProviderName);
