/**
 * Splits an amount in proportion to non-negative weights, in whole steps. Steps left over by rounding go to the largest
 * remainders, earlier ones first. The shares add up to the amount, which is a multiple of the step.
 */
export function apportion(
  amountMinor: number,
  weights: readonly number[],
  stepMinor: number,
): readonly number[] {
  const steps = BigInt(amountMinor / stepMinor);
  const sum = weights.reduce((total, weight) => total + BigInt(weight), 0n);
  if (sum === 0n) {
    // Without any weight, the first one bears the whole amount.
    return weights.map((_, index) => (index === 0 ? amountMinor : 0));
  }
  const exact = weights.map((weight) => steps * BigInt(weight));
  const shares = exact.map((value) => value / sum);
  const left = steps - shares.reduce((total, share) => total + share, 0n);
  const byRemainder = exact
    .map((value, index) => ({ index, remainder: value % sum }))
    .sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1));
  for (const { index } of byRemainder.slice(0, Number(left))) shares[index] = (shares[index] ?? 0n) + 1n;
  return shares.map((share) => Number(share) * stepMinor);
}

/** Splits as much of an amount as the weights add up to: no share exceeds its weight. */
export function apportionUpTo(
  amountMinor: number,
  weights: readonly number[],
  stepMinor: number,
): readonly number[] {
  const sumMinor = weights.reduce((sum, weight) => sum + weight, 0);
  return sumMinor === 0
    ? weights.map(() => 0)
    : apportion(Math.min(amountMinor, sumMinor), weights, stepMinor);
}
