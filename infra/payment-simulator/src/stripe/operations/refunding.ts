import { LedgerOperation } from '../../store/ledger.js';
import { formatAmount, multipleProblem } from '../currencies.js';
import { isChargedBack } from '../disputes.js';
import { refundFailureReason } from '../declines.js';
import type { Execution } from '../execution.js';
import { newObjectId } from '../ids.js';
import { findPaymentMethod } from '../payment-methods.js';
import type { ChargeRecord, IntentRecord, RefundRecord } from '../records.js';
import { invalidRequest } from '../stripe-error.js';
import { requireIntent } from './payment-intent-operations.js';
import { chargeOf } from './settlement.js';

export interface Refundable {
  readonly intent: IntentRecord;
  readonly charge: ChargeRecord;
}

/**
 * Finds the captured charge of a payment.
 *
 * @throws StripeError 404 for an unknown payment, 400 for an uncaptured one
 */
export function findRefundable(execution: Execution, intentId: string): Refundable {
  const intent = requireIntent(execution, intentId, 'payment_intent');
  const charge = intent.latest_charge === null ? undefined : chargeOf(execution, intent);
  if (!charge?.captured) {
    const message = `This PaymentIntent (${intent.id}) does not have a successful charge to refund.`;
    throw invalidRequest(message, { param: 'payment_intent' });
  }
  return { intent, charge };
}

/**
 * Refunds the rest of a charge or a part of it. Can be repeated while something is left.
 *
 * If the issuer refuses the money, the refund gets the status `failed`; there is no error.
 *
 * @throws StripeError 400 for more than is left, and for a charge that the bank has taken back or may take back
 * @see https://docs.stripe.com/api/refunds/create
 * @see https://docs.stripe.com/refunds#failed-refunds
 */
export function createRefund(
  execution: Execution,
  { intent, charge }: Refundable,
  given: Pick<RefundRecord, 'reason' | 'metadata'> & { readonly amount: number | undefined },
): RefundRecord {
  const { currency } = charge;
  const left = charge.amount - charge.amount_refunded;
  const amount = given.amount ?? left;
  if (left === 0) {
    const message = `Charge ${charge.id} has already been refunded.`;
    throw invalidRequest(message, { code: 'charge_already_refunded' });
  }
  if (isChargedBack(execution, charge)) {
    const message = `Charge ${charge.id} has been charged back; cannot issue a refund.`;
    throw invalidRequest(message, { code: 'charge_disputed' });
  }
  if (amount > left) {
    const bound = left === charge.amount ? 'charge amount' : 'unrefunded amount on charge';
    const message =
      `Refund amount (${formatAmount(amount, currency)}) is greater than ${bound} ` +
      `(${formatAmount(left, currency)})`;
    throw invalidRequest(message, { param: 'amount' });
  }
  const problem = multipleProblem(amount, currency, 'amount');
  if (problem) throw problem;
  const declineCode = execution.issuerDecline();
  const refund: RefundRecord = {
    id: newObjectId('re'),
    amount,
    charge: charge.id,
    created: execution.nowSeconds,
    currency,
    failure_reason: null,
    metadata: given.metadata,
    payment_intent: intent.id,
    reason: given.reason,
    status: findPaymentMethod(charge.payment_method)?.refund ?? 'succeeded',
  };
  execution.enter(LedgerOperation.Refund, intent, amount, refund.id);
  execution.putCharge({ ...charge, amount_refunded: charge.amount_refunded + amount }, 'charge.refunded');
  execution.putRefund(refund, 'refund.created');
  return declineCode === undefined ? refund : failRefund(execution, refund, refundFailureReason(declineCode));
}

/** Fails a refund. The merchant has its money again and can refund it again. */
export function failRefund(execution: Execution, refund: RefundRecord, reason: string): RefundRecord {
  const { transaction, records } = execution;
  const charge = transaction.get(records.charges, refund.charge);
  if (!charge) throw new Error(`refund ${refund.id} has no charge`);
  execution.enter(
    LedgerOperation.RefundFailed,
    { id: refund.payment_intent, currency: refund.currency },
    refund.amount,
    refund.id,
  );
  execution.putCharge({ ...charge, amount_refunded: charge.amount_refunded - refund.amount });
  return execution.putRefund(
    { ...refund, status: 'failed', failure_reason: reason },
    'refund.updated',
    'refund.failed',
    'charge.refund.updated',
  );
}

/** Completes a pending refund. */
export function succeedRefund(execution: Execution, refund: RefundRecord): RefundRecord {
  return execution.putRefund({ ...refund, status: 'succeeded' }, 'refund.updated', 'charge.refund.updated');
}
