import type { Currency } from '../kit/money.js';

/** The outcomes of a payment that an operator can read in the provider's dashboard. */
export const StatementOutcome = {
  Captured: 'captured',
  NotCaptured: 'not_captured',
  Voided: 'voided',
  NotVoided: 'not_voided',
  Refunded: 'refunded',
  NotRefunded: 'not_refunded',
  /** The money of a reversed capture came another way, through no provider. */
  SettledElsewhere: 'settled_elsewhere',
} as const;
export type StatementOutcome = (typeof StatementOutcome)[keyof typeof StatementOutcome];

export const statementOutcomes: readonly StatementOutcome[] = Object.values(StatementOutcome);

/** An operator's statement about a payment, with evidence for a later check. Amounts are in minor units. */
export interface PaymentStatement {
  readonly outcome: StatementOutcome;
  /** The captured or refunded amount. */
  readonly amountMinor?: number;
  /** The provider's own id of the capture or the refund. */
  readonly providerObjectId?: string;
  /** The observation, with its place and time. */
  readonly evidence: string;
  readonly evidenceUrl?: string;
}

/** The answer of the provider that an order waits for. */
export const DoubtPhase = {
  /** The outcome of the capture for a pending order. */
  Paying: 'paying',
  /** The outcome of the void or refund for an order under cancellation. */
  Compensating: 'compensating',
  /** The outcome of a requested refund. */
  Refunding: 'refunding',
  /** No answer is open: the provider reversed the capture that the order was confirmed for. */
  CaptureReversed: 'taken_back',
} as const;
export type DoubtPhase = (typeof DoubtPhase)[keyof typeof DoubtPhase];

/** A payment whose last operation is in doubt, as sums of the order's ledger in minor units. */
export interface PaymentDoubt {
  readonly phase: DoubtPhase;
  /** See `chargeMinor`. */
  readonly chargeMinor: number;
  readonly authorizedMinor: number;
  readonly capturedMinor: number;
  readonly voidedMinor: number;
  readonly refundedMinor: number;
  /** The reversed capture, and the id of the second capture once the provider reports one. */
  readonly reversedCapture?: { readonly amountMinor: number; readonly reportedId?: string };
  /** The amount of the refund in doubt. Present in phase `refunding`. */
  readonly refundMinor?: number;
  /** The currency of the sums. */
  readonly currency: Currency;
}

/** The provider's state of the payment at the time of the statement. */
export interface ProviderWord {
  readonly state: 'not_authorized' | 'processing' | 'authorized' | 'captured' | 'voided';
  readonly capturedMinor: number;
  readonly refundedMinor: number;
}

/** The provider's view of a payment, beside the order's own ledger. */
export interface ProviderSource {
  /**
   * Whether the provider was not asked, since it cannot be. `word` is then derived from its earlier notifications, and
   * a missing notification proves nothing.
   */
  readonly isUnasked: boolean;
  /** Absent if the provider does not answer. */
  readonly word?: ProviderWord;
}

/** An entry that a statement adds to the order's ledger. */
export interface StatedEntry {
  readonly operation: 'capture' | 'void' | 'refund';
  readonly amountMinor: number;
}
