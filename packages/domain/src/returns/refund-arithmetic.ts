import type { LineQuantity } from '../kit/line-quantity.js';
import type { OrderTotals } from '../kit/money.js';

/** A line, as refunds are computed from it. */
export interface RefundableLine {
  readonly id: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  /** Units whose money was given back, or is being given back. */
  readonly refunded: number;
}

/**
 * What each line is worth to the customer, in minor units: its price, less its share of the order's discount, plus
 * its share of the tax. Shares are in proportion to the price; what rounding leaves over goes to the lines with the
 * largest remainders, the first of them first, so that the lines' worth adds up to the total without shipping exactly.
 */
export function lineWorthsMinor(
  lines: readonly RefundableLine[],
  totals: OrderTotals,
): ReadonlyMap<string, number> {
  const prices = lines.map((line) => line.quantity * line.unitPriceMinor);
  const adjustedMinor = totals.taxMinor - totals.discountMinor;
  const shares = apportion(adjustedMinor, prices);
  return new Map(lines.map((line, index) => [line.id, (prices[index] ?? 0) + (shares[index] ?? 0)]));
}

/**
 * What giving back some units comes to, in minor units, after what was given back before. However the units of a line
 * are spread over refunds, they come to the line's worth exactly once all are given back.
 */
export function refundForLinesMinor(
  lines: readonly RefundableLine[],
  totals: OrderTotals,
  given: readonly LineQuantity[],
): number {
  const worths = lineWorthsMinor(lines, totals);
  let amountMinor = 0;
  for (const { lineId, quantity } of given) {
    const line = lines.find(({ id }) => id === lineId);
    const worthMinor = worths.get(lineId);
    if (!line || worthMinor === undefined) continue;
    const upTo = (units: number): number =>
      Number(floorDivide(BigInt(worthMinor) * BigInt(units), BigInt(line.quantity)));
    amountMinor += upTo(line.refunded + quantity) - upTo(line.refunded);
  }
  return amountMinor;
}

/** Shares out an amount, negative or not, in proportion to weights that are not negative. The shares add up to it. */
function apportion(amountMinor: number, weights: readonly number[]): readonly number[] {
  const sum = weights.reduce((total, weight) => total + BigInt(weight), 0n);
  if (sum === 0n) {
    // Nothing has a price: the first bears it all.
    return weights.map((_, index) => (index === 0 ? amountMinor : 0));
  }
  const exact = weights.map((weight) => BigInt(amountMinor) * BigInt(weight));
  const shares = exact.map((value) => floorDivide(value, sum));
  const left = BigInt(amountMinor) - shares.reduce((total, share) => total + share, 0n);
  const byRemainder = exact
    .map((value, index) => ({ index, remainder: value - floorDivide(value, sum) * sum }))
    .sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1));
  for (const { index } of byRemainder.slice(0, Number(left))) shares[index] = (shares[index] ?? 0n) + 1n;
  return shares.map(Number);
}

function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor !== 0n && dividend < 0n ? quotient - 1n : quotient;
}
