import {
  computeTotals,
  RefusalCode,
  refused,
  type Currency,
  type NewOrder,
  type NewOrderLine,
  type OrderCommandOf,
  type RefusedError,
} from '@oms/domain';

import { amountMinor } from '../../kit/amount-schema.js';
import { hashOf } from '../../kit/canonical-json.js';
import { defaultCurrency } from '../../kit/currency-schema.js';
import { findCurrency } from '../../kit/currency.js';
import { given } from '../../kit/given.js';
import { toOrderEdit } from '../edit-order-body.js';
import { toAddress } from '../new-order.js';
import { toLineTax } from '../line-tax-schema.js';
import { invalidRequest } from '../../kit/invalid-request.js';
import { uuidOfTypeId } from '../../kit/type-id.js';
import { customerKeyOf, IdPrefix } from '../../kit/prefixed-ids.js';
import type { CreateSalesOrderBody, EditSalesOrderBody, SalesLineItem } from './sales-order-bodies.js';

/** A product of the catalogue, as far as a line of an order needs it. Amounts are in minor units of its currency. */
export interface CatalogueProduct {
  readonly id: string;
  readonly title: string;
  readonly currency: string;
  readonly variants: readonly {
    readonly id: string;
    readonly title?: string;
    readonly sku?: string;
    readonly priceMinor: number;
    readonly requiresShipping: boolean;
  }[];
}

/**
 * The refusal of a line whose product or variant the catalogue does not have. It has the status of a business rule,
 * not of an invalid request.
 */
const unknownProduct = (field: string, message: string): RefusedError =>
  refused(RefusalCode.UnknownProduct, message, { field });

/** The distinct ids of the products that lines name. */
export function productIdsOf(items: readonly SalesLineItem[]): readonly string[] {
  return [...new Set(items.map(({ product_id: id }) => id))];
}

/**
 * Converts the body of `POST /api/v1/sales/orders` to a draft with fixed prices.
 *
 * @param products the products of the lines, without those that the catalogue does not have
 * @throws RefusedError for an unknown product or variant, an invalid amount or impossible totals
 */
export function toDraft(
  tenantId: string,
  body: CreateSalesOrderBody,
  products: readonly CatalogueProduct[],
): NewOrder {
  const { adjustments, ...draft } = withoutTotals(tenantId, body, products);
  return { ...draft, totals: computeTotals(draft.lines, adjustments) };
}

function withoutTotals(
  tenantId: string,
  body: CreateSalesOrderBody,
  products: readonly CatalogueProduct[],
): Omit<NewOrder, 'totals'> & { readonly adjustments: Parameters<typeof computeTotals>[1] } {
  const currency = currencyOf(body.currency ?? defaultCurrency);
  const {
    discountMinor = 0,
    taxMinor = 0,
    taxesIncluded = false,
    shippingMinor = 0,
  } = adjustmentsOf(body, currency);
  return {
    currency: currency.code,
    currencyExponent: currency.exponent,
    metadata: { ...body.metadata },
    lines: toLines(body.line_items, currency, products),
    adjustments: { discountMinor, taxMinor, taxesIncluded, shippingMinor },
    channel: 'sales',
    ...customerKeyOf(tenantId, body.customer_id),
    ...given({
      paymentProvider: body.payment_provider,
      paymentReference: body.payment_reference,
      capturePolicy: body.capture_policy,
      externalId: body.external_id,
      shippingAddress: body.shipping_address && toAddress(body.shipping_address),
      billingAddress: body.billing_address && toAddress(body.billing_address),
      shippingMethod: body.shipping_method,
      note: body.note,
      tags: body.tags && [...new Set(body.tags)],
    }),
  };
}

/**
 * Converts the body of `PATCH /api/v1/sales/orders/{orderId}` to a change of an order.
 *
 * @param currency the order's currency, which an edit cannot change
 * @param products the products of the lines, without those that the catalogue does not have
 * @throws RefusedError for an unknown product or variant, or an invalid amount
 */
