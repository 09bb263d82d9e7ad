import { z } from 'zod';

import { amount, amountMinor } from '../amount-schema.js';
import { currency, defaultCurrency } from '../create-order-body.js';
import { findCurrency } from '../currency.js';
import { given } from '../given.js';
import { integer } from '../list-orders-query.js';
import { fault, parseRequest } from '../parse-request.js';
import { RequestError } from '../request-error.js';
import { text } from '../text-schema.js';
import { productIdSchema } from './prefixed-ids.js';

const wantedStock = 'must be an integer from 0 to 1000000000';

const variant = z.strictObject({
  title: text({ minLength: 1, maxLength: 255 }).nullish(),
  sku: text({ minLength: 1, maxLength: 100 }).nullish().meta({ description: 'Unique in the organisation.' }),
  price: amount,
  stock_quantity: z
    .int({ error: fault(wantedStock) })
    .min(0, { error: wantedStock })
    .max(1_000_000_000, { error: wantedStock })
    .nullish()
    .meta({ description: 'Units that are there to begin with. 0 when left out.', default: 0 }),
  requires_shipping: z.boolean().nullish().meta({ description: 'True when left out.', default: true }),
});

/** The body of `POST /api/v1/sales/products`. */
export const createProductBody = z
  .strictObject({
    id: productIdSchema.nullish().meta({ description: 'An id of your own. One is made when left out.' }),
    title: text({ minLength: 1, maxLength: 255 }),
    description: text({ maxLength: 5_000, multiline: true }).nullish(),
    currency: currency
      .nullish()
      .meta({ description: 'Of its prices. USD when left out.', default: defaultCurrency }),
    variants: z.array(variant).min(1).max(100),
  })
  .meta({ description: 'A product, with what is stocked and sold of it.' });

/** The parameters of `GET /api/v1/sales/products`. */
export const listProductsParameters = z.strictObject({
  limit: integer(1, 100, '').default(50),
  offset: integer(0, 100_000, '').default(0),
});

/** @throws RequestError for the first fault, as do all functions here */
export function parseListProducts(query: unknown): z.output<typeof listProductsParameters> {
  return parseRequest(listProductsParameters, query, { whole: 'the query', part: 'parameter' });
}

export function parseCreateProduct(body: unknown): z.output<typeof createProductBody> {
  return parseRequest(createProductBody, body, { whole: 'the body', part: 'field' });
}

/** A product as its command takes it: amounts in minor units, its own id where the client chose one. */
export function toCreateProduct(body: z.output<typeof createProductBody>) {
  const money = findCurrency(body.currency ?? defaultCurrency);
  if (!money) throw new RequestError('currency must be an ISO 4217 currency code', 'currency');
  return {
    title: body.title,
    currency: money.code,
    currencyExponent: money.exponent,
    variants: body.variants.map((item, index) => ({
      priceMinor: amountMinor(item.price, money.exponent, `variants[${index}].price`),
      stockQuantity: item.stock_quantity ?? 0,
      requiresShipping: item.requires_shipping ?? true,
      ...given({ title: item.title, sku: item.sku }),
    })),
    ...given({ productId: body.id, description: body.description }),
  };
}
