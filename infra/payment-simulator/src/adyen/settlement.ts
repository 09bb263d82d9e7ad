import { LedgerOperation } from '../store/ledger.js';
import type { AdyenExecution } from './adyen-execution.js';
import type { ModificationRecord, PaymentRecord } from './adyen-records.js';

/** What Adyen says where a modification asks for more than there is. */
const insufficient = 'Insufficient balance on payment';
const notAuthorised = 'Transaction is not authorised';

const eventCodes = {
  capture: 'CAPTURE',
  cancel: 'CANCELLATION',
  refund: 'REFUND',
  reversal: 'CANCEL_OR_REFUND',
} as const satisfies Record<ModificationRecord['kind'], string>;

/** Lets a modification that was taken come true, or fail where the payment does not allow it, and announces which. */
export function settleModification(execution: AdyenExecution, received: ModificationRecord): void {
  const payment = execution.payment(received.payment);
  const action = received.kind === 'reversal' ? reversalOf(payment) : received.action;
  const modification = { ...received, action };
  const why = received.doom ?? apply(execution, modification, payment);
  execution.putModification({ ...modification, state: why === undefined ? 'succeeded' : 'failed' });
  execution.announce(payment, {
    eventCode: eventCodes[modification.kind],
    success: why === undefined,
    modification,
    amount: received.amount?.value ?? payment.amount,
    ...(why === undefined ? {} : { reason: why }),
    ...(action === null ? {} : { additionalData: { 'modification.action': action } }),
  });
}

function reversalOf(payment: PaymentRecord): 'cancel' | 'refund' {
  return payment.captured > 0 ? 'refund' : 'cancel';
}

/** Moves the money. Returns why not, where it cannot. */
function apply(
  execution: AdyenExecution,
  modification: ModificationRecord,
  payment: PaymentRecord,
): string | undefined {
  const { kind, action, amount } = modification;
  if (amount && amount.currency !== payment.currency) return 'Currency of modification does not match';
  switch (kind) {
    case 'capture':
      return capture(execution, modification, payment, amount?.value ?? payment.held);
    case 'cancel':
      return cancel(execution, modification, payment);
    case 'refund':
      return refund(execution, modification, payment, amount?.value ?? payment.captured);
    case 'reversal':
      return action === 'refund'
        ? refund(execution, modification, payment, payment.captured - payment.refunded)
        : cancel(execution, modification, payment);
  }
}

/** Takes held money, once: "by default, any unclaimed amount after a partial capture gets cancelled". */
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
 * Undoes a capture or a refund that had come true, as card schemes do days later.
 *
 * @returns false where there is nothing to undo
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
    // That it failed is what is true.
    success: true,
    modification,
    amount: amount.value,
    reason,
  });
  return true;
}

/** Lets an authorisation lapse. False where nothing is held. */
export function expirePayment(execution: AdyenExecution, payment: PaymentRecord): boolean {
  if (payment.status !== 'authorised' || payment.held === 0) return false;
  execution.putPayment({ ...payment, status: 'expired', held: 0 });
  execution.enter(LedgerOperation.Void, payment, payment.held);
  execution.announce(payment, { eventCode: 'EXPIRE', success: true, amount: payment.amount });
  return true;
}
