import { invoiceStatuses } from '@oms/domain';
import { z } from 'zod';

import { amount, amountMinor } from '../kit/amount-schema.js';
import { anyOf } from '../kit/any-of.js';
import { currency } from '../kit/currency-schema.js';
import { findCurrency } from '../kit/currency.js';
import { given } from '../kit/given.js';
import { integer } from '../kit/integer-schema.js';
import { parseRequest } from '../kit/parse-request.js';
import { RequestError } from '../kit/request-error.js';
import { text } from '../kit/text-schema.js';
import { uuidOfTypeId } from '../kit/type-id.js';
import { IdPrefix, orderIdOfSales } from '../kit/prefixed-ids.js';

const pagination = {
  limit: integer(1, 100, '').default(50),
  offset: integer(0, 100_000, '').default(0),
};
const id = text({ minLength: 1, maxLength: 100 });

/** The parameters of `GET /api/v1/sales/invoices`. */
export const listInvoicesParameters = z.strictObject({
  order_id: id.optional().meta({ description: 'The invoice of this order.' }),
  status: anyOf(invoiceStatuses).optional().meta({ description: 'Repeated, or separated by commas.' }),
  ...pagination,
});

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
  .meta({ description: 'Money that was received for an invoice.' });

const noUuid = '00000000-0000-0000-0000-000000000000';

/** The UUID of an invoice; one that no invoice has where the text cannot be an invoice's id. */
export function invoiceIdOfSales(text: string | undefined): string {
  return uuidOfTypeId(IdPrefix.Invoice, text ?? '') ?? noUuid;
}

/** @throws RequestError for the first fault, as do all functions here */
export function parseListInvoices(query: Readonly<Record<string, unknown>>) {
  const { 'status[]': listed, ...rest } = query;
  const { order_id, status, limit, offset } = parseRequest(
    listInvoicesParameters,
    listed === undefined ? rest : { ...rest, status: listed },
    { whole: 'the query', part: 'parameter' },
  );
  const orderId = order_id === undefined ? undefined : (orderIdOfSales(order_id) ?? noUuid);
  return { limit, offset, ...given({ orderId, statuses: status }) };
}

export function parseListPayments(query: unknown) {
  const nouns = { whole: 'the query', part: 'parameter' };
  const { invoice_id, limit, offset } = parseRequest(listPaymentsParameters, query, nouns);
  return {
    ...{ limit, offset },
    ...(invoice_id === undefined ? {} : { invoiceId: invoiceIdOfSales(invoice_id) }),
  };
}

export function parseRecordPayment(body: unknown) {
  const parsed = parseRequest(recordPaymentBody, body, { whole: 'the body', part: 'field' });
  const money = findCurrency(parsed.currency);
  if (!money) throw new RequestError('currency must be an ISO 4217 currency code', 'currency');
  return {
    invoiceId: invoiceIdOfSales(parsed.invoice_id),
    amountMinor: amountMinor(parsed.amount, money.exponent, 'amount'),
    currency: money.code,
    method: parsed.payment_method,
    ...given({ reference: parsed.reference }),
  };
}
