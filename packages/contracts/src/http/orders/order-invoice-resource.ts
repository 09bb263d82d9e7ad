import { amountDueMinor, formatAmountMinor, invoiceNumber, invoiceStatuses, type Invoice } from '@oms/domain';
import { z } from 'zod';

import {
  creditNoteFields,
  invoiceAmountFields,
  invoicePartyFields,
  money,
  renderCreditNotes,
  renderInvoiceAmounts,
  renderInvoiceParties,
  timestamp,
} from '../invoices/invoice-fields.js';
import { namedResources } from '../kit/named-schemas.js';

const id = z.string().meta({ format: 'uuid' });

/** An invoice of an order in answers of the Orders API. */
export const orderInvoiceResource = z
  .strictObject({
    id,
    number: z.string().meta({ description: 'Without gaps in an organisation.' }),
    status: z.enum(invoiceStatuses),
    ...invoicePartyFields,
    currency: z.string(),
    ...invoiceAmountFields,
    total_amount: money,
    paid_amount: money,
    due_amount: money.meta({
      description: 'What is still to be paid, without cancelled items. Nothing of an invoice that is void.',
    }),
    credited_amount: money.meta({ description: 'The sum of the credit notes.' }),
    credit_notes: z.array(
      z.strictObject({ id, ...creditNoteFields, refund_id: id.nullable(), cancellation_id: id.nullable() }),
    ),
    created_at: timestamp,
    issued_at: timestamp.nullable(),
    paid_at: timestamp.nullable(),
    voided_at: timestamp.nullable(),
  })
  .register(namedResources, { id: 'OrderInvoice' });

export const orderInvoiceListResource = z
  .strictObject({
    invoices: z.array(orderInvoiceResource).meta({ description: 'None until the order is confirmed.' }),
  })
  .register(namedResources, { id: 'OrderInvoiceList' });

/** Renders an invoice of an order. */
export function renderOrderInvoice(invoice: Invoice): z.output<typeof orderInvoiceResource> {
  const amount = (amountMinor: number): string => formatAmountMinor(amountMinor, invoice.currencyExponent);
  return {
    id: invoice.id,
    number: invoiceNumber(invoice.sequence),
    status: invoice.status,
    ...renderInvoiceParties(invoice),
    currency: invoice.currency,
    ...renderInvoiceAmounts(invoice),
    total_amount: amount(invoice.totalMinor),
    paid_amount: amount(invoice.paidMinor),
    due_amount: amount(amountDueMinor(invoice)),
    credited_amount: amount(invoice.creditedMinor),
    credit_notes: renderCreditNotes(invoice).map(({ note, fields }) => ({
      id: note.id,
      ...fields,
      refund_id: note.refundId ?? null,
      cancellation_id: note.cancellationId ?? null,
    })),
    created_at: invoice.createdAt,
    issued_at: invoice.issuedAt ?? null,
    paid_at: invoice.paidAt ?? null,
    voided_at: invoice.voidedAt ?? null,
  };
}
