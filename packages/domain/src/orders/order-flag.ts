/** What somebody has to look at about an order, whatever its status is. */
export const OrderFlag = {
  /** The provider took back a capture that it had reported as done: the order is not paid for. It is not shipped. */
  CaptureFailed: 'capture_failed',
  /**
   * The provider says, in words that nobody has signed, that it captured again what it had taken back. The books stay as
   * they are until an operator has confirmed it.
   */
  RecaptureReported: 'recapture_reported',
  /** The money of a capture that was taken back came another way, as an operator stated. The order goes on. */
  SettledElsewhere: 'settled_elsewhere',
  /** The provider captured after all what had come another way: one of the two has to be given back. */
  PaidTwice: 'paid_twice',
  /** The provider took the money of an order that was cancelled by then: it has to be given back by hand. */
  CapturedAfterCancellation: 'captured_after_cancellation',
  /** A refund that the provider had accepted did not happen: the merchant has the money. */
  RefundFailed: 'refund_failed',
  /** The customer disputes the payment at the bank. */
  Disputed: 'disputed',
  /** The authorisation lapses soon, and the order still waits to be paid for by it. */
  AuthorizationExpiring: 'authorization_expiring',
  /** The authorisation lapsed before the order was paid for. */
  AuthorizationExpired: 'authorization_expired',
} as const;
export type OrderFlag = (typeof OrderFlag)[keyof typeof OrderFlag];

/** How long before an authorisation lapses an order that waits to be paid for by it is flagged, in milliseconds. */
export const authorizationWarningMs = 24 * 60 * 60 * 1_000;

/** Every flag. */
export const orderFlags: readonly OrderFlag[] = Object.values(OrderFlag);
