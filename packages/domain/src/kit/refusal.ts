/** The stable names of refusals, the same on every API. `refusalMeanings` of the contracts says what each means. */
export const RefusalCode = {
  InvalidRequest: 'INVALID_REQUEST',
  InvalidAuth: 'INVALID_AUTH',
  Forbidden: 'FORBIDDEN',
  NotFound: 'NOT_FOUND',
  NotAcceptable: 'NOT_ACCEPTABLE',
  TooLarge: 'TOO_LARGE',
  RateLimited: 'RATE_LIMITED',
  Internal: 'INTERNAL',
  Unavailable: 'UNAVAILABLE',
  DatabaseUnavailable: 'DATABASE_UNAVAILABLE',
  TransitionNotAllowed: 'TRANSITION_NOT_ALLOWED',
  QuantityNotAvailable: 'QUANTITY_NOT_AVAILABLE',
  AmountNotAvailable: 'AMOUNT_NOT_AVAILABLE',
  AuthorizationTooSmall: 'AUTHORIZATION_TOO_SMALL',
  NothingLeftToShip: 'NOTHING_LEFT_TO_SHIP',
  GoodsNotReturned: 'GOODS_NOT_RETURNED',
  CurrencyMismatch: 'CURRENCY_MISMATCH',
  PartNotFound: 'PART_NOT_FOUND',
  RefundWindowOver: 'REFUND_WINDOW_OVER',
  ReturnNotReady: 'RETURN_NOT_READY',
  OutOfStock: 'OUT_OF_STOCK',
  UnknownProduct: 'UNKNOWN_PRODUCT',
  UnknownSku: 'UNKNOWN_SKU',
  AmbiguousSku: 'AMBIGUOUS_SKU',
  ExternalIdInUse: 'EXTERNAL_ID_IN_USE',
  ReferenceInUse: 'REFERENCE_IN_USE',
  Taken: 'TAKEN',
  StaleVersion: 'STALE_VERSION',
  Archived: 'ARCHIVED',
  NotConfirmed: 'NOT_CONFIRMED',
  PaymentFailed: 'PAYMENT_FAILED',
  SplitShipmentRefused: 'SPLIT_SHIPMENT_REFUSED',
  PaymentRefunded: 'PAYMENT_REFUNDED',
  PaymentDisputed: 'PAYMENT_DISPUTED',
  PaymentNotUnknown: 'PAYMENT_NOT_UNKNOWN',
  StatementNotPossible: 'STATEMENT_NOT_POSSIBLE',
  ContradictsProvider: 'CONTRADICTS_PROVIDER',
  IdempotencyConflict: 'IDEMPOTENCY_CONFLICT',
  RecordRefused: 'RECORD_REFUSED',
  Interrupted: 'INTERRUPTED',
  Malformed: 'MALFORMED',
} as const;
export type RefusalCode = (typeof RefusalCode)[keyof typeof RefusalCode];

/** Every code of a refusal. */
export const refusalCodes: readonly RefusalCode[] = Object.values(RefusalCode);

/** The stable names of what can be wrong with one field. */
export const FaultCode = {
  Required: 'REQUIRED',
  UnknownField: 'UNKNOWN_FIELD',
  InvalidValue: 'INVALID_VALUE',
} as const;
export type FaultCode = (typeof FaultCode)[keyof typeof FaultCode];

/** One fault of a request. */
export interface Fault {
  /** The path of the field, such as `items[0].quantity`. Absent for a fault of the request as a whole. */
  readonly field?: string;
  readonly code: FaultCode;
  /** A whole sentence, which names the field. */
  readonly message: string;
}

/** The particulars of a refusal, for programs. */
export interface RefusalDetails {
  /** The noun of what was not found, such as `order`. */
  readonly resource?: string;
  /** The statuses that are possible instead. */
  readonly allowed?: readonly string[];
  /** The SKUs that the refusal is about. */
  readonly skus?: readonly string[];
  /** The faults of the request, one for each field. */
  readonly faults?: readonly Fault[];
}

/** The one type for "no". Nothing has changed. */
export interface Refusal<Code extends string = RefusalCode> {
  readonly kind: 'refused';
  readonly code: Code;
  /** For people; may be shown to a client. */
  readonly message: string;
  /** The path of the field at fault, where it is one. */
  readonly field?: string;
  readonly details?: RefusalDetails;
}

/** A refusal that is thrown. The message may be shown to a client. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';

  constructor(
    readonly refusal: Refusal<string>,
    options?: { readonly cause?: unknown },
  ) {
    super(refusal.message, options);
  }
}

export const refusal = (
  code: RefusalCode,
  message: string,
  more: Pick<Refusal, 'field' | 'details'> = {},
): Refusal => ({ kind: 'refused', code, message, ...more });

/** A refusal, to be thrown. */
export const refused = (...args: Parameters<typeof refusal>): RefusedError =>
  new RefusedError(refusal(...args));

/** The refusal that a rule of the domain has thrown. Throws any other error again. */
export function refusalIn(error: unknown): Refusal {
  // The domain's own rules have no other codes.
  if (error instanceof RefusedError) return error.refusal as Refusal;
  throw error;
}

/** @param resource the noun of what there is none of, such as `order` */
export const notFound = (resource: string): Refusal =>
  refusal(RefusalCode.NotFound, `there is no such ${resource}`, { details: { resource } });

/** A repeated key with another request. */
export const idempotencyConflict: Refusal = refusal(
  RefusalCode.IdempotencyConflict,
  'the idempotency key was used before with another request; nothing was changed',
);

/** A refusal in one sentence, with the statuses that are possible instead. */
export function sayRefusal({ message, details }: Pick<Refusal, 'message' | 'details'>): string {
  if (!details?.allowed) return message;
  return `${message}; allowed: ${details.allowed.join(', ') || 'none'}`;
}
