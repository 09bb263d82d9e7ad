import { FaultCode, refused, RefusalCode, type RefusedError } from '../kit/refusal.js';
import type { OrderCommandOf } from './order-command.js';
import { isUnderWay, openUnits, type OrderFacts, type ShipmentFacts } from './order-facts.js';
import { notAllowed, partNotFound } from './order-refusal.js';
import { OrderStatus } from './order-status.js';
import { ShipmentStatus } from './shipment-status.js';
import { completionOf, isRefundedUnshipped } from './unit-cancellation.js';
import type { LineQuantity } from '../kit/line-quantity.js';
import { receivedLines, type ReceivedLine } from '../returns/unit-condition.js';

/** Digital goods have no tracking number. */
export function assertTracked(
  { lines }: OrderFacts,
  { needsTracking, trackingNumber, carrier }: OrderCommandOf<'ship'>,
): void {
  const isDigital = lines.every((line) => !line.requiresShipping || openUnits(line) === 0);
  if (needsTracking !== true || isDigital) return;
  const missing = missingIn({ tracking_number: trackingNumber, carrier }, undefined);
  if (missing.length > 0) throw trackingRequired(missing, 'units are left that have to be shipped');
}

/**
 * A correction is possible as long as the order has not ended, also after the delivery: the carrier's questions about a
 * parcel come later than the parcel.
 *
 * @throws RefusedError where a shipment that needs tracking would lose it
 */
export function decideCorrection(
  facts: OrderFacts,
  { shipmentId, trackingNumber, carrier, needsTracking }: OrderCommandOf<'correct_shipment'>,
): { readonly shipmentId: string } {
  const shipment = shipmentId === undefined ? newestShipment(facts) : shipmentThatIs(facts, shipmentId);
  if (shipment.status === ShipmentStatus.Cancelled) throw isOver(facts, shipment);
  const requiresShipping = shipment.lines.some(({ lineId }) =>
    facts.lines.some((line) => line.id === lineId && line.requiresShipping),
  );
  const removed = missingIn({ tracking_number: trackingNumber, carrier }, null);
  if (needsTracking === true && requiresShipping && removed.length > 0) {
    throw trackingRequired(removed, 'the shipment has units that have to be shipped');
  }
  return { shipmentId: shipment.id };
}

function newestShipment({ shipments }: OrderFacts): ShipmentFacts {
  const newest = shipments.findLast(({ status }) => status !== ShipmentStatus.Cancelled);
  if (!newest) throw partNotFound('the order has no shipment');
  return newest;
}

/** A shipment that is taken back, with the effect of its open units on the order. */
export interface ShipmentCancellation {
  readonly shipmentId: string;
  readonly lines: readonly LineQuantity[];
  /** Whether the order was shipped, and is processing again. */
  readonly reopens: boolean;
  /** Whether all money of the order was given back, so that somebody has to say what its open units are for. */
  readonly isRefunded: boolean;
}

/** @throws RefusedError for a shipment that is not under way */
export function decideShipmentCancellation(
  facts: OrderFacts,
  { shipmentId }: OrderCommandOf<'cancel_shipment'>,
): ShipmentCancellation {
  const shipment = shipmentThatIs(facts, shipmentId);
  assertUnderWay(facts, shipment);
  const lines = facts.lines.map((line) => ({ ...line, shipped: line.shipped - unitsOf(shipment, line.id) }));
  return {
    shipmentId,
    lines: shipment.lines,
    reopens: facts.status === OrderStatus.Shipped,
    isRefunded: isRefundedUnshipped({ ...facts, lines, status: OrderStatus.Processing }),
  };
}

/** A shipment that came back undelivered, with its effect on the order. */
export interface ShipmentReturn {
  readonly shipmentId: string;
  readonly received: readonly ReceivedLine[];
  /** Processing where units are open again; see {@link completionOf} otherwise. Absent: the order keeps its status. */
  readonly becomes?: typeof OrderStatus.Processing | typeof OrderStatus.Delivered | typeof OrderStatus.Closed;
  /** Whether units are open again while all money of the order was given back. */
  readonly isRefunded: boolean;
}

/** @throws RefusedError for a shipment that is not under way, and for conditions that do not cover it */
export function decideReturnToSender(
  facts: OrderFacts,
  { shipmentId, units }: OrderCommandOf<'return_to_sender'>,
): ShipmentReturn {
  const shipment = shipmentThatIs(facts, shipmentId);
  assertUnderWay(facts, shipment);
  const received = receivedLines('shipment', shipment.lines, units);
  const after = {
    lines: facts.lines.map((line) => {
      const {
        restock = 0,
        damaged = 0,
        missing = 0,
      } = received.find(({ lineId }) => lineId === line.id) ?? {};
      const { shipped, returnedToSender } = line;
      return {
        ...line,
        ...{ shipped: shipped - restock, returnedToSender: returnedToSender + damaged + missing },
      };
    }),
    shipments: facts.shipments.map((each) =>
      each.id === shipmentId ? { ...each, status: ShipmentStatus.ReturnedToSender } : each,
    ),
  };
  const becomes = facts.status === OrderStatus.Shipped ? statusAfterReturn(after) : undefined;
  const isReopened = received.some(({ restock }) => restock > 0);
  return {
    ...{ shipmentId, received },
    ...(becomes ? { becomes } : {}),
    isRefunded:
      isReopened && isRefundedUnshipped({ ...facts, lines: after.lines, status: OrderStatus.Processing }),
  };
}

function statusAfterReturn(after: Pick<OrderFacts, 'lines' | 'shipments'>): ShipmentReturn['becomes'] {
  const completion = completionOf(after);
  if (completion === undefined) return OrderStatus.Processing;
  if (completion === OrderStatus.Delivered || completion === OrderStatus.Closed) return completion;
  return undefined;
}

const unitsOf = ({ lines }: ShipmentFacts, lineId: string): number =>
  lines.reduce((sum, line) => sum + (line.lineId === lineId ? line.quantity : 0), 0);

/** @throws RefusedError for a shipment that has arrived, was cancelled, or came back */
export function assertUnderWay(facts: OrderFacts, shipment: ShipmentFacts): void {
  if (isUnderWay(shipment)) return;
  throw isOver(facts, shipment);
}

const isOver = (facts: OrderFacts, { id, status }: ShipmentFacts): RefusedError =>
  notAllowed(facts, `shipment ${id} has been ${status.replaceAll('_', ' ')} already`);

/** @throws RefusedError `PART_NOT_FOUND` */
export function shipmentThatIs({ shipments }: OrderFacts, shipmentId: string): ShipmentFacts {
  const shipment = shipments.find(({ id }) => id === shipmentId);
  if (!shipment) throw partNotFound(`the order has no shipment ${shipmentId}`);
  return shipment;
}

/** The fields with a value, by their names on the APIs. */
function missingIn(
  fields: Readonly<Record<string, string | null | undefined>>,
  missing: null | undefined,
): readonly string[] {
  return Object.entries(fields)
    .filter(([, value]) => value === missing)
    .map(([field]) => field);
}

function trackingRequired(fields: readonly string[], why: string): RefusedError {
  const faults = fields.map((field) => ({
    ...{ field, code: FaultCode.Required },
    message: `${field} is required: ${why}`,
  }));
  const message = faults.map((fault) => fault.message).join('; ');
  const [field] = fields;
  return refused(RefusalCode.InvalidRequest, message, {
    ...(field === undefined ? {} : { field }),
    details: { faults },
  });
}
