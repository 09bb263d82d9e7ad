import type { InvoiceStatus } from '../invoices/invoice.js';
import type { TenantScope } from '../kit/scope.js';
import type { OrderStatus } from './order-status.js';

/** What one order's ledgers, documents and history add up to. Amounts in minor units of its currency. */
export interface OrderProof extends TenantScope {
  readonly orderId: string;
  readonly number: string;
  readonly status: OrderStatus;
  readonly currency: string;
  readonly currencyExponent: number;
  readonly totalMinor: number;
  /** Absent for an order whose payment was never authorised. Sums of the ledger's entries. */
  readonly money?: {
    readonly provider: string;
    readonly reference: string;
    readonly authorizedMinor: number;
    readonly capturedMinor: number;
    readonly voidedMinor: number;
    readonly refundedMinor: number;
  };
  /** Absent for an order that was never confirmed. Sums of the payments and the credit notes. */
  readonly invoice?: {
    readonly sequence: number;
    readonly status: InvoiceStatus;
    readonly totalMinor: number;
    readonly paidMinor: number;
    readonly creditedMinor: number;
  };
  /** Units per line, as the stock ledger has them. */
  readonly lines: readonly {
    readonly lineId: string;
    readonly isStocked: boolean;
    readonly ordered: number;
    readonly reserved: number;
    readonly released: number;
    readonly shipped: number;
    readonly restocked: number;
  }[];
  readonly events: number;
  /** What does not balance, in plain words; empty when all of it does. */
  readonly faults: readonly string[];
}
