import { refused, RefusalCode, type RefusedError } from '../kit/refusal.js';
import { requestableStatuses, type OrderStatus as Status } from './order-status.js';

// Decisions against a command, to be thrown. Nothing has changed.

const refusedAs =
  (code: RefusalCode) =>
  (message: string): RefusedError =>
    refused(code, message);

export const notAvailable = refusedAs(RefusalCode.QuantityNotAvailable);
export const noMoney = refusedAs(RefusalCode.AmountNotAvailable);
export const partNotFound = refusedAs(RefusalCode.PartNotFound);
export const goodsNotReturned = refusedAs(RefusalCode.GoodsNotReturned);
export const returnNotReady = refusedAs(RefusalCode.ReturnNotReady);
export const notPaidFor = refusedAs(RefusalCode.PaymentFailed);
export const disputed = refusedAs(RefusalCode.PaymentDisputed);
export const refundedElsewhere = refusedAs(RefusalCode.PaymentRefunded);
export const malformed = refusedAs(RefusalCode.Malformed);
export const paymentNotUnknown = refusedAs(RefusalCode.PaymentNotUnknown);
export const statementNotPossible = refusedAs(RefusalCode.StatementNotPossible);
export const contradictsProvider = refusedAs(RefusalCode.ContradictsProvider);

/** A refusal that names the statuses that the order could go to instead. */
export function notAllowed({ status }: { readonly status: Status }, why: string): RefusedError {
  const allowed = requestableStatuses(status);
  return refused(RefusalCode.TransitionNotAllowed, why, { details: { allowed } });
}
