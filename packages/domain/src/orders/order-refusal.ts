import { allowedTransitions, type OrderStatus as Status } from './order-status.js';

/** The reason of a refusal. */
export const RefusalCode = {
  /** The order's status forbids the command. The refusal lists the allowed statuses. */
  TransitionNotAllowed: 'transition_not_allowed',
  /** The quantity is invalid or exceeds the units that are left. */
  QuantityNotAvailable: 'quantity_not_available',
  /** The amount is invalid or exceeds the money that is left. */
  AmountNotAvailable: 'amount_not_available',
  /** The order has no such line, shipment or return. */
  PartNotFound: 'part_not_found',
  /** The status of a return forbids the command. */
  ReturnNotReady: 'return_not_ready',
  /** Insufficient stock for at least one line. */
  OutOfStock: 'out_of_stock',
  /** The capture of the order's payment was reversed, so the order is unpaid. */
  PaymentFailed: 'payment_failed',
  /** The payment's outcome is known, so an operator has nothing to state. */
  PaymentNotUnknown: 'payment_not_unknown',
  /** The order's phase or its ledger rules the operator's statement out. */
  StatementNotPossible: 'statement_not_possible',
  /** The provider's state of the payment contradicts the operator's statement. */
  ContradictsProvider: 'contradicts_provider',
  /** The idempotency key was used for another request. */
  IdempotencyConflict: 'idempotency_conflict',
  /** The database permanently rejects the change. */
  RecordRefused: 'record_refused',
  /** A field of the command is missing or has the wrong type. Only commands sent by hand can be malformed. */
  Malformed: 'malformed',
} as const;
export type RefusalCode = (typeof RefusalCode)[keyof typeof RefusalCode];

/** A refused command. Nothing has changed. */
export interface CommandRefusal {
  readonly kind: 'refused';
  readonly code: RefusalCode;
  /** For people; may be shown to a client. */
  readonly message: string;
  /** The statuses that the order can change to. */
  readonly allowed?: readonly Status[];
}

/** Thrown to end a decision. Never leaves the domain. */
export class Refused extends Error {
  constructor(readonly refusal: CommandRefusal) {
    super(refusal.message);
  }
}

const refusedAs =
  (code: RefusalCode) =>
  (message: string): Refused =>
    new Refused({ kind: 'refused', code, message });

export const notAvailable = refusedAs(RefusalCode.QuantityNotAvailable);
export const noMoney = refusedAs(RefusalCode.AmountNotAvailable);
export const partNotFound = refusedAs(RefusalCode.PartNotFound);
export const returnNotReady = refusedAs(RefusalCode.ReturnNotReady);
export const notPaidFor = refusedAs(RefusalCode.PaymentFailed);
export const malformed = refusedAs(RefusalCode.Malformed);
export const paymentNotUnknown = refusedAs(RefusalCode.PaymentNotUnknown);
export const statementNotPossible = refusedAs(RefusalCode.StatementNotPossible);
export const contradictsProvider = refusedAs(RefusalCode.ContradictsProvider);

export function notAllowed({ status }: { readonly status: Status }, why: string): Refused {
  const allowed = allowedTransitions(status);
  const message = `${why}; allowed: ${allowed.length ? allowed.join(', ') : 'none'}`;
  return new Refused({ kind: 'refused', code: RefusalCode.TransitionNotAllowed, message, allowed });
}
