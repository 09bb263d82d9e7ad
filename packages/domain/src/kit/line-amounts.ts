import { apportion } from './apportion.js';
import { formatAmountMinor, maxAmountMinor, parseAmountMinor } from './money.js';
import { refused, RefusalCode, type RefusedError } from './refusal.js';

/** The tax of a line of its own: a rate, or the amount for all its units. A line has at most one of them. */
export interface LineTax {
  /** 190,000 for 19 %. */
  readonly taxRateMillionths?: number;
  readonly taxMinor?: number;
}

/** The part of a line that its amounts are computed from. */
export interface PricedLine extends LineTax {
  readonly quantity: number;
  readonly unitPriceMinor: number;
}

/** The parts of an order's total, in minor units of its currency. */
export interface OrderTotals {
  readonly subtotalMinor: number;
  readonly discountMinor: number;
  readonly taxMinor: number;
  /** Present where the prices include the tax. The total then does not add it. */
  readonly taxesIncluded?: true;
  readonly shippingMinor: number;
  readonly totalMinor: number;
}

/** A line's share of the parts of its order's total, in minor units. */
export interface LineAmounts {
  readonly priceMinor: number;
  readonly discountMinor: number;
  readonly taxMinor: number;
  /** The price after the discount, with the tax. */
  readonly grossMinor: number;
}

/** The discount, the tax and the shipping of an order, as a client states them. */
export interface Adjustments {
  readonly discountMinor: number;
  /** The tax of the whole order. Zero where its lines have taxes of their own. */
  readonly taxMinor: number;
  readonly taxesIncluded?: boolean;
  readonly shippingMinor: number;
}

/** The largest tax rate: 100 %. */
export const maxTaxRateMillionths = 1_000_000;

/** Decimals of a tax rate in percent. */
const rateExponent = 4;

/**
 * Reads a tax rate in percent, such as `19` or `"7.5"`, as millionths.
 *
 * @throws RefusedError with the allowed form in its message
 */
export function parseTaxRate(percent: number | string): number {
  const millionths = readRate(percent);
  if (millionths <= maxTaxRateMillionths) return millionths;
  throw refused(RefusalCode.InvalidRequest, 'must be at most 100 percent');
}

function readRate(percent: number | string): number {
  try {
    return parseAmountMinor(percent, rateExponent);
  } catch {
    const message = 'must be a percentage with at most 4 decimals that is not negative, such as "7.5"';
    throw refused(RefusalCode.InvalidRequest, message);
  }
}

/** Renders a tax rate in percent without trailing zeros: `7.5`. */
export function formatTaxRate(taxRateMillionths: number): string {
  return formatAmountMinor(taxRateMillionths, rateExponent).replace(/\.?0+$/, '');
}

/** Whether the lines have taxes of their own. A line without one is then untaxed. */
export function haveOwnTaxes(lines: readonly LineTax[]): boolean {
  return lines.some(
    ({ taxRateMillionths, taxMinor }) => taxRateMillionths !== undefined || taxMinor !== undefined,
  );
}

/**
 * Returns each line with its amounts. The discount is spread by the prices, and is taken off before the tax. A rate is
 * applied to the line as a whole, and rounded half up. The tax of an order whose lines have none of their own is spread by
 * the prices. The sums over all lines are exactly the order's discount, its tax, and its total without shipping.
 */
export function lineAmounts<Line extends PricedLine>(
  lines: readonly Line[],
  totals: Pick<OrderTotals, 'discountMinor' | 'taxMinor' | 'taxesIncluded'>,
): readonly (Line & LineAmounts)[] {
  const isIncluded = totals.taxesIncluded === true;
  const prices = lines.map((line) => line.quantity * line.unitPriceMinor);
  const subtotalMinor = prices.reduce((sum, price) => sum + price, 0);
  const nets = apportion(subtotalMinor - totals.discountMinor, prices, 1);
  const taxes = haveOwnTaxes(lines)
    ? lines.map((line, index) => ownTaxMinor(line, nets[index] ?? 0, isIncluded))
    : // An included tax never exceeds the price that includes it.
      apportion(totals.taxMinor, isIncluded ? nets : prices, 1);
  return lines.map((line, index) => {
    const [priceMinor = 0, netMinor = 0, taxMinor = 0] = [prices[index], nets[index], taxes[index]];
    const grossMinor = isIncluded ? netMinor : netMinor + taxMinor;
    return { ...line, priceMinor, discountMinor: priceMinor - netMinor, taxMinor, grossMinor };
  });
}

