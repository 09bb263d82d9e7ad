import { describe, expect, it } from 'vitest';

import { computeTotals } from '../kit/line-amounts.js';
import { OrderFlag } from './order-flag.js';
import { factsOfNewOrder, type LineFacts, type OrderFacts } from './order-facts.js';
import { OrderStatus } from './order-status.js';
import { unitFaults } from './units-and-money.js';

/**
 * Three units at 10.00 and one at 5.00, with a discount of 7.00 and a shipping of 4.00. The discount is split 6.00 and
 * 1.00, so the lines are worth 24.00 (8.00 a unit) and 4.00; the total is 32.00. All of it is captured.
 */
function paid(line: Partial<LineFacts>, rest: Partial<OrderFacts> = {}): OrderFacts {
  const lines = [
    { id: 'a', quantity: 3, unitPriceMinor: 1_000, requiresShipping: true },
    { id: 'b', quantity: 1, unitPriceMinor: 500, requiresShipping: true },
  ];
  const totals = computeTotals(lines, { discountMinor: 700, taxMinor: 0, shippingMinor: 400 });
  const facts = factsOfNewOrder(OrderStatus.Confirmed, totals, lines, { code: 'EUR', exponent: 2 });
  const [first, ...others] = facts.lines;
  if (!first) throw new Error('the order has no lines');
  return { ...facts, capturedMinor: 3_200, ...rest, lines: [{ ...first, ...line }, ...others] };
}

const kept = '32.00 EUR is kept, and the units that were not cancelled are worth 16.00 EUR with the shipping';

describe('the units of an order and its money', () => {
  it.each([
    ['nothing was cancelled', paid({})],
    [
      'two units were cancelled, and 16.00 went back',
      paid({ cancelled: 2, refundedMinor: 1_600 }, { refundedMinor: 1_600 }),
    ],
    [
      'more went back than was cancelled: goodwill',
      paid({ cancelled: 2, refundedMinor: 1_600 }, { refundedMinor: 2_000 }),
    ],
    [
      'an amount went back before, and so less is left to give',
      paid({ cancelled: 3, refundedMinor: 200 }, { refundedMinor: 3_200 }),
    ],
    [
      'two units were cancelled, and a flag says that their refund failed',
      paid({ cancelled: 2 }, { flags: [OrderFlag.RefundFailed] }),
    ],
    ['the order is being paid for', paid({ cancelled: 2 }, { status: OrderStatus.Pending })],
  ])('agree where %s', (_, facts) => {
    expect(unitFaults(facts)).toEqual([]);
  });

  it.each([
    ['two units were cancelled, and nothing went back', paid({ cancelled: 2 }), [kept]],
    [
      'two units were cancelled, and a cent too little went back',
      paid({ cancelled: 2, refundedMinor: 1_599 }, { refundedMinor: 1_599 }),
      ['16.01 EUR is kept, and the units that were not cancelled are worth 16.00 EUR with the shipping'],
    ],
    [
      'more was captured than the order costs, and no flag says so',
      paid({}, { capturedMinor: 3_201 }),
      ['32.01 EUR is kept, and the units that were not cancelled are worth 32.00 EUR with the shipping'],
    ],
    [
      'a line gave back more than it is worth',
      paid({ refundedMinor: 2_401 }, { refundedMinor: 2_401 }),
      ['line a: 24.01 EUR was given back, and it is worth 24.00 EUR'],
    ],
  ])('part company where %s', (_, facts, faults) => {
    expect(unitFaults(facts)).toEqual(faults);
  });

  const atShipment = { captureAtShipment: { splitShipments: 'capture_all', isUnderWay: false } } as const;

  it.each<[string, OrderFacts, readonly string[]]>([
    ['nothing has shipped, and nothing is captured', paid({}, { ...atShipment, capturedMinor: 0 }), []],
    [
      'a unit has shipped, and nothing is captured',
      paid({ shipped: 1 }, { ...atShipment, capturedMinor: 0 }),
      ['units have shipped, and 0.00 EUR of 32.00 EUR was captured'],
    ],
    [
      'two units were cancelled before the capture of the rest',
      paid(
        { cancelled: 2, shipped: 1, refundedMinor: 1_600 },
        { ...atShipment, capturedMinor: 1_600, notChargedMinor: 1_600 },
      ),
      [],
    ],
  ])('of an order that is captured when it ships: %s', (_what, facts, faults) => {
    expect(unitFaults(facts)).toEqual(faults);
  });

  it('agree in whole steps of a provider that moves hundredths of a currency of thousandths', () => {
    // 12.350 for two: 6.170 for the first at a provider that moves hundredths, since 6.175 is rounded down.
    const lines = [{ id: 'a', quantity: 2, unitPriceMinor: 6_175, requiresShipping: true }];
    const totals = computeTotals(lines, { discountMinor: 0, taxMinor: 0, shippingMinor: 0 });
    const facts = factsOfNewOrder(OrderStatus.Confirmed, totals, lines, { code: 'BHD', exponent: 3 });
    const [line] = facts.lines;
    if (!line) throw new Error('the order has no lines');
    const refunded = (refundedMinor: number): OrderFacts => ({
      ...facts,
      ...{ capturedMinor: 12_350, refundedMinor, moneyStepMinor: 10 },
      lines: [{ ...line, cancelled: 1, refundedMinor }],
    });
    expect(unitFaults(refunded(6_170))).toEqual([]);
    expect(unitFaults(refunded(6_160))).toEqual([
      '6.190 BHD is kept, and the units that were not cancelled are worth 6.180 BHD with the shipping',
    ]);
  });
});
