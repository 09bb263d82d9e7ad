import { describe, expect, it } from 'vitest';

import { RefusedError } from '../kit/refusal.js';
import { factsOfNewOrder, type OrderFacts } from './order-facts.js';
import { assertNotToBeCaptured, captureForShipmentMinor } from './shipment-capture.js';

/** A confirmed order of 100.00 whose payment is captured when it ships. */
const facts = (changes: Partial<OrderFacts> = {}): OrderFacts => ({
  ...factsOfNewOrder(
    'confirmed',
    { subtotalMinor: 10_000, discountMinor: 0, taxMinor: 0, shippingMinor: 0, totalMinor: 10_000 },
    [{ id: 'a', quantity: 10, unitPriceMinor: 1_000, requiresShipping: true }],
    { code: 'USD', exponent: 2 },
  ),
  captureAtShipment: { splitShipments: 'capture_all', isUnderWay: false },
  ...changes,
});
const refusing = { splitShipments: 'refuse', isUnderWay: false } as const;

function codeOf(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof RefusedError) return error.refusal.code;
    throw error;
  }
}

describe('the money that is captured before units of an order of 100.00 leave', () => {
  const { captureAtShipment: _, ...atConfirmation } = facts();

  it.each<[string, OrderFacts, boolean, number]>([
    ['a payment that is captured at the confirmation', atConfirmation, false, 0],
    ['the whole order', facts(), false, 10_000],
    ['the first of two shipments', facts(), true, 10_000],
    ['30.00 of it were cancelled before', facts({ notChargedMinor: 3_000 }), false, 7_000],
    ['all of it is captured', facts({ capturedMinor: 10_000 }), true, 0],
    [
      'all that was not cancelled is captured',
      facts({ capturedMinor: 7_000, notChargedMinor: 3_000 }),
      true,
      0,
    ],
    ['its money came another way', facts({ flags: ['settled_elsewhere'] }), false, 0],
    ['all is shipped, and it must not be split', facts({ captureAtShipment: refusing }), false, 10_000],
    [
      'units are left behind once it is captured, and it must not be split',
      facts({ captureAtShipment: refusing, capturedMinor: 10_000 }),
      true,
      0,
    ],
  ])('%s', (_what, order, leavesUnits, amountMinor) => {
    expect(captureForShipmentMinor(order, leavesUnits)).toBe(amountMinor);
  });

  it.each<[string, OrderFacts, boolean, string]>([
    ['somebody else captured 30.00 of it', facts({ capturedMinor: 3_000 }), false, 'PAYMENT_FAILED'],
    [
      'units are left behind, and it must not be split',
      facts({ captureAtShipment: refusing }),
      true,
      'SPLIT_SHIPMENT_REFUSED',
    ],
  ])('is refused where %s', (_what, order, leavesUnits, code) => {
    expect(codeOf(() => captureForShipmentMinor(order, leavesUnits))).toBe(code);
  });
});

describe('the invoice of an order whose payment is captured when it ships', () => {
  it.each<[string, OrderFacts, string | undefined]>([
    ['before the capture', facts(), 'TRANSITION_NOT_ALLOWED'],
    ['after the capture', facts({ capturedMinor: 10_000 }), undefined],
    ['its money came another way', facts({ flags: ['settled_elsewhere'] }), undefined],
    ['its capture was reversed', facts({ flags: ['capture_failed'] }), undefined],
  ])('waits for the capture: %s → %s', (_what, order, code) => {
    expect(codeOf(() => assertNotToBeCaptured(order, 'wait'))).toBe(code);
  });
});
