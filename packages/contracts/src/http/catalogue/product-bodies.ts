import { limits } from '@oms/domain';
import { z } from 'zod';

import { amount, amountMinor } from '../kit/amount-schema.js';
import { currency, defaultCurrency } from '../kit/currency-schema.js';
import { findCurrency } from '../kit/currency.js';
import { cursorOf, readCursor } from '../kit/cursor.js';
import { parseDateTime } from '../kit/date-time.js';
import { given } from '../kit/given.js';
import { pageParameters } from '../kit/list-parameters.js';
import { fault } from '../kit/parse-request.js';
import { invalidRequest } from '../kit/invalid-request.js';
import { identifier, text } from '../kit/text-schema.js';
import { uuidOfTypeId } from '../kit/type-id.js';
import { IdPrefix, productIdSchema, variantIdSchema } from '../kit/prefixed-ids.js';
import { namedBodies } from '../kit/named-schemas.js';
import { namesAChange } from '../kit/names-a-change.js';

const wantedStock = 'must be an integer from 0 to 1000000000';

const variant = z.strictObject({
  title: text({ minLength: 1, maxLength: limits.name }).nullish(),
  sku: identifier({ minLength: 1, maxLength: limits.sku })
    .nullish()
    .meta({ description: 'Unique in the organisation.' }),
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
    title: text({ minLength: 1, maxLength: limits.name }),
    description: text({ maxLength: 5_000, multiline: true }).nullish(),
    currency: currency
      .nullish()
      .meta({ description: 'Of its prices. USD when left out.', default: defaultCurrency }),
    variants: z.array(variant).min(1).max(100),
  })
  .meta({ description: 'A product, with what is stocked and sold of it.' })
  .register(namedBodies, { id: 'CreateProduct' });

const variantId = variantIdSchema
  .nullish()
  .meta({ description: 'Which variant. Needed only where the product has several.' });

const variantChange = z
  .strictObject({
    id: variantId,
    title: text({ minLength: 1, maxLength: limits.name }).nullable().optional(),
    sku: identifier({ minLength: 1, maxLength: limits.sku }).nullable().optional(),
    price: amount.optional().meta({ description: 'Of orders from now on. Lines that exist keep theirs.' }),
  })
  .refine(({ id: _, ...changes }) => namesAChange.check(changes), namesAChange.fault)
  .meta({ anyOf: [{ required: ['title'] }, { required: ['sku'] }, { required: ['price'] }] });

/** The body of `PATCH /api/v1/sales/products/{productId}`. */
export const updateProductBody = z
  .strictObject({
    title: text({ minLength: 1, maxLength: limits.name }).optional(),
    description: text({ maxLength: 5_000, multiline: true }).nullable().optional(),
    variants: z.array(variantChange).min(1).max(100).optional(),
  })
  .refine(namesAChange.check, namesAChange.fault)
  .meta({
    description: 'Changes a product. What is left out stays as it is; null: none any longer.',
    ...namesAChange.schema,
  })
  .register(namedBodies, { id: 'UpdateProduct' });

const wantedQuantity = 'must be an integer from -1000000000 to 1000000000 other than 0';

/** The body of `POST /api/v1/sales/products/{productId}/stock`. */
export const adjustStockBody = z
  .strictObject({
    variant_id: variantId,
    quantity: z
      .int({ error: fault(wantedQuantity) })
      .min(-1_000_000_000, { error: wantedQuantity })
      .max(1_000_000_000, { error: wantedQuantity })
      .refine((quantity) => quantity !== 0, { error: wantedQuantity })
      .meta({
        description: 'Units that came in, or, below 0, are gone. Reserved ones cannot be taken away.',
        not: { const: 0 },
      }),
    reason: text({ minLength: 1, maxLength: limits.name }).meta({
      description: 'Kept in the ledger of the stock.',
    }),
  })
  .meta({ description: 'Units that came in, or are gone.' })
  .register(namedBodies, { id: 'AdjustStock' });

/** The parameters of `GET /api/v1/sales/products`. */
export const listProductsParameters = z.strictObject(pageParameters);

const position = z.strictObject({
  createdAt: z.string().refine((time) => parseDateTime(time) === time),
  id: productIdSchema,
});

/**
 * Converts the parameters of a list of products.
 *
 * @throws RefusedError for an invalid cursor
 */
export function toListProducts({ limit, cursor }: z.output<typeof listProductsParameters>) {
  return { limit, ...given({ after: cursor === undefined ? undefined : readCursor(position, cursor) }) };
}

/** Renders the cursor of the page that begins after a product. */
export const productCursor = ({ createdAt, id }: z.output<typeof position>): string =>
  cursorOf({ createdAt, id });

/**
 * Converts the body of `POST /api/v1/sales/products` to its command: amounts in minor units, and the id that the
 * client chose, if any.
 *
 * @throws RefusedError for a price with more decimals than the currency has
 */
export function toCreateProduct(body: z.output<typeof createProductBody>) {
  const money = findCurrency(body.currency ?? defaultCurrency);
  if (!money) throw invalidRequest('currency must be an ISO 4217 currency code', 'currency');
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

/** The variant that a body names, if any. */
const namedVariant = (id: string | null | undefined) =>
  given({ variantId: typeof id === 'string' ? uuidOfTypeId(IdPrefix.Variant, id) : undefined });

/**
 * Converts the body of `PATCH /api/v1/sales/products/{productId}` to its command.
 *
 * @param exponent the number of decimals that the product's currency has
 * @throws RefusedError for a price with more decimals
 */
export function toUpdateProduct({ variants, ...body }: z.output<typeof updateProductBody>, exponent: number) {
  return {
    ...withoutAbsent(body),
    ...(variants
      ? {
          variants: variants.map(({ id, price, ...variant }, index) => ({
            ...namedVariant(id),
            ...withoutAbsent(variant),
            ...(price === undefined
              ? {}
              : { priceMinor: amountMinor(price, exponent, `variants[${index}].price`) }),
          })),
        }
      : {}),
  };
}

/** Removes undefined fields. Null stays: in an update, it clears the field. */
function withoutAbsent<Fields extends object>(
  fields: Fields,
): { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  // `Object.fromEntries` loses the types of the keys.
  return Object.fromEntries(entries) as { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> };
}

/** Converts the body of `POST /api/v1/sales/products/{productId}/stock` to its command. */
export function toAdjustStock({ variant_id: id, quantity, reason }: z.output<typeof adjustStockBody>) {
  return { quantity, reason, ...namedVariant(id) };
}
