import { describe, expect, it } from 'vitest';

import { lineOf, snapshotOf } from '../testing/order-snapshot.js';
import { describeVersion, readVersion, updateComment } from './sale-text.js';

describe("a sale's version", () => {
  it('is read as it was written', () => {
    expect(readVersion(describeVersion('BS-10024', 17))).toBe(17);
    expect(readVersion(` ${describeVersion('BS · version 3', 0)} `)).toBe(0);
  });

  it.each([null, '', 'BS-10024', 'BS-10024 · version', 'BS-10024 · version 3, checked'])(
    'is undefined for %j',
    (text) => {
      expect(readVersion(text)).toBeUndefined();
    },
  );
});

describe("a sale's comment", () => {
  const line = lineOf({ sku: 'HAT' });
  const order = snapshotOf({
    lines: [line],
    externalId: 'shop-9',
    shipments: [
      {
        id: 'a',
        carrier: 'fedex_ground',
        trackingNumber: '1Z9',
        shippedAt: '2026-11-03T08:00:00.000Z',
        lines: [{ lineId: line.id, quantity: 2 }],
      },
    ],
  });

  it('contains the data without a field in Tryton', () => {
    const comment = updateComment(null, order);
    expect(comment).toContain('External id: shop-9');
    expect(comment).toContain('Shipped 2026-11-03T08:00:00.000Z by fedex_ground 1Z9: 2 × HAT');
  });

  it('says in which condition the units of a shipment came back', () => {
    const shipments = order.shipments.map((shipment) => ({
      ...shipment,
      returnedToSenderAt: '2026-11-09T08:00:00.000Z',
      lines: [{ lineId: line.id, quantity: 2, received: { restock: 1, damaged: 0, missing: 1 } }],
    }));
    expect(updateComment(null, { ...order, shipments })).toContain(
      '2 × HAT; returned to sender 2026-11-09T08:00:00.000Z: 1 × HAT can be sold again, 1 × HAT missing',
    );
  });

  it('tells the payment, cancelled units, returns, refunds and the invoice', () => {
    const [at, later] = ['2026-11-04T08:00:00.000Z', '2026-11-09T08:00:00.000Z'];
    const units = (quantity: number, amountMinor: number) => [{ lineId: line.id, quantity, amountMinor }];
    const comment = updateComment(null, {
      ...order,
      ...{ paymentStatus: 'partially_refunded', capturedMinor: 11_192, refundedMinor: 4_950 },
      disputedMinor: 1_000,
      cancellations: [
        { id: 'c', amountMinor: 4_950, lines: units(1, 4_950), refundId: 'r1', cancelledAt: at },
      ],
      returns: [
        {
          ...{ id: 'b', status: 'received', requestedAt: at, receivedAt: later },
          lines: [{ lineId: line.id, quantity: 1, received: { restock: 0, damaged: 1, missing: 0 } }],
        },
      ],
      refunds: [
        {
          ...{ id: 'r1', status: 'succeeded', amountMinor: 4_950, lines: units(1, 4_950) },
          ...{ requestedAt: at, settledAt: later },
        },
        {
          ...{ id: 'r2', status: 'failed', amountMinor: 100, lines: [], providerRefundId: 're_7' },
          ...{ requestedAt: at, settledAt: later },
        },
      ],
      invoice: {
        ...{ id: 'i', number: 'INV-000042', status: 'paid', totalMinor: 11_192, paidMinor: 11_192 },
        ...{ dueMinor: 0, creditedMinor: 4_950 },
        creditNotes: [
          {
            id: 'n',
            number: 'CN-000007',
            reason: 'refund',
            amountMinor: 4_950,
            refundId: 'r1',
            createdAt: at,
          },
        ],
      },
    });
    expect(comment.split('\n')).toEqual([
      '--- from order management ---',
      `Order ${order.number}, confirmed, 111.92 USD`,
      'Payment: partially_refunded, 111.92 USD captured, 49.50 USD refunded, 10.00 USD disputed',
      'External id: shop-9',
      'Shipping method: fedex_ground',
      `Units cancelled ${at}: 1 × HAT, 49.50 USD`,
      'Shipped 2026-11-03T08:00:00.000Z by fedex_ground 1Z9: 2 × HAT',
      `Return received, back ${later}: 1 × HAT damaged`,
      `Refund succeeded ${later}: 49.50 USD, 1 × HAT`,
      `Refund failed ${later}: 1.00 USD, made at the payment provider as re_7`,
      'Invoice INV-000042, paid: 111.92 USD, 111.92 USD paid, 0.00 USD due',
      'Credit note CN-000007, refund: 49.50 USD',
      '--- end ---',
    ]);
  });

  it('keeps the text of people around its block, and replaces the block', () => {
    const first = updateComment('Call before delivery.', order);
    const edited = `${first}\nCalled, fine.`;
    const cancelled = { ...order, status: 'cancelled', cancellationReason: 'out_of_stock' } as const;
    const second = updateComment(edited, cancelled);
    expect(second.startsWith('Call before delivery.')).toBe(true);
    expect(second.endsWith('Called, fine.')).toBe(true);
    expect(second).toContain('Cancelled: out_of_stock');
    expect(second.match(/from order management/g)).toHaveLength(1);
  });

  it('is unchanged for an unchanged order, so that nothing is written', () => {
    const once = updateComment('Call before delivery.', order);
    expect(updateComment(once, order)).toBe(once);
  });
});
