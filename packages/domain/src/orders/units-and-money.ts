import { sayAmount } from '../kit/money.js';
import { lineWorthsMinor, worthOfUnitsMinor } from '../returns/refund-arithmetic.js';
import { OrderFlag } from './order-flag.js';
import { keptMinor, type OrderFacts } from './order-facts.js';
import { chargeMinor } from './shipment-capture.js';
import { OrderStatus } from './order-status.js';

/** Flags that already tell somebody that more or less money is kept than the units are worth. */
const explaining: readonly OrderFlag[] = [
  OrderFlag.CaptureFailed,
  OrderFlag.SettledElsewhere,
  OrderFlag.Overpaid,
  OrderFlag.RefundFailed,
  OrderFlag.UnusedPaymentKept,
];

/** Statuses without money kept for units: nothing was captured yet, or all of it goes back. */
const withoutSale: readonly OrderStatus[] = [OrderStatus.Draft, OrderStatus.Pending, OrderStatus.Cancelled];

/**
 * Finds where the units of an order and its money part company, in plain words:
 *
 * - A line never gives back more than it is worth.
 * - The money kept is at most the worth of the units that were not cancelled, and the shipping. It may be less: that is
 *   goodwill. A refund under way counts as given back, and so does money that was taken for a dispute.
 * - Units whose payment is captured when they ship leave with their money.
 */
export function unitFaults(facts: OrderFacts): readonly string[] {
  const { status, flags, lines, totals, capturedMinor, currency } = facts;
  const say = (amountMinor: number): string => sayAmount(amountMinor, currency);
  const worths = lineWorthsMinor(facts);
  const faults = lines.flatMap((line) => {
    const worthMinor = worths.get(line.id) ?? 0;
    return line.refundedMinor > worthMinor
      ? [`line ${line.id}: ${say(line.refundedMinor)} was given back, and it is worth ${say(worthMinor)}`]
      : [];
  });
  if (withoutSale.includes(status) || flags.some((flag) => explaining.includes(flag))) return faults;
  if (
    facts.captureAtShipment &&
    lines.some(({ shipped }) => shipped > 0) &&
    capturedMinor < chargeMinor(facts)
  ) {
    faults.push(`units have shipped, and ${say(capturedMinor)} of ${say(chargeMinor(facts))} was captured`);
  }
  const cancelled = lines.map((line) => ({ lineId: line.id, quantity: line.cancelled }));
  const dueMinor = totals.totalMinor - worthOfUnitsMinor(facts, cancelled);
  const moneyMinor = keptMinor(facts);
  if (moneyMinor <= dueMinor) return faults;
  return [
    ...faults,
    `${say(moneyMinor)} is kept, and the units that were not cancelled are worth ${say(dueMinor)} with the shipping`,
  ];
}
