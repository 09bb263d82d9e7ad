import { creditNoteReasons, formatAmountMinor, type CreditNote } from '@oms/domain';
import { z } from 'zod';

// What more than one face says of invoices.

export const money = z
  .string()
  .meta({ description: 'A decimal string with exactly the currency’s decimals.' });
export const timestamp = z.string().meta({ format: 'date-time', description: 'ISO 8601 in UTC.' });

/** An invoice's number as people read it. */
export function invoiceNumber(sequence: number): string {
  return `INV-${String(sequence).padStart(6, '0')}`;
}

/** What is said of a credit note, beside its ids. */
export const creditNoteFields = {
  credit_note_number: z
    .string()
    .meta({ description: 'In a series of its own, without gaps in an organisation.' }),
  reason: z.enum(creditNoteReasons).meta({
    description: 'Money was given back, the order was cancelled, or the invoice was voided by hand.',
  }),
  amount: money,
  created_at: timestamp,
};

/** Renders what is said of a credit note. */
export function renderCreditNoteFields(note: CreditNote, exponent: number) {
  return {
    credit_note_number: `CN-${String(note.sequence).padStart(6, '0')}`,
    reason: note.reason,
    amount: formatAmountMinor(note.amountMinor, exponent),
    created_at: note.createdAt,
  };
}
