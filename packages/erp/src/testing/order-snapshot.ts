import { randomUUID } from 'node:crypto';

import { computeTotals, haveOwnTaxes, lineAmounts } from '@oms/domain';

import type { ErpOrder, ErpOrderLine } from '../erp-order.js';
import type { PushCall } from '../erp-connector.js';

/** A line without its shares of its order's discount and tax. */
export type SnapshotLine = Omit<ErpOrderLine, 'discountMinor' | 'taxMinor'>;

/** A line of two shirts at 49.50, with a new product. */
export function lineOf(changes: Partial<SnapshotLine> = {}): SnapshotLine {
  const id = randomUUID();
  return {
    id,
    sku: `SHIRT-${id}`,
    title: 'Shirt, blue',
    ...{ quantity: 2, cancelled: 0, shipped: 0, returned: 0 },
    unitPriceMinor: 4_950,
    requiresShipping: true,
    ...changes,
  };
}

type Changes = Partial<Omit<ErpOrder, 'totals' | 'lines'>> & {
  readonly lines?: readonly SnapshotLine[];
  readonly discountMinor?: number;
  readonly taxMinor?: number;
  readonly taxesIncluded?: boolean;
  readonly shippingMinor?: number;
};

/** A confirmed and paid order with one line, at version 3. Its totals and the shares of its lines are computed. */
export function snapshotOf({
  discountMinor = 0,
  taxMinor = 792,
  taxesIncluded = false,
  shippingMinor = 500,
  ...changes
}: Changes = {}): ErpOrder {
  const { lines = [lineOf()], ...others } = changes;
  const id = randomUUID();
  const totals = computeTotals(lines, { discountMinor, taxMinor, taxesIncluded, shippingMinor });
  return {
    id,
    number: `BS-${id.slice(0, 8)}`,
    status: 'confirmed',
    paymentStatus: 'captured',
    currency: 'USD',
    currencyExponent: 2,
    totals,
    ...{ capturedMinor: totals.totalMinor, refundedMinor: 0, disputedMinor: 0 },
    lines: lineAmounts(lines, totals),
    customer: { id: `cust_${id}`, name: 'Ada Lovelace', email: 'ada@example.com' },
    shippingAddress: {
      name: 'Ada Lovelace',
      line1: '12 St James’s Square',
      city: 'Springfield',
      country: 'US',
    },
    shippingMethod: 'fedex_ground',
    ...{ shipments: [], cancellations: [], returns: [], refunds: [] },
    version: 3,
    createdAt: '2026-11-02T10:00:00.000Z',
    updatedAt: '2026-11-02T10:00:05.000Z',
    ...others,
  };
}

/** A later version of an order. Its lines keep the taxes that they state themselves. */
export function laterOf(order: ErpOrder, changes: Changes = {}): ErpOrder {
  const { totals, ...kept } = order;
  const { discountMinor, taxMinor, taxesIncluded = false, shippingMinor } = totals;
  const lines = changes.lines ?? order.lines.map(withoutShares);
  return snapshotOf({
    ...{ ...kept, discountMinor, taxesIncluded, shippingMinor, version: order.version + 1 },
    taxMinor: haveOwnTaxes(lines) ? 0 : taxMinor,
    ...{ ...changes, lines },
  });
}

/** The line of a snapshot, without its shares. */
export function withoutShares({ discountMinor: _, taxMinor: _tax, ...line }: ErpOrderLine): SnapshotLine {
  return line;
}

/** The parameters of a push, equal to the workflow's. */
export function callOf(order: ErpOrder): PushCall {
  return { idempotencyKey: `${order.id}:${order.version}` };
}
