import { creditNoteReasons, dueDateOf, formatAmountMinor, type CreditNote, type Invoice } from '@oms/domain';
import { z } from 'zod';

import { addressResource, renderAddress } from '../kit/address-resource.js';
import { renderSeller, sellerResource } from './seller-schemas.js';

// The fields of invoices that several APIs show.

export const money = z
  .string()
  .meta({ description: 'A decimal string with exactly the currency’s decimals.' });
export const timestamp = z.string().meta({ format: 'date-time', description: 'ISO 8601 in UTC.' });

/** Renders an invoice's number, such as `INV-000042`. */
export function invoiceNumber(sequence: number): string {
  return `INV-${String(sequence).padStart(6, '0')}`;
}

/** The parties of an invoice. They are copied when it is issued. */
export const invoicePartyFields = {
  seller: sellerResource.nullable().meta({
    description:
      'Of the organization, copied when the invoice is issued. Null where the organization had set none.',
  }),
  bill_to: addressResource.nullable().meta({
    description:
      'The order’s billing address, or else its shipping address. Copied when the invoice is issued: later corrections of the order change drafts alone.',
  }),
  ship_to: addressResource
    .nullable()
    .meta({ description: 'The order’s shipping address, copied when the invoice is issued.' }),
  due_date: z.string().nullable().meta({
    format: 'date',
    description: 'In UTC. Null for a draft, and where the seller has no `payment_due_days`.',
  }),
};

/** Renders the parties of an invoice, and its due date. */
export function renderInvoiceParties(invoice: Invoice) {
  const { seller, billTo, shipTo } = invoice;
  return {
    seller: seller ? renderSeller(seller) : null,
    bill_to: billTo ? renderAddress(billTo) : null,
    ship_to: shipTo ? renderAddress(shipTo) : null,
    due_date: dueDateOf(invoice) ?? null,
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
