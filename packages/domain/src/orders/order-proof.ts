import type { InvoiceStatus } from '../invoices/invoice-status.js';
import type { Dispute } from '../payments/dispute.js';
import type { TenantScope } from '../kit/scope.js';
import type { OrderFlag } from './order-flag.js';
import type { OrderStatus } from './order-status.js';

/** The sums of one order's ledgers, documents and history. Amounts are in minor units of its currency. */
export interface OrderProof extends TenantScope {
  readonly orderId: string;
  readonly number: string;
  readonly status: OrderStatus;
  readonly currency: string;
  readonly currencyExponent: number;
  readonly totalMinor: number;
  /** See `chargeMinor`. */
  readonly chargeMinor: number;
  /** Sums of the payment ledger. Absent if the payment was never authorised. */
  readonly money?: {
    readonly provider: string;
    readonly reference: string;
    readonly authorizedMinor: number;
    readonly capturedMinor: number;
    readonly voidedMinor: number;
    readonly refundedMinor: number;
    /** Taken for disputes and not given back. */
    readonly disputedMinor: number;
  };
  readonly disputes: readonly Dispute[];
  /** Sums of the payments and credit notes. Absent if the order was never confirmed. */
  readonly invoice?: {
    readonly sequence: number;
    readonly status: InvoiceStatus;
    readonly totalMinor: number;
    readonly paidMinor: number;
    readonly creditedMinor: number;
  };
  /** Units per line: `ordered`, `cancelled` and `returnedToSender` by the order's records, the others by the stock ledger. */
  readonly lines: readonly {
    readonly lineId: string;
    readonly isStocked: boolean;
    readonly ordered: number;
    readonly cancelled: number;
    readonly reserved: number;
    readonly released: number;
    readonly shipped: number;
    readonly returnedToSender: number;
    readonly restocked: number;
  }[];
  readonly events: number;
  readonly flags: readonly OrderFlag[];
  /** Imbalances, in plain words. Empty if everything balances. */
  readonly faults: readonly string[];
  /** Outcomes that are still unknown, in plain words. */
  readonly unsettled: readonly string[];
}

/** Whether goods, money and paper agree: `unsettled` where they may, and an outcome is still unknown. */
export type ProofVerdict = boolean | 'unsettled';

export function verdictOf({ faults, unsettled }: Pick<OrderProof, 'faults' | 'unsettled'>): ProofVerdict {
  if (faults.length > 0) return false;
  return unsettled.length > 0 ? 'unsettled' : true;
}
