/** Why an order was cancelled. A decision, never a fault: faults are retried. */
export const CancellationReason = {
  /** The provider refused the authorisation or the capture; the detail has its decline code. */
  PaymentDeclined: 'payment_declined',
  /** The provider knows no such payment reference. */
  PaymentReferenceNotFound: 'payment_reference_not_found',
  /** The reference is not an authorisation that can be captured: never confirmed, captured already, voided, lapsed. */
  PaymentNotCapturable: 'payment_not_capturable',
  /** The authorisation is in another currency than the order. */
  PaymentCurrencyMismatch: 'payment_currency_mismatch',
  /** The authorisation is for less than the order's total. */
  PaymentAmountTooSmall: 'payment_amount_too_small',
  /** Another order pays with the same reference. */
  PaymentReferenceInUse: 'payment_reference_in_use',
  /** At least one line's stock did not suffice; nothing was reserved. */
  OutOfStock: 'out_of_stock',
  /** Another order of this tenant that is not cancelled has the same external id. */
  ExternalIdInUse: 'external_id_in_use',
  /** It could not be paid for or reserved within the tenant's limit. */
  PendingTooLong: 'pending_too_long',
  /** The database refuses to keep a step of it, and would again; operators see what it says. */
  RecordRefused: 'record_refused',
  /** It waited for something, and an operator gave it up; the detail says why. */
  GivenUpByOperator: 'given_up_by_operator',
  /** Somebody asked for the cancellation. */
  Requested: 'cancellation_requested',
} as const;
export type CancellationReason = (typeof CancellationReason)[keyof typeof CancellationReason];

/** Every cancellation reason. */
export const cancellationReasons: readonly CancellationReason[] = Object.values(CancellationReason);
