import {
  disputesIn,
  DisputeStatus,
  isDisputeOperation,
  type Dispute,
  type DisputeOperation,
} from '../payments/dispute.js';
import { OrderFlag } from './order-flag.js';

/** An entry of the ledger of an order's payment, or a refund that the provider declined at once. */
export interface PaymentMovement {
  readonly operation:
    | 'authorize'
    | 'capture'
    | 'capture_failed'
    | 'void'
    | 'refund'
    | 'refund_elsewhere'
    | 'refund_failed'
    /** The ledger has no entry of such a refund. */
    | 'refund_declined'
    | DisputeOperation;
  readonly amountMinor: number;
  /** The provider's id of the movement. */
  readonly objectId?: string;
}

/** Flags that an order has, and flags that it does not have. Other flags do not depend on the ledger. */
export interface LedgerFlags {
  readonly raised: readonly OrderFlag[];
  readonly cleared: readonly OrderFlag[];
}

const {
  AuthorizationExpired,
  AuthorizationExpiring,
  CaptureDeclined,
  Disputed,
  DisputeLost,
  Overpaid,
  RefundFailed,
  UnusedPaymentKept,
} = OrderFlag;

/** Flags of money that is only held. */
const flagsOfHold: readonly OrderFlag[] = [AuthorizationExpiring, AuthorizationExpired, CaptureDeclined];

/**
 * The flags that follow from all movements of an order's payment, in their sequence. Every writer of a movement sets them,
 * so that no flag outlives its cause.
 *
 * @param chargeMinor see `chargeMinor`
 */
export function ledgerFlags(chargeMinor: number, movements: readonly PaymentMovement[]): LedgerFlags {
  const sumOf = sumsOf(movements);
  const disputes = disputesAmong(movements);
  const keptMinor =
    sumOf('capture') -
    sumOf('capture_failed') -
    (sumOf('refund', 'refund_elsewhere') - sumOf('refund_failed')) -
    disputes.reduce((sum, { heldMinor }) => sum + heldMinor, 0);
  const conditions: readonly (readonly [OrderFlag, boolean])[] = [
    [Overpaid, keptMinor > chargeMinor],
    [RefundFailed, keptMinor > 0 && owedMinor(movements) > 0],
    [Disputed, disputes.some(({ status }) => status === DisputeStatus.Open)],
    [DisputeLost, disputes.some(({ status }) => status === DisputeStatus.Lost)],
  ];
  // A captured or voided authorisation cannot expire, nor be declined.
  const isHeld = sumOf('capture', 'void') === 0;
  return {
    raised: conditions.flatMap(([flag, holds]) => (holds ? flag : [])),
    cleared: [
      ...conditions.flatMap(([flag, holds]) => (holds ? [] : flag)),
      ...(isHeld ? [] : flagsOfHold),
      ...(keptMinor > 0 ? [] : [UnusedPaymentKept]),
    ],
  };
}

/** The disputes among the movements of a payment. */
export const disputesAmong = (movements: readonly PaymentMovement[]): readonly Dispute[] =>
  disputesIn(
    movements.flatMap(({ operation, amountMinor, objectId = '' }) =>
      isDisputeOperation(operation) ? { operation, amountMinor, disputeId: objectId } : [],
    ),
  );

/** The amount of failed refunds that no later refund replaces. */
function owedMinor(movements: readonly PaymentMovement[]): number {
  return movements.reduce((owed, { operation, amountMinor }) => {
    switch (operation) {
      case 'refund_failed':
      case 'refund_declined':
        return owed + amountMinor;
      case 'refund':
      case 'refund_elsewhere':
        return Math.max(0, owed - amountMinor);
      default:
        return owed;
    }
  }, 0);
}

const sumsOf =
  (movements: readonly PaymentMovement[]) =>
  (...operations: readonly PaymentMovement['operation'][]): number =>
    movements
      .filter(({ operation }) => operations.includes(operation))
      .reduce((sum, { amountMinor }) => sum + amountMinor, 0);
