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
 * Simulates a dispute by the payer. No money moves.
 *
 * @returns the id of the dispute
 */
export function disputeCapture(account: PayPalAccount, capture: CaptureRecord): string {
  const execution = account.begin();
  const id = `PP-D-${newObjectId()}`;
  execution.announce('CUSTOMER.DISPUTE.CREATED', capture.authorization, 'dispute', {
    dispute_id: id,
    create_time: new Date(execution.nowMs).toISOString(),
    disputed_transactions: [{ seller_transaction_id: capture.id }],
    reason: 'MERCHANDISE_OR_SERVICE_NOT_RECEIVED',
    status: 'OPEN',
    dispute_amount: renderMoney(capture),
  });
  account.commit(execution);
  return id;
}
