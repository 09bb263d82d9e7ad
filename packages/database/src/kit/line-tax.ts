import type { LineTax } from '@oms/domain';

/** Reads the tax of a line as it was stated: the tax of a rate follows from the rate. */
export function lineTaxOf(row: {
  readonly taxRateMillionths: number | null;
  readonly taxMinor: bigint | null;
}): LineTax {
  if (row.taxRateMillionths !== null) return { taxRateMillionths: row.taxRateMillionths };
  return row.taxMinor === null ? {} : { taxMinor: Number(row.taxMinor) };
}
