import { InvoiceStatus, OrderStatus, type OrderProof } from '@oms/domain';

import { Prisma } from '../generated/client.js';

/** An order's invoice with all figures that it has to agree with. Amounts are in minor units. */
export interface InvoiceProofRow {
  sequence: number;
  status: InvoiceStatus;
  is_issued: boolean;
  currency: boolean;
  total: number;
  paid: number;
  credited: number;
  payments: number;
  /** Payments by capture, and the captured amount up to the total; null without an authorised payment. */
  by_capture: number;
  captured: number | null;
  is_paid_twice: boolean;
  credit_notes: number;
  refunds: number;
  refund_notes: number;
  /** The value of cancelled units that no refund gives back, and the credit notes for it. */
  cancelled: number;
  cancellation_notes: number;
  reduced: number;
  /** Whether a refund failed after it was given. Of a void invoice its credit note stays, for the refund that replaces it. */
  has_failed_refunds: boolean;
  /** Whether the previous number exists, and the counter equals the largest number. */
  is_numbered: boolean;
  are_notes_numbered: boolean;
}

/** The invoice of a row of `orders`; null without an invoice. */
export const selectInvoice = Prisma.sql`
      (SELECT jsonb_build_object(
        'sequence', i.sequence, 'status', i.status, 'is_issued', i.issued_at IS NOT NULL, 'currency', i.currency = orders.currency,
        'total', i.total_minor, 'paid', i.paid_minor, 'credited', i.credited_minor,
        'payments', (SELECT coalesce(sum(amount_minor), 0) FROM invoice_payments WHERE invoice_id = i.id),
        'by_capture', (SELECT coalesce(sum(amount_minor), 0) FROM invoice_payments
          WHERE invoice_id = i.id AND actor_type = 'system' AND actor_id = 'orders'),
        'captured', (SELECT least(captured_minor, i.total_minor) FROM payments WHERE order_id = orders.id), 'is_paid_twice', 'paid_twice' = ANY (orders.flags),
        'credit_notes', (SELECT coalesce(sum(amount_minor), 0) FROM credit_notes WHERE invoice_id = i.id),
        'refunds', (SELECT coalesce(sum(amount_minor), 0) FROM refunds WHERE order_id = orders.id AND status = 'succeeded'),
        'refund_notes', (SELECT coalesce(sum(amount_minor), 0) FROM credit_notes WHERE invoice_id = i.id AND reason IN ('refund', 'refund_failed')),
        'reduced', i.cancelled_minor,
        'cancelled', (SELECT coalesce(sum(amount_minor), 0) FROM cancellations WHERE order_id = orders.id AND refund_id IS NULL),
        'cancellation_notes', (SELECT coalesce(sum(amount_minor), 0) FROM credit_notes WHERE invoice_id = i.id AND reason = 'units_cancelled'),
        'has_failed_refunds', EXISTS (SELECT FROM payment_ledger WHERE order_id = orders.id AND operation = 'refund_failed'),
        'is_numbered', (i.sequence = 1 OR EXISTS (
            SELECT FROM invoices WHERE (tenant_id, org_id, sequence) = (i.tenant_id, i.org_id, i.sequence - 1)))
          AND c.last_number = (SELECT max(sequence) FROM invoices WHERE (tenant_id, org_id) = (i.tenant_id, i.org_id)),
        'are_notes_numbered', NOT EXISTS (
            SELECT FROM credit_notes n WHERE n.invoice_id = i.id AND n.sequence > 1 AND NOT EXISTS (
              SELECT FROM credit_notes WHERE (tenant_id, org_id, sequence) = (n.tenant_id, n.org_id, n.sequence - 1)))
          AND c.last_credit_note_number = (
            SELECT coalesce(max(sequence), 0) FROM credit_notes WHERE (tenant_id, org_id) = (i.tenant_id, i.org_id)))
        FROM invoices i LEFT JOIN invoice_counters c USING (tenant_id, org_id) WHERE i.order_id = orders.id)`;

/** The sums of an invoice, from its payments and credit notes. */
export function invoiceSums(invoice: InvoiceProofRow): NonNullable<OrderProof['invoice']> {
  const { sequence, status, total: totalMinor, payments: paidMinor, credit_notes: creditedMinor } = invoice;
  return { sequence, status, totalMinor, paidMinor, creditedMinor };
}

/** Imbalances between an order and its invoice, payments and credit notes, in plain words. */
export function invoiceFaults(order: {
  readonly status: OrderStatus;
  readonly wasConfirmed: boolean;
  readonly totalMinor: number;
  readonly invoice: InvoiceProofRow | null;
}): readonly string[] {
  const { status, wasConfirmed, totalMinor, invoice } = order;
  if (!invoice) return wasConfirmed ? [`${status}, and has no invoice`] : [];
  const faults: string[] = [];
  const demand = (isSo: boolean, fault: string): void => void (isSo || faults.push(`invoice: ${fault}`));
  demand(wasConfirmed, 'the order was never confirmed');
  demand(invoice.currency, 'its currency is not the order’s');
  demand(invoice.total === totalMinor, `it is over ${invoice.total}, the order over ${totalMinor}`);
  demand(invoice.paid === invoice.payments, `${invoice.paid} paid, the payments are ${invoice.payments}`);
  demand(
    invoice.captured === null || invoice.captured === invoice.by_capture || invoice.is_paid_twice,
    `${String(invoice.captured)} captured, the payments by that are ${invoice.by_capture}`,
  );
  demand(
    invoice.credited === invoice.credit_notes,
    `${invoice.credited} credited, the credit notes are ${invoice.credit_notes}`,
  );
  demand(invoice.credit_notes <= invoice.total, `${invoice.credit_notes} credited of ${invoice.total}`);
  demand(
    invoice.refund_notes === Math.min(invoice.refunds, invoice.total - invoice.reduced) ||
      // Nothing is left to credit of a void invoice.
      (invoice.status === InvoiceStatus.Void &&
        (invoice.refund_notes < invoice.refunds || invoice.has_failed_refunds)),
    `${invoice.refunds} refunded, the credit notes for that are ${invoice.refund_notes}`,
  );
  demand(
    invoice.reduced === invoice.cancellation_notes &&
      (invoice.cancellation_notes === invoice.cancelled ||
        // A draft is credited when it is issued. Nothing is left to credit of a void invoice.
        ((invoice.status === InvoiceStatus.Draft || invoice.status === InvoiceStatus.Void) &&
          invoice.cancellation_notes < invoice.cancelled)),
    `${invoice.cancelled} cancelled, the credit notes for that are ${invoice.cancellation_notes}`,
  );
  demand(invoice.is_numbered, `a number before or behind ${invoice.sequence} is missing`);
  demand(invoice.are_notes_numbered, 'a number of the credit notes is missing');
  return [...faults, ...statusFaults(status, invoice)];
}

function statusFaults(status: OrderStatus, invoice: InvoiceProofRow): readonly string[] {
  const isVoid = invoice.status === InvoiceStatus.Void;
  if (status === OrderStatus.Cancelled && !isVoid)
    return [`invoice: the order is cancelled, and it is ${invoice.status}`];
  if (status === OrderStatus.Closed && invoice.status === InvoiceStatus.Draft)
    return ['invoice: the order is closed, and it is a draft'];
  const creditedMinor = invoice.is_issued ? invoice.total : 0;
  if (isVoid && invoice.credit_notes !== creditedMinor)
    return [`invoice: it is void, and ${invoice.credit_notes} of ${creditedMinor} are credited`];
  return [];
}
