import { describe, expect, it } from 'vitest';

import { moneyAtRisk } from './money-at-risk.js';
import type { OrderFlag } from './order-flag.js';

/** An order over 100.00 of which 130.00 was captured and 10.00 refunded. */
const money = {
  ...{ provider: 'stripe', reference: 'pi_1', authorizedMinor: 13_000, capturedMinor: 13_000 },
  ...{ voidedMinor: 0, refundedMinor: 1_000 },
};
const orderWith = (...flags: readonly OrderFlag[]) => ({ totalMinor: 10_000, money, flags });

describe('the money at risk of an order', () => {
  it.each<[OrderFlag, number]>([
    ['capture_failed', 10_000],
    ['recapture_reported', 10_000],
    ['captured_after_cancellation', 10_000],
    ['capture_declined', 10_000],
    ['authorization_expiring', 10_000],
    ['authorization_expired', 10_000],
    // 130.00 captured, 10.00 refunded.
    ['paid_twice', 12_000],
    ['refund_failed', 12_000],
    ['unused_payment_kept', 12_000],
    // All that was captured, whatever was refunded of it.
    ['disputed', 13_000],
    // Of 120.00 that are kept, 20.00 more than the order costs.
    ['overpaid', 2_000],
  ])('is, for %s, %i minor units', (flag, amountMinor) => {
    expect(moneyAtRisk(orderWith(flag))).toMatchObject([{ flag, amountMinor }]);
  });

  it('is nothing without a flag, and for flags about goods or about money that came', () => {
    expect(moneyAtRisk(orderWith())).toEqual([]);
    expect(moneyAtRisk(orderWith('settled_elsewhere', 'refunded_unshipped'))).toEqual([]);
  });

  it('names the reason of each flag', () => {
    expect(moneyAtRisk(orderWith('disputed', 'overpaid')).map(({ reason }) => reason)).toEqual([
      'the customer disputes the payment',
      'more was captured than it costs',
    ]);
  });
});
