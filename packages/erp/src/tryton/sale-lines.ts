import type { ErpOrder } from '../erp-order.js';
import { canonicalDecimal, decimalOf, type TrytonDecimal } from './tryton-value.js';

/** A product as sales need it. */
export interface TrytonProduct {
  readonly id: number;
  /** The unit that it is sold in. */
  readonly unitId: number;
}

/** The products of an order, by what they stand for. */
export interface OrderProducts {
  readonly bySku: ReadonlyMap<string, TrytonProduct>;
  readonly discount?: TrytonProduct;
  readonly tax?: TrytonProduct;
  readonly shipping?: TrytonProduct;
}

/** A line as a sale is to have it. */
export interface SaleLine {
  readonly sequence: number;
  readonly description: string;
  readonly quantity: number;
  readonly unit_price: TrytonDecimal;
  readonly product: number | null;
  readonly unit: number | null;
}

/** A line as Tryton tells it. */
export interface ReadSaleLine {
  readonly id: number;
  readonly sequence: number | null;
  readonly description: string | null;
  readonly quantity: number | null;
  readonly unit_price: string | null;
  readonly product: number | null;
  readonly unit: number | null;
}

/** SKUs as Tryton keeps codes: it takes blanks off their ends. */
export function codeOf(sku: string | undefined): string | undefined {
  const code = sku?.trim();
  return code === '' ? undefined : code;
}

/**
 * An order's lines as a sale's, whose sum is the order's total to the last digit: each line at its price, and
 * discounts, tax and shipping as lines of their own. Tax is not left to Tryton's rates, since what the customer was
 * charged is a fact by then and may differ from them.
 */
export function saleLinesOf(order: ErpOrder, products: OrderProducts): SaleLine[] {
  const lines: SaleLine[] = [];
  const add = (description: string, quantity: number, priceMinor: number, product?: TrytonProduct): void => {
    lines.push({
      sequence: lines.length + 1,
      description,
      quantity,
      unit_price: decimalOf(priceMinor, order.currencyExponent),
      product: product?.id ?? null,
      unit: product?.unitId ?? null,
    });
  };
  const { totals } = order;
  let discountLeftMinor = totals.discountMinor;
  for (const line of order.lines) {
    const code = codeOf(line.sku);
    const product = code === undefined ? undefined : products.bySku.get(code);
    add(line.title, line.quantity, line.unitPriceMinor, product);
    if (line.discountMinor === 0) continue;
    add(`Discount: ${line.title}`, 1, -line.discountMinor, products.discount);
    discountLeftMinor -= line.discountMinor;
  }
  if (discountLeftMinor !== 0) add('Discount', 1, -discountLeftMinor, products.discount);
  if (totals.taxMinor !== 0) add('Tax', 1, totals.taxMinor, products.tax);
  if (totals.shippingMinor !== 0) {
    add(
      order.shippingMethod ? `Shipping: ${order.shippingMethod}` : 'Shipping',
      1,
      totals.shippingMinor,
      products.shipping,
    );
  }
  return lines;
}

/**
 * Whether a sale already has these lines, in this order.
 *
 * @param compare `words_and_amounts` where the products of the lines are not known and cannot be changed any more
 */
export function sameLines(
  wanted: readonly SaleLine[],
  present: readonly ReadSaleLine[],
  compare: 'everything' | 'words_and_amounts' = 'everything',
): boolean {
  const sorted = [...present].sort((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0) || a.id - b.id);
  return (
    wanted.length === sorted.length &&
    wanted.every((line, index) => {
      const other = sorted[index];
      return (
        other?.description === line.description &&
        other.quantity === line.quantity &&
        other.unit_price === canonicalDecimal(line.unit_price.decimal) &&
        (compare === 'words_and_amounts' || (other.product === line.product && other.unit === line.unit))
      );
    })
  );
}
