import { apportion, apportionUpTo } from '../kit/apportion.js';
import { lineAmounts, type OrderTotals, type PricedLine } from '../kit/line-amounts.js';
import type { LineQuantity } from '../kit/line-quantity.js';
import { sayAmount, type Currency } from '../kit/money.js';
import { refused, RefusalCode } from '../kit/refusal.js';

/** The part of a line that refunds are computed from. */
export interface RefundableLine extends PricedLine {
  readonly id: string;
  /** Money of the line that was given back or is being given back. */
  readonly refundedMinor: number;
}

/** Units of one line in a refund, with the line's share of the money. */
export interface LineRefund extends LineQuantity {
  readonly amountMinor: number;
}

/** The money that a line has left, and the worth of units of it. */
interface LineClaim extends LineQuantity {
  readonly leftMinor: number;
  readonly claimMinor: number;
}

/** An order's lines and totals, with the step of its provider: all amounts that the provider moves are multiples of it. */
export interface RefundBasis {
  readonly lines: readonly RefundableLine[];
  readonly totals: OrderTotals;
  readonly moneyStepMinor: number;
}

/**
 * Computes each line's worth in minor units: price − share of the discount + tax, in whole steps of the provider. Steps left
 * over by rounding go to the largest remainders, earlier lines first. The worths add up exactly to the order's total without
 * shipping, rounded down to a step.
 */
export function lineWorthsMinor({ lines, totals, moneyStepMinor }: RefundBasis): ReadonlyMap<string, number> {
  const gross = lineAmounts(lines, totals).map(({ grossMinor }) => grossMinor);
  const goodsMinor = totals.totalMinor - totals.shippingMinor;
  const worths = apportion(goodsMinor - (goodsMinor % moneyStepMinor), gross, moneyStepMinor);
  return new Map(lines.map((line, index) => [line.id, worths[index] ?? 0]));
}

/**
 * Computes the claim on units of lines, from the money alone: a line's units are worth the same, and the money that was
 * given back of a line pays for its first units. A claim never exceeds the money that is left on its line. The claims on
 * all units of a line add up exactly to its worth, in any split and after any earlier refund.
 */
function claimsOn(basis: RefundBasis, units: readonly LineQuantity[]): readonly LineClaim[] {
  const worths = lineWorthsMinor(basis);
  const { moneyStepMinor } = basis;
  return units.map(({ lineId, quantity }) => {
    const line = basis.lines.find(({ id }) => id === lineId);
    const worthMinor = worths.get(lineId) ?? 0;
    if (!line || line.refundedMinor >= worthMinor) return { lineId, quantity, leftMinor: 0, claimMinor: 0 };
    const steps = BigInt(worthMinor / moneyStepMinor);
    const units = BigInt(line.quantity);
    // The largest count of units that the money given back pays for.
    const paid = ((BigInt(Math.floor(line.refundedMinor / moneyStepMinor)) + 1n) * units - 1n) / steps;
    const after = paid + BigInt(quantity);
    return {
      lineId,
      quantity,
      leftMinor: worthMinor - line.refundedMinor,
      claimMinor:
        firstUnitsMinor(worthMinor, after < units ? after : units, line, moneyStepMinor) - line.refundedMinor,
    };
  });
}

/** The worth of the first units of a line, in whole steps. Rounded down, so that the last unit closes exactly. */
function firstUnitsMinor(
  worthMinor: number,
  count: bigint,
  line: Pick<RefundableLine, 'quantity'>,
  moneyStepMinor: number,
): number {
  return Number((BigInt(worthMinor / moneyStepMinor) * count) / BigInt(line.quantity)) * moneyStepMinor;
}

/** Computes the worth of units of lines in minor units, as if nothing of the lines had been given back. */
export function worthOfUnitsMinor(basis: RefundBasis, units: readonly LineQuantity[]): number {
  const worths = lineWorthsMinor(basis);
  const lines = new Map(basis.lines.map((line) => [line.id, line]));
  return units.reduce((sum, { lineId, quantity }) => {
    const line = lines.get(lineId);
    if (!line) return sum;
    return sum + firstUnitsMinor(worths.get(lineId) ?? 0, BigInt(quantity), line, basis.moneyStepMinor);
  }, 0);
}

/** Computes the amount to refund for units of lines, in minor units. Zero if all money of these lines was given back. */
export function refundOfUnitsMinor(basis: RefundBasis, units: readonly LineQuantity[]): number {
  return claimsOn(basis, units).reduce((sum, { claimMinor }) => sum + claimMinor, 0);
}

/**
 * Splits the amount of a refund between its lines: first by the claims on the named units, then by the money that is left
 * on the lines. Money beyond that belongs to no line: it is shipping or goodwill.
 */
export function splitBetweenLines(
  basis: RefundBasis,
  units: readonly LineQuantity[],
  amountMinor: number,
): readonly LineRefund[] {
  const { moneyStepMinor } = basis;
  const claims = claimsOn(basis, units);
  const first = apportionUpTo(
    amountMinor,
    claims.map(({ claimMinor }) => claimMinor),
    moneyStepMinor,
  );
  const restMinor = amountMinor - first.reduce((sum, each) => sum + each, 0);
  const second = apportionUpTo(
    restMinor,
    claims.map(({ leftMinor, claimMinor }) => leftMinor - claimMinor),
    moneyStepMinor,
  );
  return claims.map(({ lineId, quantity }, index) => ({
    ...{ lineId, quantity },
    amountMinor: (first[index] ?? 0) + (second[index] ?? 0),
  }));
}

/** @throws RefusedError for an amount that the provider cannot move, with the nearest amounts that it can move */
export function assertMovable(amountMinor: number, moneyStepMinor: number, currency: Currency): void {
  const overMinor = amountMinor % moneyStepMinor;
  if (overMinor === 0) return;
  const lowerMinor = amountMinor - overMinor;
  const upper = sayAmount(lowerMinor + moneyStepMinor, currency);
  const nearest =
    lowerMinor === 0
      ? `the smallest amount that it can move is ${upper}`
      : `the nearest amounts that it can move are ${sayAmount(lowerMinor, currency)} and ${upper}`;
  throw refused(
    RefusalCode.AmountNotAvailable,
    `the payment provider cannot move ${sayAmount(amountMinor, currency)}; ${nearest}`,
  );
}
