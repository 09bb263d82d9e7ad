import type { LineProgress, OrderSnapshot } from '@oms/database';
import { describe, expect, it } from 'vitest';

import { erpOrderOf } from './erp-order-of.js';

const line: LineProgress = {
  ...{ id: 'line-1', position: 1, sku: 'HAT', productTitle: 'Hat', requiresShipping: true },
  ...{ quantity: 3, unitPriceMinor: 1_000, taxRateMillionths: 190_000 },
  ...{ cancelled: 1, shipped: 2, returned: 1 },
};
const at = '2026-11-02T10:00:00.000Z';

/** An order of three hats at 10.00 with 19 % and a scarf at 20.00 with 7 %, a discount of 5.00 and shipping of 4.00. */
const snapshot: OrderSnapshot = {
  order: {
    ...{ id: 'order-1', tenantId: 't', orgId: 'o', number: 'BS-1', idempotencyKey: 'k', metadata: {} },
    ...{ status: 'shipped', paymentStatus: 'partially_refunded', currency: 'EUR', currencyExponent: 2 },
    // 30.00 + 20.00 − 5.00 + 5.13 + 1.26 + 4.00.
    totals: {
      subtotalMinor: 5_000,
      discountMinor: 500,
      taxMinor: 639,
      shippingMinor: 400,
      totalMinor: 5_539,
    },
    lines: [
      line,
      {
        ...{ ...line, id: 'line-2', position: 2, productTitle: 'Scarf', variantTitle: 'blue', quantity: 1 },
        ...{ unitPriceMinor: 2_000, taxRateMillionths: 70_000, cancelled: 0, shipped: 1, returned: 0 },
      },
    ],
    ...{ flags: [], statusTimes: {}, version: 9, createdAt: at, updatedAt: at },
  },
  money: { capturedMinor: 5_539, refundedMinor: 1_071, disputedMinor: 500 },
  shipments: [],
  cancellations: [],
  returns: [],
  refunds: [
    {
      ...{ id: 'refund-1', status: 'failed', amountMinor: 1_071, requestedAt: at, settledAt: at },
      lines: [{ lineId: 'line-1', quantity: 1, amountMinor: 1_071 }],
      failure: 'the card of Ada Lovelace is closed',
    },
  ],
};

describe('an order as ERPs are given it', () => {
  it('has the units and the amounts of each line', () => {
    const { lines, capturedMinor, refundedMinor, disputedMinor, paymentStatus, totals } =
      erpOrderOf(snapshot);
    expect({ capturedMinor, refundedMinor, disputedMinor, paymentStatus }).toEqual({
      ...{ capturedMinor: 5_539, refundedMinor: 1_071, disputedMinor: 500 },
      paymentStatus: 'partially_refunded',
    });
    expect(lines).toEqual([
      {
        ...{ id: 'line-1', sku: 'HAT', title: 'Hat', requiresShipping: true },
        ...{ quantity: 3, cancelled: 1, shipped: 2, returned: 1, unitPriceMinor: 1_000 },
        // Three fifths of 5.00; 19 % of 27.00.
        ...{ discountMinor: 300, taxMinor: 513, taxRateMillionths: 190_000 },
      },
      {
        ...{ id: 'line-2', sku: 'HAT', title: 'Scarf, blue', requiresShipping: true },
        ...{ quantity: 1, cancelled: 0, shipped: 1, returned: 0, unitPriceMinor: 2_000 },
        // Two fifths of 5.00; 7 % of 18.00.
        ...{ discountMinor: 200, taxMinor: 126, taxRateMillionths: 70_000 },
      },
    ]);
    const sum = (part: 'discountMinor' | 'taxMinor') => lines.reduce((all, each) => all + each[part], 0);
    expect([sum('discountMinor'), sum('taxMinor')]).toEqual([totals.discountMinor, totals.taxMinor]);
  });

  it('with the tax of the whole order → each line has its share by price, and no rate', () => {
    const lines = snapshot.order.lines.map(({ taxRateMillionths: _, ...each }) => each);
    const totals = { ...snapshot.order.totals, taxMinor: 101, totalMinor: 5_001 };
    const { lines: made } = erpOrderOf({ ...snapshot, order: { ...snapshot.order, lines, totals } });
    // 0.606 and 0.404: the cent left over goes to the larger remainder.
    expect(made.map(({ taxMinor, taxRateMillionths }) => [taxMinor, taxRateMillionths])).toEqual([
      [61, undefined],
      [40, undefined],
    ]);
  });

  it('has the invoice with its number, the amount due without cancelled units, and its credit notes', () => {
    expect(
      erpOrderOf({
        ...snapshot,
        invoice: {
          ...{ id: 'invoice-1', sequence: 42, status: 'issued', issuedAt: at },
          ...{ totalMinor: 5_539, paidMinor: 1_000, creditedMinor: 1_071, cancelledMinor: 1_071 },
          creditNotes: [
            {
              ...{ id: 'note-1', sequence: 7, reason: 'units_cancelled', amountMinor: 1_071 },
              ...{ cancellationId: 'cancellation-1', createdAt: at },
            },
          ],
        },
      }).invoice,
    ).toEqual({
      ...{ id: 'invoice-1', number: 'INV-000042', status: 'issued', issuedAt: at },
      // 55.39 − 10.71 − 10.00.
      ...{ totalMinor: 5_539, paidMinor: 1_000, dueMinor: 3_468, creditedMinor: 1_071 },
      creditNotes: [
        {
          ...{ id: 'note-1', number: 'CN-000007', reason: 'units_cancelled', amountMinor: 1_071 },
          ...{ cancellationId: 'cancellation-1', createdAt: at },
        },
      ],
    });
    expect(erpOrderOf(snapshot)).not.toHaveProperty('invoice');
  });

  it('has no words of the payment provider about a refund', () => {
    const made = erpOrderOf(snapshot);
    expect(made.refunds).toMatchObject([{ id: 'refund-1', status: 'failed', amountMinor: 1_071 }]);
    expect(JSON.stringify(made)).not.toContain('Lovelace');
  });
});
