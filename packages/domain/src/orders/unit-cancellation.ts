import { OrderFlag } from './order-flag.js';
import { isUnderWay, keptMinor, openUnits, type LineFacts, type OrderFacts } from './order-facts.js';
import { notPaidFor } from './order-refusal.js';
import { OrderStatus } from './order-status.js';
import type { LineQuantity } from '../kit/line-quantity.js';
import { refundOfUnitsMinor, splitBetweenLines, type LineRefund } from '../returns/refund-arithmetic.js';

/** Units that leave an order before they ship, with their value in minor units. */
export interface UnitCancellation {
  readonly lines: readonly LineRefund[];
  readonly amountMinor: number;
  /** See {@link completionOf}. */
  readonly completes?: Completion;
}

export type Completion =
  | typeof OrderStatus.Cancelled
  | typeof OrderStatus.Delivered
  | typeof OrderStatus.Closed
  | typeof OrderStatus.Shipped;

/**
 * The status that follows from an order's units. Set where nothing is left to ship: the order is cancelled if nothing has
 * shipped, shipped while a shipment is under way, delivered if any unit has arrived, and closed otherwise, since nothing can be
 * returned that nobody got.
 */
export function completionOf({
  lines,
  shipments,
}: Pick<OrderFacts, 'lines' | 'shipments'>): Completion | undefined {
  if (allOpenUnits({ lines }).length > 0) return undefined;
  if (lines.every(({ shipped }) => shipped === 0)) return OrderStatus.Cancelled;
  if (shipments.some(isUnderWay)) return OrderStatus.Shipped;
  return lines.some(({ delivered }) => delivered > 0) ? OrderStatus.Delivered : OrderStatus.Closed;
}

/** The statuses of an order whose units can be cancelled. */
export const cancellableStatuses: readonly OrderStatus[] = [OrderStatus.Confirmed, OrderStatus.Processing];

/**
 * Computes the cancellation of open units.
 *
 * @throws RefusedError while the capture is reversed, unless the whole order is cancelled: a later capture would take the
 *   money of the cancelled units too
 */
export function cancellationOf(facts: OrderFacts, units: readonly LineQuantity[]): UnitCancellation {
  const completes = completionOf({ ...facts, lines: withoutUnits(facts.lines, units) });
  if (facts.flags.includes(OrderFlag.CaptureFailed) && completes !== OrderStatus.Cancelled) {
    throw notPaidFor(
      'the provider took back the capture that it had accepted: only all units of the order can be cancelled',
    );
  }
  const amountMinor = valueMinor(facts, units, completes);
  const lines = splitBetweenLines(facts, units, amountMinor);
  return { lines, amountMinor, ...(completes ? { completes } : {}) };
}

function withoutUnits(lines: readonly LineFacts[], units: readonly LineQuantity[]): readonly LineFacts[] {
  const cancelled = new Map(units.map(({ lineId, quantity }) => [lineId, quantity]));
  return lines.map((line) => ({ ...line, cancelled: line.cancelled + (cancelled.get(line.id) ?? 0) }));
}

/**
 * The worth of the units as far as it was not given back; all captured money that is left where the order is cancelled. Without
 * a regard to that money where the provider took some of it for a dispute: then the units are credited alone.
 */
function valueMinor(
  facts: OrderFacts,
  units: readonly LineQuantity[],
  completes: Completion | undefined,
): number {
  const worthMinor = refundOfUnitsMinor(facts, units);
  if (!isGivenBack(facts)) return worthMinor;
  const leftMinor = keptMinor(facts);
  return completes === OrderStatus.Cancelled ? leftMinor : Math.min(worthMinor, leftMinor);
}

/**
 * Whether the value of cancelled units is given back. It is only credited where it was never taken, and where the provider
 * took money for a dispute: the customer has that already.
 */
export const isGivenBack = ({
  capturedMinor,
  disputedMinor,
}: Pick<OrderFacts, 'capturedMinor' | 'disputedMinor'>): boolean => capturedMinor > 0 && disputedMinor === 0;

/**
 * Whether an order has units to ship and none of its captured money: after a refund at the provider itself, nobody has said
 * that they still ship.
 */
export function isRefundedUnshipped({
  status,
  capturedMinor,
  refundedMinor,
  lines,
  totals,
}: Pick<OrderFacts, 'status' | 'capturedMinor' | 'refundedMinor' | 'lines' | 'totals'>): boolean {
  // A free order may name a payment that was captured for nothing.
  const isRefunded = totals.totalMinor > 0 && capturedMinor > 0 && refundedMinor >= capturedMinor;
  return isRefunded && cancellableStatuses.includes(status) && allOpenUnits({ lines }).length > 0;
}

/** All units of an order that are left to ship. */
export function allOpenUnits({ lines }: Pick<OrderFacts, 'lines'>): readonly LineQuantity[] {
  return lines
    .map((line) => ({ lineId: line.id, quantity: openUnits(line) }))
    .filter(({ quantity }) => quantity > 0);
}
