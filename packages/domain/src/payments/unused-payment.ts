import type { TenantScope } from '../kit/scope.js';
import { objectionTo, type PaymentOwner } from './payment-owner.js';

/** The provider's state of a payment that its order does not take. Amounts are in minor units of one currency. */
export interface UnusedPaymentState {
  readonly state: 'not_authorized' | 'processing' | 'authorized' | 'captured' | 'voided';
  /** Absent while the provider has not told it. */
  readonly owner?: PaymentOwner;
  readonly capturedMinor: number;
  /** Without the refund by which this order returns the payment. */
  readonly refundedElsewhereMinor: number;
}

/**
 * - `leave`: it holds nothing, or it is not this order's to return.
 * - `void`: it is held, and its hold ends.
 * - `refund`: it was captured, and all of it goes back.
 * - `keep`: it was captured and refunded in part, so it may have paid for another purchase. Only a person knows.
 */
export type UnusedPaymentAct = 'leave' | 'void' | 'refund' | 'keep';

/**
 * Decides what becomes of the payment of an order that does not take it: an order that was cancelled, or one without
 * anything to pay. A payment that gets money later (a checkout that is finished then) is judged again.
 */
export function actOnUnusedPayment(
  payment: UnusedPaymentState,
  order: TenantScope & { readonly mustBeNamed: boolean },
): UnusedPaymentAct {
  const { state, owner, capturedMinor, refundedElsewhereMinor } = payment;
  if (!owner || objectionTo(owner, order, order)) return 'leave';
  switch (state) {
    case 'not_authorized':
    case 'processing':
    case 'voided':
      return 'leave';
    case 'authorized':
      return 'void';
    case 'captured':
      if (refundedElsewhereMinor === 0) return 'refund';
      return refundedElsewhereMinor < capturedMinor ? 'keep' : 'leave';
  }
}
