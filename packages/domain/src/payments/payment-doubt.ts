import type { Currency } from '../kit/money.js';

/** What an operator can see of a payment in the provider's dashboard. */
export const StatementOutcome = {
  Captured: 'captured',
  NotCaptured: 'not_captured',
  Voided: 'voided',
  NotVoided: 'not_voided',
  Refunded: 'refunded',
  NotRefunded: 'not_refunded',
  /** The money of a capture that the provider took back came another way: no provider has it. */
  SettledElsewhere: 'settled_elsewhere',
} as const;
export type StatementOutcome = (typeof StatementOutcome)[keyof typeof StatementOutcome];

/** Every outcome that can be stated. */
export const statementOutcomes: readonly StatementOutcome[] = Object.values(StatementOutcome);

/** What an operator states of a payment, and by what it can be checked later. Amounts in minor units. */
export interface PaymentStatement {
  readonly outcome: StatementOutcome;
  /** How much was captured or refunded. */
  readonly amountMinor?: number;
  /** The provider's own id of the capture or the refund. */
  readonly providerObjectId?: string;
  /** What was seen, where and when. */
  readonly evidence: string;
  readonly evidenceUrl?: string;
}

/** Which answer of the provider an order waits for. */
export const DoubtPhase = {
  /** Whether the money for a pending order was taken. */
  Paying: 'paying',
  /** Whether what was taken for an order that is being cancelled was given back. */
  Compensating: 'compensating',
  /** Whether a refund that was asked for was given. */
  Refunding: 'refunding',
  /** None: the provider took back the capture that the order was confirmed for. */
  TakenBack: 'taken_back',
} as const;
export type DoubtPhase = (typeof DoubtPhase)[keyof typeof DoubtPhase];

/** What is known of a payment whose last operation is in doubt: sums of the order's ledger, in minor units. */
export interface PaymentDoubt {
  readonly phase: DoubtPhase;
  readonly totalMinor: number;
  readonly authorizedMinor: number;
  readonly capturedMinor: number;
  readonly voidedMinor: number;
  readonly refundedMinor: number;
  /** Of what the provider took back, and has reported to have captured again. */
  readonly takenBack?: { readonly amountMinor: number; readonly reportedId?: string };
  /** Of the refund that is in doubt, while refunding. */
  readonly refundMinor?: number;
  /** What the sums are in. */
  readonly currency: Currency;
}

/** What the provider says of the payment at the moment of the statement. */
export interface ProviderWord {
  readonly state: 'not_authorized' | 'processing' | 'authorized' | 'captured' | 'voided';
  readonly capturedMinor: number;
  readonly refundedMinor: number;
}

/** What can be known of a payment beside the order's own books. */
export interface ProviderSource {
  /**
   * Whether the provider cannot be asked, and its word is put together from what it had said before: then what it does
   * not say proves nothing.
   */
  readonly isHearsay: boolean;
  /** Absent where the provider does not answer. */
  readonly word?: ProviderWord;
}

/** What a statement adds to the order's ledger. */
export interface StatedEntry {
  readonly operation: 'capture' | 'void' | 'refund';
  readonly amountMinor: number;
}
