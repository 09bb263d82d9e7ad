/** Moves the decimal point of an integer. Undefined where the result would not be an exact integer. */
export function shiftDecimals(amount: number, decimals: number): number | undefined {
  const shifted = decimals >= 0 ? amount * 10 ** decimals : amount / 10 ** -decimals;
  return Number.isSafeInteger(shifted) ? shifted : undefined;
}
