import type { PaymentOwner } from './payment-owner.js';
import type { PaymentProviderName } from './payment-status.js';

/** What a provider can say of a payment by itself, in the terms of this system. */
export const PaymentNotificationKind = {
  /** The customer's authorisation succeeded: the reference is capturable. */
  Authorized: 'authorized',
  /** The customer's authorisation was refused. */
  AuthorizationFailed: 'authorization_failed',
  /** An uncaptured authorisation has lapsed. */
  AuthorizationExpired: 'authorization_expired',
  Captured: 'captured',
  /** A capture that had been accepted, perhaps even reported as done, did not happen after all. */
  CaptureFailed: 'capture_failed',
  Voided: 'voided',
  VoidFailed: 'void_failed',
  Refunded: 'refunded',
  /** A refund that had been accepted did not happen: the merchant has the money. */
  RefundFailed: 'refund_failed',
  /** The payment was let go or given back in whole, whichever it needed: what had been captured of it tells which. */
  Reversed: 'reversed',
  /** The customer disputes the payment at the bank. */
  Disputed: 'disputed',
} as const;
export type PaymentNotificationKind = (typeof PaymentNotificationKind)[keyof typeof PaymentNotificationKind];

/**
 * One thing that a provider said of one payment. Providers send the same one several times, late and in any order:
 * `eventId` tells doubles apart, and what a payment's state is follows from all of them, never from the last.
 */
export interface PaymentNotification {
  readonly provider: PaymentProviderName;
  /** Unique per provider; the same for every delivery of the same fact. */
  readonly eventId: string;
  readonly kind: PaymentNotificationKind;
  /** The provider's id of the authorisation: what an order has as its `payment_reference`. */
  readonly reference: string;
  /** Absent where this notification does not repeat what the checkout wrote into the payment. */
  readonly owner?: PaymentOwner;
  /** The provider's id of the capture, refund or void itself, where it has one. */
  readonly objectId?: string;
  /** The idempotency key or merchant reference that our own call was made with, where the provider repeats it. */
  readonly operationKey?: string;
  /** ISO 4217 minor units. */
  readonly amountMinor?: number;
  /** ISO 4217, upper case. */
  readonly currency?: string;
  /** The provider's own words of why, where something failed. Never card data. Not every provider signs them. */
  readonly reason?: string;
  /** Present where an operator has confirmed what the provider says here without a signature. */
  readonly isConfirmed?: true;
  /** ISO 8601 in UTC, by the provider's clock. */
  readonly occurredAt: string;
}
