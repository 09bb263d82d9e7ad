import { LedgerOperation } from '../store/ledger.js';
import type { AdyenExecution } from './adyen-execution.js';
import type { ModificationRecord, PaymentRecord } from './adyen-records.js';
import { newPspReference } from './psp-reference.js';

/** Adyen's reason for a modification above the available amount. */
const insufficient = 'Insufficient balance on payment';
const notAuthorised = 'Transaction is not authorised';

const eventCodes = {
  capture: 'CAPTURE',
  cancel: 'CANCELLATION',
  refund: 'REFUND',
} as const satisfies Record<ModificationRecord['kind'], string>;

/** Settles a received modification and announces the outcome. It fails if the payment does not allow it. */
export function settleModification(execution: AdyenExecution, received: ModificationRecord): void {
  const payment = execution.payment(received.payment);
  const why = received.failureReason ?? apply(execution, received, payment);
  execution.putModification({ ...received, state: why === undefined ? 'succeeded' : 'failed' });
  execution.announce(payment, {
    eventCode: eventCodes[received.kind],
    success: why === undefined,
    modification: received,
    amount: received.amount?.value ?? payment.amount,
    ...(why === undefined ? {} : { reason: why }),
  });
}

/** Moves the money. @returns the reason of a failure */
function apply(
  execution: AdyenExecution,
  modification: ModificationRecord,
  payment: PaymentRecord,
): string | undefined {
  const { kind, amount } = modification;
  if (amount && amount.currency !== payment.currency) return 'Currency of modification does not match';
  switch (kind) {
    case 'capture':
      return capture(execution, modification, payment, amount?.value ?? payment.held);
    case 'cancel':
      return cancel(execution, modification, payment);
    case 'refund':
      return refund(execution, modification, payment, amount?.value ?? payment.captured);
  }
}

/** Captures held money, once: "by default, any unclaimed amount after a partial capture gets cancelled". */
function capture(
  execution: AdyenExecution,
  modification: ModificationRecord,
  payment: PaymentRecord,
  amount: number,
): string | undefined {
  if (payment.status !== 'authorised') return notAuthorised;
  if (amount > payment.held) return insufficient;
  execution.putPayment({ ...payment, held: 0, captured: payment.captured + amount });
  execution.enter(LedgerOperation.Capture, payment, amount, modification);
  return undefined;
}

function cancel(
  execution: AdyenExecution,
  modification: ModificationRecord,
  payment: PaymentRecord,
): string | undefined {
  if (payment.status !== 'authorised') return notAuthorised;
  if (payment.held === 0) return 'Transaction has already been captured';
  execution.putPayment({ ...payment, status: 'cancelled', held: 0 });
  execution.enter(LedgerOperation.Void, payment, payment.held, modification);
  return undefined;
}

function refund(
  execution: AdyenExecution,
  modification: ModificationRecord,
  payment: PaymentRecord,
  amount: number,
): string | undefined {
  if (amount > payment.captured - payment.refunded) return insufficient;
  execution.putPayment({ ...payment, refunded: payment.refunded + amount });
  execution.enter(LedgerOperation.Refund, payment, amount, modification);
  return undefined;
}

/**
 * Reverts a successful capture or refund, as card schemes do days later.
 *
 * @returns false if there is nothing to revert
 */
export function failSettled(
  execution: AdyenExecution,
  modification: ModificationRecord,
  reason: string,
): boolean {
  const { kind, state, amount } = modification;
  if (state !== 'succeeded' || amount === null || (kind !== 'capture' && kind !== 'refund')) return false;
  const payment = execution.payment(modification.payment);
  const captured = kind === 'capture';
  execution.putPayment(
    captured
      ? { ...payment, captured: payment.captured - amount.value }
      : { ...payment, refunded: payment.refunded - amount.value },
  );
  execution.enter(
    captured ? LedgerOperation.CaptureFailed : LedgerOperation.RefundFailed,
    payment,
    amount.value,
    modification,
  );
  execution.putModification({ ...modification, state: 'failed' });
  execution.announce(payment, {
    eventCode: captured ? 'CAPTURE_FAILED' : 'REFUND_FAILED',
    // The event itself is the failure.
    success: true,
    modification,
    amount: amount.value,
    reason,
  });
  return true;
}

/**
 * Refunds captured money as a person does in Adyen's Customer Area: at once, and without a reference of a caller.
 *
 * @returns the refund; undefined if the payment has not as much money left
 */
export function refundPayment(
  execution: AdyenExecution,
  payment: PaymentRecord,
  amount: number,
): ModificationRecord | undefined {
  if (amount === 0 || amount > payment.captured - payment.refunded) return undefined;
  const made: ModificationRecord = {
    ...{ id: newPspReference(), payment: payment.id, kind: 'refund', state: 'received', failureReason: null },
    amount: { currency: payment.currency, value: amount },
    ...{ reference: payment.merchantReference, dueMs: execution.nowMs, idempotencyKey: null, request: null },
  };
  settleModification(execution, made);
  return made;
}

/** Expires an authorisation. @returns false if nothing is held */
export function expirePayment(execution: AdyenExecution, payment: PaymentRecord): boolean {
  if (payment.status !== 'authorised' || payment.held === 0) return false;
  execution.putPayment({ ...payment, status: 'expired', held: 0 });
  execution.enter(LedgerOperation.Void, payment, payment.held);
  execution.announce(payment, { eventCode: 'EXPIRE', success: true, amount: payment.amount });
  return true;
}
