import { newObjectId } from './ids.js';
import { renderMoney } from './money.js';
import type { PayPalAccount } from './paypal-account.js';
import type { CaptureRecord } from './records.js';
import { completeRefund, refundedOf } from './settlement.js';

/**
 * Simulates a refund that no caller of the API asked for: in PayPal's dashboard, or a reversal by PayPal itself.
 *
 * @param wanted the rest of the capture by default
 * @returns the id of the refund; undefined when the capture has not as much money left
 */
export function giveBack(
  account: PayPalAccount,
  capture: CaptureRecord,
  event: 'PAYMENT.CAPTURE.REFUNDED' | 'PAYMENT.CAPTURE.REVERSED',
  wanted?: number,
): string | undefined {
  const execution = account.begin();
  const { amount: whole, currency, authorization, order, status } = capture;
  const left = whole - refundedOf(execution, capture);
  const amount = wanted ?? left;
  if (status === 'PENDING' || status === 'DECLINED' || amount === 0 || amount > left) return undefined;
  const now = execution.nowSeconds;
  const record = {
    id: newObjectId(),
    capture: capture.id,
    authorization,
    order,
    amount,
    currency,
    status: 'PENDING' as const,
    reason: null,
    customId: null,
    invoiceId: null,
    created: now,
    updated: now,
  };
  completeRefund(execution, record, capture, event);
  account.commit(execution);
  return record.id;
}

/**
 * The outcomes of a dispute, with those by which the payer gets the merchant's money.
 *
 * @see https://developer.paypal.com/docs/api/customer-disputes/v1/#definition-dispute_outcome
 */
export const disputeOutcomes = [
  'RESOLVED_BUYER_FAVOUR',
  'RESOLVED_SELLER_FAVOUR',
  'RESOLVED_WITH_PAYOUT',
  'CANCELED_BY_BUYER',
  'ACCEPTED',
  'DENIED',
] as const;
export type DisputeOutcome = (typeof disputeOutcomes)[number];

/**
 * Simulates a dispute by the payer. No money moves.
 *
 * @returns the id of the dispute
 */
export function disputeCapture(account: PayPalAccount, capture: CaptureRecord): string {
  const id = `PP-D-${newObjectId()}`;
  announceDispute(account, capture, 'CUSTOMER.DISPUTE.CREATED', { dispute_id: id, status: 'OPEN' });
  return id;
}

/** Ends a dispute of a capture. Lost by the merchant, the rest of the capture goes back to the payer. */
export function resolveDispute(
  account: PayPalAccount,
  capture: CaptureRecord,
  id: string,
  outcome: DisputeOutcome,
): void {
  if (outcome === 'RESOLVED_BUYER_FAVOUR' || outcome === 'ACCEPTED') {
    giveBack(account, capture, 'PAYMENT.CAPTURE.REVERSED');
  }
  announceDispute(account, capture, 'CUSTOMER.DISPUTE.RESOLVED', {
    dispute_id: id,
    status: 'RESOLVED',
    dispute_outcome: { outcome_code: outcome },
  });
}

function announceDispute(
  account: PayPalAccount,
  capture: CaptureRecord,
  event: 'CUSTOMER.DISPUTE.CREATED' | 'CUSTOMER.DISPUTE.RESOLVED',
  said: object,
): void {
  const execution = account.begin();
  execution.announce(event, capture.authorization, 'dispute', {
    ...said,
    create_time: new Date(execution.nowMs).toISOString(),
    disputed_transactions: [{ seller_transaction_id: capture.id }],
    reason: 'MERCHANDISE_OR_SERVICE_NOT_RECEIVED',
    dispute_amount: renderMoney(capture),
  });
  account.commit(execution);
}
