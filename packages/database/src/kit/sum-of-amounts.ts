/** Adds up the amounts of rows, in minor units. */
export const sumOfAmounts = (rows: readonly { readonly amountMinor: bigint }[]): number =>
  rows.reduce((sum, { amountMinor }) => sum + Number(amountMinor), 0);
