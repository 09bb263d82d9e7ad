import { computeTotals } from '@oms/domain';

import { IdPrefix } from '../kit/prefixed-ids.js';
import { typeIdOf } from '../kit/type-id.js';
import { renderInvoice, renderSalesPayment } from './invoice-resource.js';

const invoiceId = 'e5f6a7b8-c9d0-4234-9f01-567890123456';
const orderId = '019ab1d2-5e8c-7c3a-9f40-1b2c3d4e5f60';
const money = { currency: 'USD', currencyExponent: 2 };

const lamps = { id: orderId, productTitle: 'Desk Lamp', sku: 'LAMP-1', quantity: 2, unitPriceMinor: 12_999 };

const invoice = renderInvoice({
  ...{ id: invoiceId, sequence: 1, orderId, orderNumber: 'ORD-10001', customerRef: 'cust_01J9RPMNVK4W' },
  ...{
    ...money,
    status: 'issued',
    lines: [lamps],
    totals: computeTotals([lamps], { discountMinor: 0, taxMinor: 0, shippingMinor: 0 }),
    totalMinor: 25_998,
    paidMinor: 0,
    creditedMinor: 0,
    cancelledMinor: 0,
    creditNotes: [],
  },
  ...{ createdAt: '2026-01-28T09:01:00.000Z', issuedAt: '2026-01-28T09:02:00.000Z' },
});
const payment = renderSalesPayment({
  ...{ id: 'c3d4e5f6-a7b8-9012-cdef-345678901234', invoiceId, amountMinor: 25_998, method: 'bank_transfer' },
  ...{ ...money, reference: 'TXN-20260128-001', recordedAt: '2026-01-28T09:03:00.000Z' },
});

export const invoiceExamples = {
  RecordPayment: {
    invoice_id: typeIdOf(IdPrefix.Invoice, invoiceId),
    amount: 259.98,
    currency: 'USD',
    payment_method: 'bank_transfer',
    reference: 'TXN-20260128-001',
  },
  Invoice: invoice,
  InvoiceList: { invoices: [invoice], limit: 50, next_cursor: null },
  SalesPayment: payment,
  SalesPaymentList: { payments: [payment], limit: 50, next_cursor: null },
} as const;
