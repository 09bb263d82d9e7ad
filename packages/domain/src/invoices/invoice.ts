import type { Address } from '../kit/address.js';
import type { OrderTotals, PricedLine } from '../kit/line-amounts.js';
import { refused, RefusalCode, type RefusedError } from '../kit/refusal.js';
import { InvoiceStatus } from './invoice-status.js';
import type { Seller } from './seller.js';

/** Why an invoice was taken back, in part or as a whole. */
export const CreditNoteReason = {
  /** Money was given back. */
  Refund: 'refund',
  /** A refund failed after it was credited: takes its credit note back, so its amount is below zero. */
  RefundFailed: 'refund_failed',
  /** Units of an order that pays by invoice were cancelled. */
  UnitsCancelled: 'units_cancelled',
  /** The order was cancelled: all that was left of its invoice. */
  OrderCancelled: 'order_cancelled',
  /** Nothing of the order reached the customer: all of an invoice that nobody has paid. */
  OrderUndelivered: 'order_undelivered',
  /** Somebody voided the invoice: all that was left of it. */
  InvoiceVoided: 'invoice_voided',
} as const;
export type CreditNoteReason = (typeof CreditNoteReason)[keyof typeof CreditNoteReason];

/** Every reason of a credit note. */
export const creditNoteReasons: readonly CreditNoteReason[] = Object.values(CreditNoteReason);

/** A line of an invoice: that of its order. */
export interface InvoiceLine extends PricedLine {
  readonly id: string;
  readonly productTitle?: string;
  readonly variantTitle?: string;
  readonly sku?: string;
}

/** A credit note cancels an issued invoice. Amounts in minor units of its currency, times in ISO 8601 in UTC. */
export interface CreditNote {
  readonly id: string;
  /** Counts the organisation's credit notes, without gaps. */
  readonly sequence: number;
  readonly reason: CreditNoteReason;
  /** Of the refund that it is for. */
  readonly refundId?: string;
  /** Of the cancellation that it is for. */
  readonly cancellationId?: string;
  readonly amountMinor: number;
  /** The money of each line that its refund or cancellation names. Empty where none is named. */
  readonly lines: readonly { readonly lineId: string; readonly amountMinor: number }[];
  readonly createdAt: string;
}

/** An invoice, as it is read. */
export interface Invoice {
  readonly id: string;
  /** Counts the organisation's invoices, without gaps. */
  readonly sequence: number;
  readonly orderId: string;
  readonly orderNumber: string;
  readonly customerId?: string;
  readonly customerRef?: string;
  /**
   * The recipient: the order's billing address, or else its shipping address. An issued invoice has its own copy, and a
   * draft the order's present one.
   */
  readonly billTo?: Address;
  /** The order's shipping address, copied as the recipient is. */
  readonly shipTo?: Address;
  /** The organisation's seller, copied as the recipient is. Absent where the organisation had none. */
  readonly seller?: Seller;
  readonly status: InvoiceStatus;
  readonly currency: string;
  readonly currencyExponent: number;
  readonly lines: readonly InvoiceLine[];
  /** The parts of the total. */
  readonly totals: OrderTotals;
  readonly totalMinor: number;
  readonly paidMinor: number;
  /** The sum of the credit notes. */
  readonly creditedMinor: number;
  /** The sum of the credit notes for cancelled units, which have not to be paid. */
  readonly cancelledMinor: number;
  /** The oldest first. */
  readonly creditNotes: readonly CreditNote[];
  readonly createdAt: string;
  readonly issuedAt?: string;
  readonly paidAt?: string;
  readonly voidedAt?: string;
}

/** Money that was received for an invoice, as it is read. */
export interface InvoicePayment {
  readonly id: string;
  readonly invoiceId: string;
  readonly currency: string;
  readonly currencyExponent: number;
  readonly amountMinor: number;
  readonly method: string;
  readonly reference?: string;
  readonly recordedAt: string;
}

/** Renders an invoice's number, such as `INV-000042`. */
export function invoiceNumber(sequence: number): string {
  return `INV-${String(sequence).padStart(6, '0')}`;
}

/** Renders the number of a credit note, such as `CN-000007`. */
export function creditNoteNumber(sequence: number): string {
  return `CN-${String(sequence).padStart(6, '0')}`;
}

