import { randomUUID } from 'node:crypto';

import { computeTotals } from '@oms/domain';

import type { ErpOrder, ErpOrderLine } from '../erp-order.js';
import type { PushCall } from '../erp-connector.js';

/** A line of two shirts at 49.50, with a new product. */
export function lineOf(changes: Partial<ErpOrderLine> = {}): ErpOrderLine {
  const id = randomUUID();
  return {
    id,
    sku: `SHIRT-${id}`,
    title: 'Shirt, blue',
    quantity: 2,
    unitPriceMinor: 4_950,
    discountMinor: 0,
    requiresShipping: true,
    ...changes,
  };
}

type Changes = Partial<Omit<ErpOrder, 'totals'>> & {
  readonly discountMinor?: number;
  readonly taxMinor?: number;
  readonly taxesIncluded?: boolean;
  readonly shippingMinor?: number;
};

/** A confirmed order with one line, at version 3. Its totals are computed from its lines. */
export function snapshotOf({
  discountMinor = 0,
  taxMinor = 792,
  taxesIncluded = false,
  shippingMinor = 500,
  ...changes
}: Changes = {}): ErpOrder {
  const lines = changes.lines ?? [lineOf()];
  const id = randomUUID();
  return {
    id,
    number: `BS-${id.slice(0, 8)}`,
    status: 'confirmed',
    currency: 'USD',
    currencyExponent: 2,
    totals: computeTotals(lines, { discountMinor, taxMinor, taxesIncluded, shippingMinor }),
    lines,
    customer: { id: `cust_${id}`, name: 'Ada Lovelace', email: 'ada@example.com' },
    shippingAddress: {
      name: 'Ada Lovelace',
      line1: '12 St James’s Square',
      city: 'Springfield',
      country: 'US',
    },
    shippingMethod: 'fedex_ground',
    shipments: [],
    version: 3,
    createdAt: '2026-11-02T10:00:00.000Z',
    updatedAt: '2026-11-02T10:00:05.000Z',
    ...changes,
  };
}

/** A later version of an order. */
export function laterOf(order: ErpOrder, changes: Changes = {}): ErpOrder {
  const { totals, ...kept } = order;
  return snapshotOf({
    ...kept,
    discountMinor: totals.discountMinor,
    taxMinor: totals.taxMinor,
    shippingMinor: totals.shippingMinor,
    version: order.version + 1,
    ...changes,
  });
}

/** The parameters of a push, equal to the workflow's. */
export function callOf(order: ErpOrder): PushCall {
  return { idempotencyKey: `${order.id}:${order.version}` };
}
