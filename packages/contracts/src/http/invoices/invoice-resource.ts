import {
  amountDueMinor,
  formatAmountMinor,
  invoiceNumber,
  invoiceStatuses,
  type Invoice,
  type InvoicePayment,
} from '@oms/domain';
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
} from './invoice-fields.js';
import { typeIdOf } from '../kit/type-id.js';
import { IdPrefix, renderCustomerId, salesOrderId } from '../kit/prefixed-ids.js';
import { namedResources } from '../kit/named-schemas.js';
import { pageFields } from '../kit/page-fields.js';

export const creditNoteResource = z.strictObject({
  id: z.string().meta({ description: 'Begins with `cn_`.' }),
  ...creditNoteFields,
});

export const invoiceResource = z
  .strictObject({
    id: z.string().meta({ description: 'Begins with `inv_`.' }),
    invoice_number: z.string().meta({ description: 'Without gaps in an organisation.' }),
    order_id: z.string(),
    order_number: z.string(),
    customer_id: z.string().nullable(),
    ...invoicePartyFields,
    status: z.enum(invoiceStatuses),
    currency: z.string(),
    ...invoiceAmountFields,
    total: money,
    amount_paid: money,
    amount_due: money.meta({ description: 'What is still to be paid. Nothing of an invoice that is void.' }),
    amount_credited: money.meta({
      description: 'The sum of the credit notes. All of it, once an issued invoice is void.',
    }),
    credit_notes: z.array(creditNoteResource).meta({ description: 'The oldest first.' }),
    created_at: timestamp,
    issued_at: timestamp.nullable(),
    paid_at: timestamp.nullable(),
    voided_at: timestamp.nullable(),
  })
  .register(namedResources, { id: 'Invoice' });

export const salesPaymentResource = z
  .strictObject({
    id: z.string().meta({ description: 'Begins with `pay_`.' }),
    invoice_id: z.string(),
    amount: money.meta({
      description: 'Below zero: taken back by the payment provider that had reported it.',
    }),
    currency: z.string(),
    payment_method: z.string(),
    reference: z.string().nullable(),
    recorded_at: timestamp,
  })
  .register(namedResources, { id: 'SalesPayment' });

export const invoiceListResource = z
  .strictObject({ invoices: z.array(invoiceResource), ...pageFields })
  .register(namedResources, { id: 'InvoiceList' });
export const salesPaymentListResource = z
  .strictObject({ payments: z.array(salesPaymentResource), ...pageFields })
  .register(namedResources, { id: 'SalesPaymentList' });

/** Renders an invoice. */
export function renderInvoice(invoice: Invoice): z.output<typeof invoiceResource> {
  const amount = (amountMinor: number): string => formatAmountMinor(amountMinor, invoice.currencyExponent);
  return {
    id: typeIdOf(IdPrefix.Invoice, invoice.id),
    invoice_number: invoiceNumber(invoice.sequence),
    order_id: salesOrderId(invoice.orderId),
    order_number: invoice.orderNumber,
    customer_id: renderCustomerId(invoice),
    ...renderInvoiceParties(invoice),
    status: invoice.status,
    currency: invoice.currency,
    ...renderInvoiceAmounts(invoice),
    total: amount(invoice.totalMinor),
    amount_paid: amount(invoice.paidMinor),
    amount_due: amount(amountDueMinor(invoice)),
    amount_credited: amount(invoice.creditedMinor),
    credit_notes: renderCreditNotes(invoice).map(({ note, fields }) => ({
      id: typeIdOf(IdPrefix.CreditNote, note.id),
      ...fields,
    })),
    created_at: invoice.createdAt,
    issued_at: invoice.issuedAt ?? null,
    paid_at: invoice.paidAt ?? null,
    voided_at: invoice.voidedAt ?? null,
  };
}

/** Renders a payment of an invoice. */
export function renderSalesPayment(payment: InvoicePayment): z.output<typeof salesPaymentResource> {
  return {
    id: typeIdOf(IdPrefix.Payment, payment.id),
    invoice_id: typeIdOf(IdPrefix.Invoice, payment.invoiceId),
    amount: formatAmountMinor(payment.amountMinor, payment.currencyExponent),
    currency: payment.currency,
    payment_method: payment.method,
    reference: payment.reference ?? null,
    recorded_at: payment.recordedAt,
  };
}
