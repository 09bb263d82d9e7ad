import { allowedTransitions, type OrderStatus as Status } from './order-status.js';

/** Why an order does not do what it is asked. */
export const RefusalCode = {
  /** The order's status does not allow it; the details name what is allowed. */
  TransitionNotAllowed: 'transition_not_allowed',
  /** More units than there are left. */
  QuantityNotAvailable: 'quantity_not_available',
  /** More money than there is left. */
  AmountNotAvailable: 'amount_not_available',
  /** A line, shipment or return that the order does not have. */
  PartNotFound: 'part_not_found',
  /** A return that is not where it has to be for this. */
  ReturnNotReady: 'return_not_ready',
  /** At least one line's stock does not suffice. */
  OutOfStock: 'out_of_stock',
  /** The money that the order was confirmed for did not come. */
  PaymentFailed: 'payment_failed',
  /** What became of the payment is known: there is nothing for an operator to state. */
  PaymentNotUnknown: 'payment_not_unknown',
  /** What an operator states of a payment cannot be, by the order's own books. */
  StatementNotPossible: 'statement_not_possible',
  /** What an operator states of a payment is not what the provider says of it. */
  ContradictsProvider: 'contradicts_provider',
  /** The idempotency key was used for something else. */
  IdempotencyConflict: 'idempotency_conflict',
  /** The database refuses to keep it, and would again. */
  RecordRefused: 'record_refused',
  /** It is not a command at all: a field is missing, or is of another kind. Only what is sent by hand can be. */
  Malformed: 'malformed',
} as const;
export type RefusalCode = (typeof RefusalCode)[keyof typeof RefusalCode];

/** A decision against a command. Nothing has changed. */
export interface CommandRefusal {
  readonly kind: 'refused';
  readonly code: RefusalCode;
  /** For people; may be shown to a client. */
  readonly message: string;
  /** The statuses that the order could go to instead. */
  readonly allowed?: readonly Status[];
}

/** Ends a decision. It never leaves the domain. */
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
