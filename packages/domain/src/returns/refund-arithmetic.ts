import type { LineQuantity } from '../kit/line-quantity.js';
import type { OrderTotals } from '../kit/money.js';

/** The part of a line that refunds are computed from. */
export interface RefundableLine {
  readonly id: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  /** Units that were refunded or are being refunded. */
  readonly refunded: number;
}

/**
 * Computes each line's worth in minor units: price − share of the discount + share of the tax. Shares are proportional to
 * the price. Minor units left over by rounding go to the largest remainders, earlier lines first. The worths add up exactly
 * to the order's total without shipping.
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
 * Computes the refund for units of lines, in minor units, on top of earlier refunds. The refunds of all units of a line add
 * up exactly to its worth, in any split.
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

/** Splits an amount, which may be negative, in proportion to non-negative weights. The shares add up to the amount. */
function apportion(amountMinor: number, weights: readonly number[]): readonly number[] {
  const sum = weights.reduce((total, weight) => total + BigInt(weight), 0n);
  if (sum === 0n) {
    // Without any price, the first line bears the whole amount.
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
