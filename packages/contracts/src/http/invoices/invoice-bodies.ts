import { invoiceStatuses, type Invoice, type InvoicePayment } from '@oms/domain';
import { z } from 'zod';

import { amount, amountMinor } from '../kit/amount-schema.js';
import { anyOf } from '../kit/any-of.js';
import { currency } from '../kit/currency-schema.js';
import { findCurrency } from '../kit/currency.js';
import { cursorOf, readCursor } from '../kit/cursor.js';
import { parseDateTime } from '../kit/date-time.js';
import { given } from '../kit/given.js';
import { listInBrackets } from '../kit/list-in-brackets.js';
import { pageParameters } from '../kit/list-parameters.js';
import { invalidRequest } from '../kit/invalid-request.js';
import { identifier, text } from '../kit/text-schema.js';
import { uuidOfTypeId } from '../kit/type-id.js';
import { isUuid } from '../kit/uuid-schema.js';
import { IdPrefix, orderIdOfSales } from '../kit/prefixed-ids.js';
import { namedBodies } from '../kit/named-schemas.js';

const invoicePosition = z.strictObject({ sequence: z.int().min(1) });
const paymentPosition = z.strictObject({
  recordedAt: z.string().refine((time) => parseDateTime(time) === time),
  id: z.string().refine(isUuid),
});
const id = identifier({ minLength: 1, maxLength: 100 });

/** The parameters of `GET /api/v1/sales/invoices`. */
export const listInvoicesParameters = listInBrackets(
  ['status'],
  z.strictObject({
    order_id: id.optional().meta({ description: 'The invoice of this order.' }),
    status: anyOf(invoiceStatuses).optional().meta({ description: 'Repeated, or separated by commas.' }),
    ...pageParameters,
  }),
);

/** The parameters of `GET /api/v1/sales/payments`. */
export const listPaymentsParameters = z.strictObject({
  invoice_id: id.optional().meta({ description: 'The payments of this invoice.' }),
  ...pageParameters,
});

/** The body of `POST /api/v1/sales/payments`. */
export const recordPaymentBody = z
  .strictObject({
    invoice_id: id,
    amount,
    currency: currency.meta({ description: 'ISO 4217. Must be the invoice’s.' }),
    payment_method: text({ minLength: 1, maxLength: 64 }),
    reference: identifier({ minLength: 1, maxLength: 255 })
      .nullish()
      .meta({ description: 'The payer’s or the bank’s. The same one twice is one payment.' }),
  })
  .meta({ description: 'Money that was received for an invoice.' })
  .register(namedBodies, { id: 'RecordPayment' });

const noUuid = '00000000-0000-0000-0000-000000000000';

/**
 * The UUID of an invoice, from its id on the Sales API. A text that cannot be an invoice's id gives a UUID that no
 * invoice has.
 */
export function invoiceIdOfSales(text: string | undefined): string {
  return uuidOfTypeId(IdPrefix.Invoice, text ?? '') ?? noUuid;
}

/**
 * Converts the parameters of a list of invoices.
 *
 * @throws RefusedError for an invalid cursor
 */
export function toListInvoices({ order_id, status, limit, cursor }: z.output<typeof listInvoicesParameters>) {
  const orderId = order_id === undefined ? undefined : (orderIdOfSales(order_id) ?? noUuid);
  const after = cursor === undefined ? undefined : readCursor(invoicePosition, cursor);
  return { limit, ...given({ orderId, statuses: status, after }) };
}

/** Renders the cursor of the page that begins after an invoice. */
export const invoiceCursor = ({ sequence }: Pick<Invoice, 'sequence'>): string => cursorOf({ sequence });

/**
 * Converts the parameters of a list of payments.
 *
 * @throws RefusedError for an invalid cursor
 */
export function toListPayments({ invoice_id, limit, cursor }: z.output<typeof listPaymentsParameters>) {
  const invoiceId = invoice_id === undefined ? undefined : invoiceIdOfSales(invoice_id);
  const after = cursor === undefined ? undefined : readCursor(paymentPosition, cursor);
  return { limit, ...given({ invoiceId, after }) };
}

/** Renders the cursor of the page that begins after a payment. */
export const paymentCursor = ({ recordedAt, id }: Pick<InvoicePayment, 'recordedAt' | 'id'>): string =>
  cursorOf({ recordedAt, id });

/**
 * Converts the body of `POST /api/v1/sales/payments` to its command.
 *
 * @throws RefusedError for an unknown currency, and for an amount with more decimals than the currency has
 */
export function toRecordPayment(body: z.output<typeof recordPaymentBody>) {
  const money = findCurrency(body.currency);
  if (!money) throw invalidRequest('currency must be an ISO 4217 currency code', 'currency');
  return {
    invoiceId: invoiceIdOfSales(body.invoice_id),
    amountMinor: amountMinor(body.amount, money.exponent, 'amount'),
    currency: money.code,
    method: body.payment_method,
    ...given({ reference: body.reference }),
  };
}
