/** The reason of an order's cancellation. A decision, never a fault: faults are retried. */
export const CancellationReason = {
  /** The provider declined the authorisation or the capture. The detail has the decline code. */
  PaymentDeclined: 'payment_declined',
  /** The payment reference is unknown at the provider. */
  PaymentReferenceNotFound: 'payment_reference_not_found',
  /** The reference cannot be captured: never confirmed, voided, expired, or captured and refunded. */
  PaymentNotCapturable: 'payment_not_capturable',
  /** The authorisation is in another currency than the order. */
  PaymentCurrencyMismatch: 'payment_currency_mismatch',
  /** The authorisation is for less than the order's total. */
  PaymentAmountTooSmall: 'payment_amount_too_small',
  /** Another order pays with the same reference. */
  PaymentReferenceInUse: 'payment_reference_in_use',
  /** Insufficient stock for at least one line. Nothing was reserved. */
  OutOfStock: 'out_of_stock',
  /** A line's SKU is stocked at several locations or by several variants, and the line names none of them. */
  AmbiguousSku: 'ambiguous_sku',
  /** Another order of this tenant that is not cancelled has the same external id. */
  ExternalIdInUse: 'external_id_in_use',
  /** Payment or reservation did not succeed within the tenant's pending limit. */
  PendingTooLong: 'pending_too_long',
  /** The database permanently rejects a step of the order. Operators see the database's message. */
  RecordRefused: 'record_refused',
  /** An operator gave the waiting order up. The detail has the operator's reason. */
  GivenUpByOperator: 'given_up_by_operator',
  /** The cancellation was requested. */
  Requested: 'cancellation_requested',
} as const;
export type CancellationReason = (typeof CancellationReason)[keyof typeof CancellationReason];

export const cancellationReasons: readonly CancellationReason[] = Object.values(CancellationReason);
