import { OrderStatus } from '@oms/domain';

import type { ErpOrder, ErpOrderLine } from '../erp-order.js';
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

/** The units of each line that a sale has. */
export type SaleQuantities = (line: ErpOrderLine) => number;

/** The units that are left to deliver or were delivered. A cancelled sale keeps the units of its cancelled order. */
export function keptQuantities({ status }: Pick<ErpOrder, 'status'>): SaleQuantities {
  return ({ quantity, cancelled }) => (status === OrderStatus.Cancelled ? quantity : quantity - cancelled);
}

/** The total of a sale: the order's, without the worth of the units that the sale lacks. */
export function saleTotalMinor(order: ErpOrder): number {
  const quantityOf = keptQuantities(order);
  return order.lines.reduce(
    (totalMinor, line) => totalMinor - worthOfMissingMinor(line, quantityOf(line), isTaxAdded(order)),
    order.totals.totalMinor,
  );
}

/**
 * Converts an order to the lines of a sale: each line with its kept units at its price, and discount, tax and shipping as
 * lines of their own. Their sum is exactly {@link saleTotalMinor}. Tryton's own tax rates are not used: they may differ
 * from the tax that the customer has already been charged.
 *
 * @param quantityOf the units of each line; its kept units by default
 */
export function saleLinesOf(
  order: ErpOrder,
  products: OrderProducts,
  quantityOf: SaleQuantities = keptQuantities(order),
): SaleLine[] {
  const { totals } = order;
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
  let discountMinor = 0;
  let taxMinor = 0;
  for (const line of order.lines) {
    const quantity = quantityOf(line);
    const kept = adjustmentsOf(line, quantity, isTaxAdded(order));
    discountMinor += kept.discountMinor;
    taxMinor += kept.taxMinor;
    const code = codeOf(line.sku);
    const product = code === undefined ? undefined : products.bySku.get(code);
    if (quantity > 0) add(line.title, quantity, line.unitPriceMinor, product);
  }
  if (discountMinor !== 0) add('Discount', 1, -discountMinor, products.discount);
  if (taxMinor !== 0) add('Tax', 1, taxMinor, products.tax);
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

/** Whether the tax comes on top of the prices. */
const isTaxAdded = ({ totals }: ErpOrder): boolean => totals.taxesIncluded !== true;

/**
 * The discount and the added tax of some units of a line. The tax is that of all units without the missing ones. The
 * discount makes the sum exact.
 */
function adjustmentsOf(
  line: ErpOrderLine,
  quantity: number,
  isAdded: boolean,
): { readonly discountMinor: number; readonly taxMinor: number } {
  const addedMinor = isAdded ? line.taxMinor : 0;
  const taxMinor = addedMinor - shareMinor(addedMinor, line.quantity - quantity, line);
  const worthMinor = worthMinorOf(line, isAdded) - worthOfMissingMinor(line, quantity, isAdded);
  return { discountMinor: quantity * line.unitPriceMinor + taxMinor - worthMinor, taxMinor };
}

/** The worth of the units that a sale lacks of a line, rounded down as their refund is. */
function worthOfMissingMinor(line: ErpOrderLine, quantity: number, isAdded: boolean): number {
  return shareMinor(worthMinorOf(line, isAdded), line.quantity - quantity, line);
}

/** The price of all units after the discount, with the tax. */
function worthMinorOf(
  { quantity, unitPriceMinor, discountMinor, taxMinor }: ErpOrderLine,
  isAdded: boolean,
): number {
  return quantity * unitPriceMinor - discountMinor + (isAdded ? taxMinor : 0);
}

/** The part of an amount that is for some units of a line, rounded down. */
function shareMinor(
  amountMinor: number,
  units: number,
  { quantity }: Pick<ErpOrderLine, 'quantity'>,
): number {
  return Number((BigInt(amountMinor) * BigInt(units)) / BigInt(quantity));
}

/**
 * The units of each line that a sale has which cannot be changed any more. It may have units that were cancelled after
 * Tryton began to process it.
 *
 * @returns undefined where a line has fewer units than are kept, or more than were ordered
 */
export function quantitiesInSale(
  order: ErpOrder,
  present: readonly ReadSaleLine[],
): SaleQuantities | undefined {
  const left = inSequence(present);
  const found = new Map<string, number>();
  for (const line of order.lines) {
    const keptQuantity = line.quantity - line.cancelled;
    const index = left.findIndex(({ description }) => description === line.title);
    const quantity = left[index]?.quantity ?? 0;
    const isOfLine = quantity >= keptQuantity && quantity <= line.quantity;
    if (!isOfLine && keptQuantity > 0) return undefined;
    if (isOfLine) left.splice(0, index + 1);
    found.set(line.id, isOfLine ? quantity : 0);
  }
  return ({ id }) => found.get(id) ?? 0;
}

const inSequence = (lines: readonly ReadSaleLine[]): ReadSaleLine[] =>
  [...lines].sort((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0) || a.id - b.id);

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
  const sorted = inSequence(present);
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
