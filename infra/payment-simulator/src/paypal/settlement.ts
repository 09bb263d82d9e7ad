import { LedgerOperation } from '../store/ledger.js';
import type { PayPalExecution } from './paypal-account.js';
import type { CaptureRecord, RefundRecord } from './records.js';

/** The sum of captures that have succeeded or are pending. */
export function capturedOf(captures: readonly CaptureRecord[]): number {
  return captures.reduce((sum, { status, amount }) => (status === 'DECLINED' ? sum : sum + amount), 0);
}

/** The sum of a capture's refunds that have succeeded or are pending. */
export function refundedOf({ records }: PayPalExecution, { id, authorization }: CaptureRecord): number {
  return records.refunds
    .group(authorization)
    .filter(({ capture, status }) => capture === id && status !== 'FAILED')
    .reduce((sum, { amount }) => sum + amount, 0);
}

/** Completes a capture: the merchant has the money. */
export function completeCapture(execution: PayPalExecution, capture: CaptureRecord): CaptureRecord {
  execution.enter(LedgerOperation.Capture, capture.authorization, capture.currency, capture.amount);
  return execution.putCapture({ ...capture, status: 'COMPLETED', reason: null }, 'PAYMENT.CAPTURE.COMPLETED');
}

/** Denies a pending capture. */
export function denyCapture(
  execution: PayPalExecution,
  capture: CaptureRecord,
  reason: string,
): CaptureRecord {
  return execution.putCapture({ ...capture, status: 'DECLINED', reason }, 'PAYMENT.CAPTURE.DENIED');
}

/** Completes a refund: the payer has the money. */
export function completeRefund(
  execution: PayPalExecution,
  refund: RefundRecord,
  capture: CaptureRecord,
  event: 'PAYMENT.CAPTURE.REFUNDED' | 'PAYMENT.CAPTURE.REVERSED' = 'PAYMENT.CAPTURE.REFUNDED',
): RefundRecord {
  execution.enter(LedgerOperation.Refund, refund.authorization, refund.currency, refund.amount, refund.id);
  const completed = execution.records.refunds
    .group(refund.authorization)
    .filter((each) => each.capture === capture.id && each.status === 'COMPLETED' && each.id !== refund.id)
    .reduce((sum, { amount }) => sum + amount, refund.amount);
  execution.putCapture({
    ...capture,
    status: completed >= capture.amount ? 'REFUNDED' : 'PARTIALLY_REFUNDED',
  });
  return execution.putRefund({ ...refund, status: 'COMPLETED', reason: null }, event);
}