export function toSalesOrderEdit(
  body: EditSalesOrderBody,
  currency: Currency,
  products: readonly CatalogueProduct[],
): Omit<OrderCommandOf<'edit'>, 'type'> {
  return {
    ...toOrderEdit(body),
    ...adjustmentsOf(body, currency),
    ...given({ paymentReference: body.payment_reference }),
    ...(body.line_items ? { lines: toLines(body.line_items, currency, products) } : {}),
  };
}

function currencyOf(code: string): Currency {
  const currency = findCurrency(code);
  if (!currency) throw invalidRequest('currency must be an ISO 4217 currency code', 'currency');
  return currency;
}

type Adjustments = Pick<
  CreateSalesOrderBody,
  'discount_amount' | 'tax_amount' | 'taxes_included' | 'shipping_amount'
>;

function adjustmentsOf(body: Adjustments, { exponent }: Currency) {
  const minor = (field: Exclude<keyof Adjustments, 'taxes_included'>): number | undefined => {
    const value = body[field];
    // In a creation, null is the default, which is also 0.
    return value === undefined ? undefined : amountMinor(value ?? 0, exponent, field);
  };
  return given({
    discountMinor: minor('discount_amount'),
    taxMinor: minor('tax_amount'),
    taxesIncluded: body.taxes_included === null ? false : body.taxes_included,
    shippingMinor: minor('shipping_amount'),
  });
}

function toLines(
  items: readonly SalesLineItem[],
  currency: Currency,
  products: readonly CatalogueProduct[],
): readonly NewOrderLine[] {
  return items.map((item, index) => {
    const field = `line_items[${index}]`;
    const product = products.find(({ id }) => id === item.product_id);
    if (!product)
      throw unknownProduct(`${field}.product_id`, `${field}.product_id: there is no such product`);
    const variant = variantOf(item, product, field);
    return {
      productId: product.id,
      productTitle: product.title,
      variantId: variant.id,
      quantity: item.quantity,
      unitPriceMinor: priceOf(item, product, variant.priceMinor, { currency, field }),
      requiresShipping: variant.requiresShipping,
      ...toLineTax(item, currency.exponent, field),
      ...given({ sku: variant.sku, variantTitle: variant.title }),
    };
  });
}

function variantOf(item: SalesLineItem, { variants }: CatalogueProduct, field: string) {
  const id = `${field}.variant_id`;
  if (typeof item.variant_id === 'string') {
    const uuid = uuidOfTypeId(IdPrefix.Variant, item.variant_id);
    const variant = variants.find(({ id }) => id === uuid);
    if (variant) return variant;
    throw unknownProduct(id, `${id}: the product has no such variant`);
  }
  const [only, ...others] = variants;
  if (only && others.length === 0) return only;
  throw unknownProduct(id, `${id} is required: the product has several variants`);
}

function priceOf(
  item: SalesLineItem,
  product: CatalogueProduct,
  priceMinor: number,
  { currency, field }: { readonly currency: Currency; readonly field: string },
): number {
  const { unit_price: price } = item;
  if (price !== undefined && price !== null) {
    return amountMinor(price, currency.exponent, `${field}.unit_price`);
  }
  if (product.currency === currency.code) return priceMinor;
  throw unknownProduct(
    `${field}.unit_price`,
    `${field}.unit_price is required: the product's price is in ${product.currency}, the order in ${currency.code}`,
  );
}

/**
 * The hash of a request: the same key with another hash is refused. Prices of the catalogue are not part of the hash,
 * because they can change between a request and its retry. Neither are totals: {@link toDraft} checks the discount
 * against the prices that it fixes.
 *
 * @throws RefusedError for an invalid amount
 */
export function hashOfSalesOrder(tenantId: string, body: CreateSalesOrderBody): string {
  const currency = body.currency ?? defaultCurrency;
  const nominal = body.line_items.map(({ product_id: id }): CatalogueProduct => ({
    ...{ id, title: '', currency },
    variants: [{ id: '', priceMinor: 0, requiresShipping: true }],
  }));
  const items = body.line_items.map(({ variant_id: _, ...item }) => item);
  return hashOf({
    variants: body.line_items.map(({ variant_id: id }) => id ?? null),
    isPriced: body.line_items.map(({ unit_price: price }) => price !== undefined && price !== null),
    draft: withoutTotals(tenantId, { ...body, line_items: items }, nominal),
  });
}
