import { describe, expect, it } from 'vitest';

import { moneyAtRisk } from './money-at-risk.js';
import type { OrderFlag } from './order-flag.js';

/**
 * An order over 110.00, of which 10.00 was cancelled before they were charged, so that 100.00 are to be charged. 130.00 was captured, 10.00
 * refunded, and 5.00 taken for a dispute. An open dispute is about 30.00, a lost one about 5.00.
 */
const money = {
  ...{ provider: 'stripe', reference: 'pi_1', authorizedMinor: 13_000, capturedMinor: 13_000 },
  ...{ voidedMinor: 0, refundedMinor: 1_000, disputedMinor: 500 },
};
const disputes = [
  { id: 'du_1', status: 'open', amountMinor: 3_000, heldMinor: 0 },
  { id: 'du_2', status: 'lost', amountMinor: 500, heldMinor: 500 },
] as const;
const orderWith = (...flags: readonly OrderFlag[]) => ({ chargeMinor: 10_000, money, disputes, flags });

describe('the money at risk of an order', () => {
  it.each<[OrderFlag, number]>([
    ['capture_failed', 10_000],
    ['recapture_reported', 10_000],
    ['captured_after_cancellation', 10_000],
    ['capture_declined', 10_000],
    ['authorization_expiring', 10_000],
    ['authorization_expired', 10_000],
    // 130.00 captured, 10.00 refunded, 5.00 taken.
    ['paid_twice', 11_500],
    ['refund_failed', 11_500],
    ['unused_payment_kept', 11_500],
    // Disputed and not decided, whatever was refunded of it.
    ['disputed', 3_000],
    // Of 115.00 that are kept, 15.00 more than the order costs.
    ['overpaid', 1_500],
  ])('is, for %s, %i minor units', (flag, amountMinor) => {
    expect(moneyAtRisk(orderWith(flag))).toMatchObject([{ flag, amountMinor }]);
  });

  it('is nothing without a flag, and for flags about goods, about money that came and about money that is lost', () => {
    expect(moneyAtRisk(orderWith())).toEqual([]);
    expect(moneyAtRisk(orderWith('settled_elsewhere', 'refunded_unshipped', 'dispute_lost'))).toEqual([]);
  });

  it('names the reason of each flag', () => {
    expect(moneyAtRisk(orderWith('disputed', 'overpaid')).map(({ reason }) => reason)).toEqual([
      'the customer disputes the payment',
      'more was captured than it costs',
    ]);
  });
});
