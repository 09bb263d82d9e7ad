import type { CreditNote, CreditNoteReason, Invoice, InvoiceStatus } from '@oms/domain';

import type { CreditNote as CreditNoteRow, Invoice as InvoiceRow } from '../generated/client.js';
import { present } from '../kit/present.js';

/** An invoice without its lines, parties and documents. */
export type InvoiceHead = Pick<
  Invoice,
  | 'id'
  | 'sequence'
  | 'status'
  | 'totalMinor'
  | 'paidMinor'
  | 'creditedMinor'
  | 'cancelledMinor'
  | 'issuedAt'
  | 'paidAt'
  | 'voidedAt'
>;

export function toInvoiceHead(row: InvoiceRow): InvoiceHead {
  return {
    id: row.id,
    sequence: Number(row.sequence),
    status: row.status as InvoiceStatus, // Held to the domain's words by a check constraint.
    totalMinor: Number(row.totalMinor),
    paidMinor: Number(row.paidMinor),
    creditedMinor: Number(row.creditedMinor),
    cancelledMinor: Number(row.cancelledMinor),
    ...present('issuedAt', row.issuedAt?.toISOString()),
    ...present('paidAt', row.paidAt?.toISOString()),
    ...present('voidedAt', row.voidedAt?.toISOString()),
  };
}

/** A credit note without the lines that it is for. */
export type CreditNoteHead = Omit<CreditNote, 'lines'>;

export function toCreditNoteHead(row: CreditNoteRow): CreditNoteHead {
  return {
    id: row.id,
    sequence: Number(row.sequence),
    reason: row.reason as CreditNoteReason, // As the status above.
    amountMinor: Number(row.amountMinor),
    createdAt: row.createdAt.toISOString(),
    ...present('refundId', row.refundId),
    ...present('cancellationId', row.cancellationId),
  };
}