/** The net amount and the tax of all lines of one rate. The rate is absent where none was stated. */
export interface TaxOfRate extends Pick<LineTax, 'taxRateMillionths'> {
  readonly netMinor: number;
  readonly taxMinor: number;
}

/** Sums the taxes of lines by their rate, the largest first. Nets and taxes add up to the gross amounts of the lines. */
export function taxesByRate(
  lines: readonly (Pick<LineTax, 'taxRateMillionths'> & Pick<LineAmounts, 'grossMinor' | 'taxMinor'>)[],
): readonly TaxOfRate[] {
  const rates = [...new Set(lines.map(({ taxRateMillionths }) => taxRateMillionths))];
  return rates
    .sort((a = -1, b = -1) => b - a)
    .map((rate) => {
      const ofRate = lines.filter(({ taxRateMillionths }) => taxRateMillionths === rate);
      return {
        ...(rate === undefined ? {} : { taxRateMillionths: rate }),
        netMinor: ofRate.reduce((sum, { grossMinor, taxMinor }) => sum + grossMinor - taxMinor, 0),
        taxMinor: ofRate.reduce((sum, { taxMinor }) => sum + taxMinor, 0),
      };
    });
}

function ownTaxMinor(
  { taxRateMillionths: rate, taxMinor = 0 }: LineTax,
  netMinor: number,
  isIncluded: boolean,
): number {
  if (rate === undefined) return taxMinor;
  const whole = 1_000_000n;
  const divisor = isIncluded ? whole + BigInt(rate) : whole;
  return Number((2n * BigInt(netMinor) * BigInt(rate) + divisor) / (2n * divisor));
}

/**
 * Computes an order's totals: lines − discount + tax + shipping, or lines − discount + shipping where the prices include
 * the tax.
 *
 * @throws RefusedError when the discount is larger than the lines, an included tax is larger than its price, the order and
 *   its lines both state a tax, or a sum is larger than {@link maxAmountMinor}
 */
export function computeTotals(lines: readonly PricedLine[], adjustments: Adjustments): OrderTotals {
  const { discountMinor, shippingMinor, taxesIncluded = false } = adjustments;
  const subtotalMinor = lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0);
  if (discountMinor > subtotalMinor) {
    throw invalid('the discount must not be larger than the sum of the items', 'discount_amount');
  }
  if (subtotalMinor > maxAmountMinor) throw tooLarge();
  if (haveOwnTaxes(lines) && adjustments.taxMinor > 0) {
    const message =
      'tax_amount is the sum of the taxes of the items, and must be left out where they have any';
    throw invalid(message, 'tax_amount');
  }
  const goodsMinor = subtotalMinor - discountMinor;
  const taxMinor = taxOf(lines, adjustments, goodsMinor);
  const totalMinor = goodsMinor + (taxesIncluded ? 0 : taxMinor) + shippingMinor;
  if (totalMinor > maxAmountMinor) throw tooLarge();
  const included = taxesIncluded ? { taxesIncluded } : {};
  return { subtotalMinor, discountMinor, taxMinor, ...included, shippingMinor, totalMinor };
}

function taxOf(
  lines: readonly PricedLine[],
  { discountMinor, taxMinor, taxesIncluded = false }: Adjustments,
  goodsMinor: number,
): number {
  if (!haveOwnTaxes(lines)) {
    if (!taxesIncluded || taxMinor <= goodsMinor) return taxMinor;
    throw invalid('the tax must not be larger than the items that include it', 'tax_amount');
  }
  const included = taxesIncluded ? { taxesIncluded } : {};
  const amounts = lineAmounts(lines, { discountMinor, taxMinor: 0, ...included });
  const over = amounts.findIndex((line) => taxesIncluded && line.taxMinor > line.grossMinor);
  if (over !== -1) {
    throw invalid(`the tax of item ${over + 1} must not be larger than its price after the discount`);
  }
  return amounts.reduce((sum, line) => sum + line.taxMinor, 0);
}

const invalid = (message: string, field?: string): RefusedError =>
  refused(RefusalCode.InvalidRequest, message, field === undefined ? {} : { field });

const tooLarge = (): RefusedError =>
  invalid(`the order's total is too large (more than ${maxAmountMinor} minor units)`);
