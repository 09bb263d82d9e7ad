import type { PaymentOwner } from './payment-owner.js';
import type { PaymentProviderName } from './payment-status.js';

/** The kinds of a provider's notifications about a payment, in the terms of this system. */
export const PaymentNotificationKind = {
  /** The customer's authorisation succeeded: the reference is capturable. */
  Authorized: 'authorized',
  /** The customer's authorisation was refused. */
  AuthorizationFailed: 'authorization_failed',
  /** An uncaptured authorisation expired. */
  AuthorizationExpired: 'authorization_expired',
  Captured: 'captured',
  /** An accepted capture failed, perhaps even after it was reported as done. */
  CaptureFailed: 'capture_failed',
  Voided: 'voided',
  VoidFailed: 'void_failed',
  Refunded: 'refunded',
  /** An accepted refund failed. The merchant has the money. */
  RefundFailed: 'refund_failed',
  /** The payment was voided or, if it had been captured, refunded as a whole. */
  Reversed: 'reversed',
  /** The customer disputes the payment at the bank or the provider. No money has moved by that. */
  DisputeOpened: 'dispute_opened',
  /** The provider took the disputed money from the merchant. */
  DisputeWithdrawn: 'dispute_withdrawn',
  /** The provider gave disputed money back to the merchant. */
  DisputeReinstated: 'dispute_reinstated',
  /** The dispute was decided for the merchant, or withdrawn. */
  DisputeWon: 'dispute_won',
  /** The dispute was decided for the customer, or accepted. */
  DisputeLost: 'dispute_lost',
} as const;
export type PaymentNotificationKind = (typeof PaymentNotificationKind)[keyof typeof PaymentNotificationKind];

const { Authorized, AuthorizationExpired, AuthorizationFailed, Voided, VoidFailed } = PaymentNotificationKind;

/** Outcomes that the order's own steps query. Their notifications only trigger another query, and owe no settlement. */
export const answeringKinds: readonly PaymentNotificationKind[] = [
  Authorized,
  AuthorizationFailed,
  Voided,
  VoidFailed,
];

/** Kinds that only flag a pending order. All others are settled after the order's own capture, which asks the provider. */
export const flaggingKinds: readonly PaymentNotificationKind[] = [AuthorizationExpired];

/**
 * One notification of a provider about one payment. Providers deliver notifications repeatedly, late and in any order.
 * `eventId` identifies duplicates. The state of a payment follows from all of its notifications, never from the last.
 */
export interface PaymentNotification {
  readonly provider: PaymentProviderName;
  /** Unique per provider, and equal for all deliveries of the same notification. */
  readonly eventId: string;
  readonly kind: PaymentNotificationKind;
  /** The provider's id of the authorisation, which is the order's `payment_reference`. */
  readonly reference: string;
  /** Absent if the notification does not repeat the owner that the checkout wrote into the payment. */
  readonly owner?: PaymentOwner;
  /** The provider's id of the capture, refund or void itself, if any. */
  readonly objectId?: string;
  /** The idempotency key or merchant reference of our own call, if the provider repeats it. */
  readonly operationKey?: string;
  /** ISO 4217 minor units. */
  readonly amountMinor?: number;
  /** ISO 4217, upper case. */
  readonly currency?: string;
  /** The provider's own explanation of a failure. Never card data. Not every provider signs it. */
  readonly reason?: string;
  /** Present if an operator has confirmed the unsigned part of the notification. */
  readonly isConfirmed?: true;
  /** ISO 8601 in UTC, by the provider's clock. */
  readonly occurredAt: string;
}
