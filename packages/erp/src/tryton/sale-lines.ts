import type { ErpOrder } from '../erp-order.js';
import { canonicalDecimal, decimalOf, type TrytonDecimal } from './tryton-value.js';

/** The parts of a product that a sale needs. */
export interface TrytonProduct {
  readonly id: number;
  /** The unit that it is sold in. */
  readonly unitId: number;
}

/** The products for the lines of an order, and for its discounts, tax and shipping. */
export interface OrderProducts {
  readonly bySku: ReadonlyMap<string, TrytonProduct>;
  readonly discount?: TrytonProduct;
  readonly tax?: TrytonProduct;
  readonly shipping?: TrytonProduct;
}

/** A line that a sale should have. */
export interface SaleLine {
  readonly sequence: number;
  readonly description: string;
  readonly quantity: number;
  readonly unit_price: TrytonDecimal;
  readonly product: number | null;
  readonly unit: number | null;
}

/** A line of a sale in Tryton. */
export interface ReadSaleLine {
  readonly id: number;
  readonly sequence: number | null;
  readonly description: string | null;
  readonly quantity: number | null;
  readonly unit_price: string | null;
  readonly product: number | null;
  readonly unit: number | null;
}

/** Converts a SKU to a code in Tryton, which trims blanks. */
export function codeOf(sku: string | undefined): string | undefined {
  const code = sku?.trim();
  return code === '' ? undefined : code;
}

/**
 * Converts an order to the lines of a sale, whose sum is exactly the order's total: each line at its price, and
 * discounts, tax and shipping as lines of their own. Tryton's own tax rates are not used: they may differ from the
 * tax that the customer has already been charged.
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
  if (totals.taxMinor !== 0 && totals.taxesIncluded !== true) add('Tax', 1, totals.taxMinor, products.tax);
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
 * Whether a sale already has these lines, in this sequence.
 *
 * @param compare `words_and_amounts` ignores the products of lines, for sales whose products are unknown and final
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
