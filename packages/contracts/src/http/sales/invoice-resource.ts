import { formatAmountMinor, invoiceStatuses, type InvoiceStatus } from '@oms/domain';
import { z } from 'zod';

import { typeIdOf } from '../type-id.js';
import { IdPrefix, renderCustomerId, salesOrderId } from './prefixed-ids.js';

const money = z.string().meta({ description: 'A decimal string with exactly the currency’s decimals.' });
const timestamp = z.string().meta({ format: 'date-time', description: 'ISO 8601 in UTC.' });

export const invoiceResource = z.strictObject({
  id: z.string().meta({ description: 'Begins with `inv_`.' }),
  invoice_number: z.string().meta({ description: 'Without gaps in an organisation.' }),
  order_id: z.string(),
  order_number: z.string(),
  customer_id: z.string().nullable(),
  status: z.enum(invoiceStatuses),
  currency: z.string(),
  total: money,
  amount_paid: money,
  amount_due: money.meta({ description: 'What is still to be paid. Nothing of an invoice that is void.' }),
  amount_credited: money.meta({
    description: 'What was paid and is owed to the customer: the order is cancelled.',
  }),
  created_at: timestamp,
  issued_at: timestamp.nullable(),
  paid_at: timestamp.nullable(),
  voided_at: timestamp.nullable(),
});

export const salesPaymentResource = z.strictObject({
  id: z.string().meta({ description: 'Begins with `pay_`.' }),
  invoice_id: z.string(),
  amount: money,
  currency: z.string(),
  payment_method: z.string(),
  reference: z.string().nullable(),
  recorded_at: timestamp,
});

const page = { limit: z.int(), offset: z.int(), has_more: z.boolean() };
export const invoiceListResource = z.strictObject({ invoices: z.array(invoiceResource), ...page });
export const salesPaymentListResource = z.strictObject({ payments: z.array(salesPaymentResource), ...page });

/** An invoice, as it is rendered. Amounts in minor units. */
export interface InvoiceToRender {
  readonly id: string;
  readonly sequence: number;
  readonly orderId: string;
  readonly orderNumber: string;
  readonly customerId?: string;
  readonly customerRef?: string;
  readonly status: InvoiceStatus;
  readonly currency: string;
  readonly currencyExponent: number;
  readonly totalMinor: number;
  readonly paidMinor: number;
  readonly creditedMinor: number;
  readonly createdAt: string;
  readonly issuedAt?: string;
  readonly paidAt?: string;
  readonly voidedAt?: string;
}

/** A payment, as it is rendered. */
export interface PaymentToRender {
  readonly id: string;
  readonly invoiceId: string;
  readonly currency: string;
  readonly currencyExponent: number;
  readonly amountMinor: number;
  readonly method: string;
  readonly reference?: string;
  readonly recordedAt: string;
}

/** An invoice's number as people read it. */
export function invoiceNumber(sequence: number): string {
  return `INV-${String(sequence).padStart(6, '0')}`;
}

/** Renders an invoice. */
export function renderInvoice(invoice: InvoiceToRender): z.output<typeof invoiceResource> {
  const amount = (amountMinor: number): string => formatAmountMinor(amountMinor, invoice.currencyExponent);
  return {
    id: typeIdOf(IdPrefix.Invoice, invoice.id),
    invoice_number: invoiceNumber(invoice.sequence),
    order_id: salesOrderId(invoice.orderId),
    order_number: invoice.orderNumber,
    customer_id: renderCustomerId(invoice),
    status: invoice.status,
    currency: invoice.currency,
    total: amount(invoice.totalMinor),
    amount_paid: amount(invoice.paidMinor),
    amount_due: amount(invoice.status === 'void' ? 0 : invoice.totalMinor - invoice.paidMinor),
    amount_credited: amount(invoice.creditedMinor),
    created_at: invoice.createdAt,
    issued_at: invoice.issuedAt ?? null,
    paid_at: invoice.paidAt ?? null,
    voided_at: invoice.voidedAt ?? null,
  };
}

/** Renders a payment of an invoice. */
export function renderSalesPayment(payment: PaymentToRender): z.output<typeof salesPaymentResource> {
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
