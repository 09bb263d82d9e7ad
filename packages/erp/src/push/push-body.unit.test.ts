import { readFile } from 'node:fs/promises';

import { describe, expect, it } from 'vitest';

import type { ErpOrder } from '../erp-order.js';
import { snapshotOf } from '../testing/order-snapshot.js';
import { orderBody } from './push-body.js';

const line = '0b8f6c1e-3d2a-4a57-9a54-7d1c1f0a2b01';
const unit = { lineId: line, quantity: 1, amountMinor: 1_071 };
const [placedAt, cancelledAt, shippedAt, deliveredAt, backAt, refundedAt] = [2, 3, 4, 6, 11, 12].map(
  (day) => `2026-11-${String(day).padStart(2, '0')}T10:00:00.000Z`,
) as [string, string, string, string, string, string];

/** 5 × 10.00 − 5.00 + 19 % + 5.00. One unit cancelled, four shipped, one of them back damaged; both refunded. */
const order: ErpOrder = {
  id: '6f1f0c0e-8f0f-4f38-8d0f-3b1f2f6a9c10',
  number: 'BS-10024',
  version: 17,
  status: 'delivered',
  paymentStatus: 'partially_refunded',
  currency: 'EUR',
  currencyExponent: 2,
  totals: { subtotalMinor: 5_000, discountMinor: 500, taxMinor: 855, shippingMinor: 500, totalMinor: 5_855 },
  ...{ capturedMinor: 5_855, refundedMinor: 2_142, disputedMinor: 0 },
  lines: [
    {
      ...{ id: line, sku: 'HAT', title: 'Hat, blue', requiresShipping: true },
      ...{ quantity: 5, cancelled: 1, shipped: 4, returned: 1 },
      ...{ unitPriceMinor: 1_000, discountMinor: 500, taxRateMillionths: 190_000, taxMinor: 855 },
    },
  ],
  shipments: [
    {
      ...{ id: '2f3c1a7b-4f0e-4b67-8f5e-5a1d2c3b4e02', carrier: 'ups', trackingNumber: '1Z9' },
      ...{ shippedAt, deliveredAt, lines: [{ lineId: line, quantity: 4 }] },
    },
  ],
  cancellations: [
    {
      ...{ id: '9d7e5c3b-1a2f-4c4d-8e6f-7a8b9c0d1e03', amountMinor: 1_071, lines: [unit] },
      ...{ refundId: '4c5b6a79-8d0e-4f12-a334-455667788904', reason: 'out of stock', cancelledAt },
    },
  ],
  returns: [
    {
      ...{ id: '7a6b5c4d-3e2f-4a1b-9c8d-7e6f5a4b3c05', status: 'refunded', reason: 'broken' },
      lines: [{ lineId: line, quantity: 1, received: { restock: 0, damaged: 1, missing: 0 } }],
      ...{ requestedAt: deliveredAt, receivedAt: backAt },
    },
  ],
  refunds: [
    {
      ...{ id: '4c5b6a79-8d0e-4f12-a334-455667788904', status: 'succeeded', amountMinor: 1_071 },
      ...{ lines: [unit], reason: 'out of stock', requestedAt: cancelledAt, settledAt: cancelledAt },
    },
    {
      ...{ id: '1e2d3c4b-5a69-4788-96a5-b4c3d2e1f006', status: 'succeeded', amountMinor: 1_071 },
      ...{ lines: [unit], returnId: '7a6b5c4d-3e2f-4a1b-9c8d-7e6f5a4b3c05', requestedAt: backAt },
      settledAt: refundedAt,
    },
  ],
  invoice: {
    ...{ id: '8f9e0d1c-2b3a-4948-8756-655443322107', number: 'INV-000042', status: 'paid' },
    ...{ totalMinor: 5_855, paidMinor: 5_855, dueMinor: 0, creditedMinor: 2_142 },
    creditNotes: [
      {
        ...{ id: '3a4b5c6d-7e8f-4901-a2b3-c4d5e6f70808', number: 'CN-000007', reason: 'refund' },
        ...{ amountMinor: 1_071, refundId: '4c5b6a79-8d0e-4f12-a334-455667788904', createdAt: cancelledAt },
      },
      {
        ...{ id: '5c6d7e8f-9a0b-4c1d-8e2f-3a4b5c6d7e09', number: 'CN-000008', reason: 'refund' },
        ...{ amountMinor: 1_071, refundId: '1e2d3c4b-5a69-4788-96a5-b4c3d2e1f006', createdAt: refundedAt },
      },
    ],
    ...{ issuedAt: placedAt, paidAt: placedAt },
  },
  ...{ createdAt: placedAt, updatedAt: refundedAt },
};

describe('the body of a pushed order', () => {
  it('is the example of the guide', async () => {
    const guide = await readFile(
      new URL('../../../../docs/guides/connect-an-erp.md', import.meta.url),
      'utf8',
    );
    const example = /<!-- a pushed order -->\s+```json\n([^]*?)\n```/.exec(guide)?.[1] ?? '';
    expect(JSON.parse(orderBody(order))).toEqual(JSON.parse(example));
  });

  it('names a refund that was made at the payment provider', () => {
    const [refund] = order.refunds;
    const refunds = refund ? [{ ...refund, lines: [], providerRefundId: 're_7' }] : [];
    expect(JSON.parse(orderBody({ ...order, refunds }))).toMatchObject({
      data: { refunds: [{ amount: '10.71', lines: [], provider_refund_id: 're_7' }] },
    });
  });

  it('has the decimals of the currency, and a sign where a credit note is taken back', () => {
    const yen = snapshotOf({
      ...{
        currency: 'JPY',
        currencyExponent: 0,
        refundedMinor: 7,
        disputedMinor: 3,
        paymentStatus: 'partially_refunded',
      },
      invoice: {
        ...{ id: 'i', number: 'INV-000001', status: 'issued', totalMinor: 12_000, paidMinor: 500 },
        ...{ dueMinor: 11_500, creditedMinor: 0 },
        creditNotes: [
          { id: 'n', number: 'CN-000001', reason: 'refund_failed', amountMinor: -7, createdAt: placedAt },
        ],
      },
    });
    expect(JSON.parse(orderBody(yen))).toMatchObject({
      data: {
        refunded_amount: '7',
        disputed_amount: '3',
        invoice: { due_amount: '11500', credit_notes: [{ reason: 'refund_failed', amount: '-7' }] },
      },
    });
  });
});
