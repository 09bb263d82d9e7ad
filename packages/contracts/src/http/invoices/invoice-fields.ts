import { creditNoteReasons, formatAmountMinor, type CreditNote, type Invoice } from '@oms/domain';
import { z } from 'zod';

import { addressResource, renderAddress } from '../kit/address-resource.js';

// The fields of invoices that several APIs show.

export const money = z
  .string()
  .meta({ description: 'A decimal string with exactly the currency’s decimals.' });
export const timestamp = z.string().meta({ format: 'date-time', description: 'ISO 8601 in UTC.' });

/** Renders an invoice's number, such as `INV-000042`. */
export function invoiceNumber(sequence: number): string {
  return `INV-${String(sequence).padStart(6, '0')}`;
}

/** The addresses of an invoice. */
export const invoiceAddressFields = {
  bill_to: addressResource.nullable().meta({
    description:
      'The order’s billing address, or else its shipping address. Copied when the invoice is issued: later corrections of the order change drafts alone.',
  }),
  ship_to: addressResource
    .nullable()
    .meta({ description: 'The order’s shipping address, copied when the invoice is issued.' }),
};

/** Renders the addresses of an invoice. */
export function renderInvoiceAddresses({ billTo, shipTo }: Pick<Invoice, 'billTo' | 'shipTo'>) {
  return {
    bill_to: billTo ? renderAddress(billTo) : null,
    ship_to: shipTo ? renderAddress(shipTo) : null,
  };
}

/** The fields of a credit note that all APIs show, apart from its ids. */
export const creditNoteFields = {
  credit_note_number: z
    .string()
    .meta({ description: 'In a series of its own, without gaps in an organisation.' }),
  reason: z.enum(creditNoteReasons).meta({
    description:
      'Money was given back, units or the order were cancelled, or the invoice was voided by hand. `refund_failed` takes back the credit note of a refund that failed: its amount is below zero.',
  }),
  amount: money,
  created_at: timestamp,
};

/**
 * Renders the fields of a credit note that all APIs show.
 *
 * @param exponent the number of decimals that the currency has
 */
export function renderCreditNoteFields(note: CreditNote, exponent: number) {
  return {
    credit_note_number: `CN-${String(note.sequence).padStart(6, '0')}`,
    reason: note.reason,
    amount: formatAmountMinor(note.amountMinor, exponent),
    created_at: note.createdAt,
  };
}
