import { invoiceStatuses } from '@oms/domain';
import { z } from 'zod';

import { amount, amountMinor } from '../kit/amount-schema.js';
import { anyOf } from '../kit/any-of.js';
import { currency } from '../kit/currency-schema.js';
import { findCurrency } from '../kit/currency.js';
import { given } from '../kit/given.js';
import { integer } from '../kit/integer-schema.js';
import { listInBrackets } from '../kit/list-in-brackets.js';
import { invalidRequest } from '../kit/invalid-request.js';
import { text } from '../kit/text-schema.js';
import { uuidOfTypeId } from '../kit/type-id.js';
import { IdPrefix, orderIdOfSales } from '../kit/prefixed-ids.js';
import { namedBodies } from '../kit/named-schemas.js';

const pagination = {
  limit: integer(1, 100, '').default(50),
  offset: integer(0, 100_000, '').default(0),
};
const id = text({ minLength: 1, maxLength: 100 });

/** The parameters of `GET /api/v1/sales/invoices`. */
export const listInvoicesParameters = listInBrackets(
  'status',
  z.strictObject({
    order_id: id.optional().meta({ description: 'The invoice of this order.' }),
    status: anyOf(invoiceStatuses).optional().meta({ description: 'Repeated, or separated by commas.' }),
    ...pagination,
  }),
);

/** The parameters of `GET /api/v1/sales/payments`. */
export const listPaymentsParameters = z.strictObject({
  invoice_id: id.optional().meta({ description: 'The payments of this invoice.' }),
  ...pagination,
});

/** The body of `POST /api/v1/sales/payments`. */
export const recordPaymentBody = z
  .strictObject({
    invoice_id: id,
    amount,
    currency: currency.meta({ description: 'ISO 4217. Must be the invoice’s.' }),
    payment_method: text({ minLength: 1, maxLength: 64 }),
    reference: text({ minLength: 1, maxLength: 255 })
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

export function toListInvoices({ order_id, status, limit, offset }: z.output<typeof listInvoicesParameters>) {
  const orderId = order_id === undefined ? undefined : (orderIdOfSales(order_id) ?? noUuid);
  return { limit, offset, ...given({ orderId, statuses: status }) };
}

export function toListPayments({ invoice_id, limit, offset }: z.output<typeof listPaymentsParameters>) {
  return {
    ...{ limit, offset },
    ...(invoice_id === undefined ? {} : { invoiceId: invoiceIdOfSales(invoice_id) }),
  };
}

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
