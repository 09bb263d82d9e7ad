import { formatAmountMinor } from '@oms/domain';
import { z } from 'zod';

import { typeIdOf } from '../kit/type-id.js';
import { IdPrefix } from '../kit/prefixed-ids.js';
import { namedResources } from '../kit/named-schemas.js';
import { pageFields } from '../kit/page-fields.js';

const stock = z.int().meta({ description: 'Units that can be sold: on hand and not reserved.' });

export const productVariantResource = z.strictObject({
  id: z.string(),
  title: z.string().nullable(),
  sku: z.string().nullable(),
  price: z.string().meta({ description: 'A decimal string with exactly the currency’s decimals.' }),
  stock_quantity: stock,
  requires_shipping: z.boolean(),
});

export const productResource = z
  .strictObject({
    id: z.string().meta({ description: 'Begins with `prod_`.' }),
    title: z.string(),
    description: z.string().nullable(),
    currency: z.string(),
    stock_quantity: stock,
    variants: z.array(productVariantResource),
    created_at: z.string().meta({ format: 'date-time', description: 'ISO 8601 in UTC.' }),
  })
  .register(namedResources, { id: 'Product' });

export const productListResource = z
  .strictObject({
    products: z.array(productResource).meta({ description: 'Newest first.' }),
    ...pageFields,
  })
  .register(namedResources, { id: 'ProductList' });

/** Renders a product with its stock. */
export function renderProduct(product: {
  readonly id: string;
  readonly title: string;
  readonly description?: string;
  readonly currency: string;
  readonly currencyExponent: number;
  readonly createdAt: string;
  readonly variants: readonly {
    readonly id: string;
    readonly title?: string;
    readonly sku?: string;
    readonly priceMinor: number;
    readonly requiresShipping: boolean;
    readonly available: number;
  }[];
}): z.output<typeof productResource> {
  const { variants, currencyExponent } = product;
  return {
    id: product.id,
    title: product.title,
    description: product.description ?? null,
    currency: product.currency,
    stock_quantity: variants.reduce((sum, { available }) => sum + available, 0),
    variants: variants.map((variant) => ({
      id: typeIdOf(IdPrefix.Variant, variant.id),
      title: variant.title ?? null,
      sku: variant.sku ?? null,
      price: formatAmountMinor(variant.priceMinor, currencyExponent),
      stock_quantity: variant.available,
      requires_shipping: variant.requiresShipping,
    })),
    created_at: product.createdAt,
  };
}
