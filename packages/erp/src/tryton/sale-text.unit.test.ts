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
