import { describe, expect, it } from 'vitest';

import { decide } from '../orders/order-decision.js';
import { factsOfNewOrder } from '../orders/order-facts.js';

const totals = {
  subtotalMinor: 3_000,
  discountMinor: 0,
  taxMinor: 300,
  shippingMinor: 100,
  totalMinor: 3_400,
};

describe('a refund of more than is left', () => {
  it.each([
    [{ code: 'USD', exponent: 2 }, '28.50 USD'],
    [{ code: 'JPY', exponent: 0 }, '2850 JPY'],
    [{ code: 'BHD', exponent: 3 }, '2.850 BHD'],
  ])('is refused with the amount that is left, in %j', (currency, left) => {
    const facts = {
      ...factsOfNewOrder('confirmed', totals, [], currency),
      ...{ capturedMinor: 3_400, refundedMinor: 550 },
    };
    expect(decide(facts, { type: 'refund', amountMinor: 2_851 })).toMatchObject({
      message: `the refund is larger than what is left of the captured money (${left})`,
    });
  });
});
