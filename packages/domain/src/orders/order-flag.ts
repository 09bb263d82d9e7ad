/** A condition of an order that needs attention, independent of its status. */
export const OrderFlag = {
  /** The provider reversed a capture that it had reported as done. The order is unpaid and cannot be shipped. */
  CaptureFailed: 'capture_failed',
  /**
   * The provider reports a second capture after a reversed one, in a field that is not signed. The ledger stays unchanged
   * until an operator confirms the second capture.
   */
  RecaptureReported: 'recapture_reported',
  /** An operator stated that the money of a reversed capture came another way. The order continues. */
  SettledElsewhere: 'settled_elsewhere',
  /** The provider captured money that had already come another way. One of the two has to be refunded. */
  PaidTwice: 'paid_twice',
  /** The checkout captured more than the order's total. The rest has to be refunded. */
  Overpaid: 'overpaid',
  /** The provider captured the payment of a cancelled order. The money has to be refunded by hand. */
  CapturedAfterCancellation: 'captured_after_cancellation',
  /** The provider declined a refund, at once or after it had accepted it. The merchant has the money. */
  RefundFailed: 'refund_failed',
  /**
   * All money was refunded at the provider itself, or before a shipment was cancelled or came back, and units are left to ship. The
   * order cannot be shipped until an operator allows it.
   */
  RefundedUnshipped: 'refunded_unshipped',
  /** The order did not take its payment, and the provider keeps captured money of it. It has to be refunded by hand. */
  UnusedPaymentKept: 'unused_payment_kept',
  /** The customer disputes the payment at the bank, and nothing is decided yet. */
  Disputed: 'disputed',
  /** The customer won a dispute of the payment. */
  DisputeLost: 'dispute_lost',
  /** The provider declined the capture for a shipment. Nothing was shipped. */
  CaptureDeclined: 'capture_declined',
  /** The authorisation expires soon, and the order still waits for its capture. */
  AuthorizationExpiring: 'authorization_expiring',
  /** The authorisation expired before the capture. */
  AuthorizationExpired: 'authorization_expired',
} as const;
export type OrderFlag = (typeof OrderFlag)[keyof typeof OrderFlag];

/** Time between the flag `authorization_expiring` and the expiry of the authorisation, in milliseconds. */
export const authorizationWarningMs = 24 * 60 * 60 * 1_000;

export const orderFlags: readonly OrderFlag[] = Object.values(OrderFlag);
