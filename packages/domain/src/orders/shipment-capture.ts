import { sayAmount } from '../kit/money.js';
import { refused, RefusalCode } from '../kit/refusal.js';
import { SplitShipments } from '../payments/capture-policy.js';
import { OrderFlag } from './order-flag.js';
import type { OrderFacts } from './order-facts.js';
import { notAllowed, notPaidFor } from './order-refusal.js';

/** The price of an order without the units that were cancelled before their money was taken, in minor units. */
export const chargeMinor = ({
  totals,
  notChargedMinor,
}: Pick<OrderFacts, 'totals' | 'notChargedMinor'>): number => totals.totalMinor - notChargedMinor;

/**
 * Computes the money that has to be captured before units of an order leave, in minor units; 0 where its money is there.
 *
 * @param leavesUnits whether the shipment leaves units of the order behind
 * @throws RefusedError where only a part of the money can be taken, and for a first shipment that leaves units behind where
 *   the tenant wants none
 */
export function captureForShipmentMinor(facts: OrderFacts, leavesUnits: boolean): number {
  const { captureAtShipment: terms, capturedMinor, flags, currency } = facts;
  if (!terms || flags.includes(OrderFlag.SettledElsewhere)) return 0;
  const wantedMinor = chargeMinor(facts);
  if (capturedMinor >= wantedMinor) return 0;
  if (capturedMinor > 0) {
    const say = (amountMinor: number): string => sayAmount(amountMinor, currency);
    throw notPaidFor(
      `somebody else captured ${say(capturedMinor)} of ${say(wantedMinor)} at the provider, which captures a payment once: cancel what the rest is for`,
    );
  }
  if (leavesUnits && terms.splitShipments === SplitShipments.Refuse) {
    throw refused(
      RefusalCode.SplitShipmentRefused,
      'the payment is captured once, and the settings of the order take no money for units that have not left: ship all units together, or cancel the others',
    );
  }
  return wantedMinor;
}

/**
 * Asserts that an order's invoice does not wait for the capture of its payment, which pays and issues it.
 *
 * @throws RefusedError `TRANSITION_NOT_ALLOWED`
 */
export function assertNotToBeCaptured(facts: OrderFacts, what: string): void {
  const { captureAtShipment, capturedMinor, flags } = facts;
  // A reversed capture, or money that came another way, is no capture to wait for.
  const isOver = flags.includes(OrderFlag.CaptureFailed) || flags.includes(OrderFlag.SettledElsewhere);
  if (!captureAtShipment || capturedMinor > 0 || isOver) return;
  throw notAllowed(
    facts,
    `the payment of the order is captured when it ships, and pays the invoice: ${what}`,
  );
}

/**
 * Asserts that no capture for a shipment is under way, whose amount a change of the units would make wrong.
 *
 * @throws RefusedError `TRANSITION_NOT_ALLOWED`
 */
export function assertNotCapturing(facts: OrderFacts): void {
  if (facts.captureAtShipment?.isUnderWay !== true) return;
  throw notAllowed(
    facts,
    'the payment is being captured for a shipment; send the request again once that has an answer',
  );
}
