/** What can be wrong with a request in the terms of the domain. HTTP and Temporal map these to their own. */
export type DomainErrorCode =
  /** An amount is not a number, has too many decimals, or is too large. */
  | 'invalid_amount'
  /** The order's status does not allow the change. */
  | 'transition_not_allowed'
  /** The idempotency key was used before with another request. */
  | 'idempotency_conflict'
  /** There is no such order for this tenant and organisation. */
  | 'order_not_found';

/** An error that the domain explains itself. The message may be shown to a client. */
export class DomainError extends Error {
  override readonly name = 'DomainError';

  constructor(
    readonly code: DomainErrorCode,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}
