import type { OrderTotals } from '@oms/domain';

import type { Order as OrderRow } from '../generated/client.js';

/** Reads the parts of an order's total. */
export function totalsOf(
  row: Pick<
    OrderRow,
    'subtotalMinor' | 'discountMinor' | 'taxMinor' | 'taxesIncluded' | 'shippingMinor' | 'totalMinor'
  >,
): OrderTotals {
  return {
    subtotalMinor: Number(row.subtotalMinor),
    discountMinor: Number(row.discountMinor),
    taxMinor: Number(row.taxMinor),
    ...(row.taxesIncluded ? { taxesIncluded: true as const } : {}),
    shippingMinor: Number(row.shippingMinor),
    totalMinor: Number(row.totalMinor),
  };
}