/** The unpaid amount of an invoice; 0 for a void one. */
export function amountDueMinor({
  status,
  totalMinor,
  paidMinor,
  cancelledMinor,
}: Pick<Invoice, 'status' | 'totalMinor' | 'paidMinor' | 'cancelledMinor'>): number {
  return status === InvoiceStatus.Void ? 0 : Math.max(totalMinor - cancelledMinor - paidMinor, 0);
}

/** Money that was received for an invoice, apart from what a payment provider does. */
export interface ReceivedMoney {
  readonly currency: string;
  readonly amountMinor: number;
  readonly method: string;
  /** The payer's or the bank's own reference; the same one twice is one payment. */
  readonly reference?: string;
}

/** All that a decision about an invoice depends on. Amounts in minor units of its currency. */
export interface InvoiceFacts {
  readonly id: string;
  readonly status: InvoiceStatus;
  readonly currency: string;
  readonly totalMinor: number;
  readonly paidMinor: number;
  /** Credited for cancelled units. */
  readonly cancelledMinor: number;
  readonly payments: readonly (ReceivedMoney & { readonly id: string })[];
}

interface StatusChange {
  readonly from: InvoiceStatus;
  readonly to: InvoiceStatus;
}

const notAllowed = (message: string): RefusedError => refused(RefusalCode.TransitionNotAllowed, message);

/**
 * Issues a draft, which nothing changes any more then. One over nothing is paid at once.
 *
 * @throws RefusedError, as the functions below
 */
export function decideIssue({ status, totalMinor }: InvoiceFacts): StatusChange {
  if (status !== InvoiceStatus.Draft) throw notAllowed(`an invoice that is ${status} cannot be issued`);
  return { from: status, to: totalMinor === 0 ? InvoiceStatus.Paid : InvoiceStatus.Issued };
}

/** Voids an invoice that nothing was paid of. What was paid is credited when the order is cancelled. */
export function decideVoid({ status, paidMinor }: InvoiceFacts): StatusChange {
  if (status === InvoiceStatus.Void) throw notAllowed('the invoice is void already');
  if (paidMinor > 0) throw notAllowed('an invoice that money was received for cannot be voided');
  if (status === InvoiceStatus.Paid) throw notAllowed('an invoice that is paid cannot be voided');
  return { from: status, to: InvoiceStatus.Void };
}

/** The effect of a payment: the earlier record of its reference, or a new one. */
export type PaymentEffect =
  | { readonly kind: 'recorded_before'; readonly paymentId: string }
  | { readonly kind: 'new'; readonly issuesFirst: boolean; readonly paidBeforeMinor: number };

/** Accepts a part or exactly what is due, never more. A draft is issued by its first payment. */
export function decidePayment(invoice: InvoiceFacts, payment: ReceivedMoney): PaymentEffect {
  if (payment.currency !== invoice.currency) {
    const message = `the invoice is in ${invoice.currency}, the payment in ${payment.currency}`;
    throw refused(RefusalCode.CurrencyMismatch, message, { field: 'currency' });
  }
  const { reference } = payment;
  const earlier = invoice.payments.find((made) => reference !== undefined && made.reference === reference);
  if (earlier) {
    const isSame = earlier.amountMinor === payment.amountMinor && earlier.method === payment.method;
    if (isSame) return { kind: 'recorded_before', paymentId: earlier.id };
    const message = 'another payment of this invoice has this reference';
    throw refused(RefusalCode.ReferenceInUse, message, { field: 'reference' });
  }
  if (!Number.isSafeInteger(payment.amountMinor) || payment.amountMinor < 1) {
    throw amountRefused('the amount must be more than nothing');
  }
  if (invoice.status === InvoiceStatus.Void || invoice.status === InvoiceStatus.Paid) {
    throw notAllowed(`an invoice that is ${invoice.status} takes no payments`);
  }
  if (payment.amountMinor > amountDueMinor(invoice)) {
    throw amountRefused('the payment is more than what is due');
  }
  const issuesFirst = invoice.status === InvoiceStatus.Draft;
  return { kind: 'new', issuesFirst, paidBeforeMinor: invoice.paidMinor };
}

const amountRefused = (message: string): RefusedError =>
  refused(RefusalCode.AmountNotAvailable, message, { field: 'amount' });
