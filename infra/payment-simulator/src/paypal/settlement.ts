import { LedgerOperation } from '../store/ledger.js';
import type { PayPalExecution } from './paypal-account.js';
import type { CaptureRecord, RefundRecord } from './records.js';

/** What captures have taken, or are about to. */
export function capturedOf(captures: readonly CaptureRecord[]): number {
  return captures.reduce((sum, { status, amount }) => (status === 'DECLINED' ? sum : sum + amount), 0);
}

/** What was given back of a capture, or is about to be. */
export function refundedOf({ books }: PayPalExecution, { id, root }: CaptureRecord): number {
  return books.refunds
    .group(root)
    .filter(({ capture, status }) => capture === id && status !== 'FAILED')
    .reduce((sum, { amount }) => sum + amount, 0);
}

/** The money of a capture is the merchant's. */
export function completeCapture(execution: PayPalExecution, capture: CaptureRecord): CaptureRecord {
  execution.enter(LedgerOperation.Capture, capture, capture.amount);
  return execution.putCapture({ ...capture, status: 'COMPLETED', reason: null }, 'PAYMENT.CAPTURE.COMPLETED');
}

/** A capture that was pending comes to nothing. */
export function denyCapture(
  execution: PayPalExecution,
  capture: CaptureRecord,
  reason: string,
): CaptureRecord {
  return execution.putCapture({ ...capture, status: 'DECLINED', reason }, 'PAYMENT.CAPTURE.DENIED');
}

/** The money of a refund is the payer's. */
export function completeRefund(
  execution: PayPalExecution,
  refund: RefundRecord,
  capture: CaptureRecord,
  event: 'PAYMENT.CAPTURE.REFUNDED' | 'PAYMENT.CAPTURE.REVERSED' = 'PAYMENT.CAPTURE.REFUNDED',
): RefundRecord {
  execution.enter(LedgerOperation.Refund, refund, refund.amount, refund.id);
  const completed = execution.books.refunds
    .group(refund.root)
    .filter((each) => each.capture === capture.id && each.status === 'COMPLETED' && each.id !== refund.id)
    .reduce((sum, { amount }) => sum + amount, refund.amount);
  execution.putCapture({
    ...capture,
    status: completed >= capture.amount ? 'REFUNDED' : 'PARTIALLY_REFUNDED',
  });
  return execution.putRefund({ ...refund, status: 'COMPLETED', reason: null }, event);
}
