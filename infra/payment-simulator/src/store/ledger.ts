import { Collection, type StoredRecord } from './collection.js';
import type { Transaction } from './transaction.js';

/** The movements of money. */
export const LedgerOperation = {
  /** An amount is held on the customer's card. */
  Authorize: 'authorize',
  /** Held money is captured. */
  Capture: 'capture',
  /** A completed capture failed later; the merchant has lost its money. */
  CaptureFailed: 'capture_failed',
  /** The whole hold is released, by cancellation or expiry. A partial capture itself releases the rest. */
  Void: 'void',
  /** Captured money is refunded. */
  Refund: 'refund',
  /** A refund failed later; the merchant has its money again. */
  RefundFailed: 'refund_failed',
} as const;
export type LedgerOperation = (typeof LedgerOperation)[keyof typeof LedgerOperation];

/** One movement. Entries are numbered, and never changed or removed. */
export interface LedgerEntry extends StoredRecord {
  readonly sequence: number;
  /** ISO 8601, by the simulator's clock. */
  readonly at: string;
  readonly provider: 'stripe' | 'adyen' | 'paypal';
  readonly operation: LedgerOperation;
  readonly payment_intent: string;
  /** In the provider's minor units. */
  readonly amount: number;
  readonly currency: string;
  /** Null for changes by the provider itself, and for requests without a key. */
  readonly idempotency_key: string | null;
  readonly request: string | null;
  readonly refund: string | null;
}

export interface LedgerTotals {
  readonly authorized: number;
  /** Captures without failed ones. */
  readonly captured: number;
  readonly voided: number;
  /** Refunds without failed ones. */
  readonly refunded: number;
}

export type Ledger = Collection<LedgerEntry>;

export const createLedger = (): Ledger =>
  new Collection<LedgerEntry>('ledger', ({ payment_intent }) => payment_intent);

/** Adds entries within a transaction, with the next numbers of the ledger. */
export function addEntries(
  transaction: Transaction,
  ledger: Ledger,
  entries: readonly Omit<LedgerEntry, 'id' | 'sequence'>[],
): void {
  let sequence = ledger.size;
  for (const entry of entries) {
    do sequence += 1;
    while (transaction.get(ledger, String(sequence)));
    transaction.put(ledger, { id: String(sequence), sequence, ...entry });
  }
}

/** Sums entries of one currency. */
export function totalsOf(entries: Iterable<LedgerEntry>): LedgerTotals {
  const sums: Record<LedgerOperation, number> = {
    authorize: 0,
    capture: 0,
    capture_failed: 0,
    void: 0,
    refund: 0,
    refund_failed: 0,
  };
  for (const { operation, amount } of entries) sums[operation] += amount;
  return {
    authorized: sums.authorize,
    captured: sums.capture - sums.capture_failed,
    voided: sums.void,
    refunded: sums.refund - sums.refund_failed,
  };
}
