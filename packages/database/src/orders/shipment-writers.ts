import {
  OrderEventType,
  OrderStatus,
  UnitCondition,
  unitsThatAre,
  type CommandEffects,
  type LineQuantity,
  type OrderCommandOf,
  type Refusal,
} from '@oms/domain';

import { Prisma } from '../generated/client.js';
import { takeBackShipment, takeOffReservations } from '../inventory/stock-movements.js';
import type { Queries } from '../kit/queries.js';
import {
  append,
  countLines,
  nextOrdinal,
  partOf,
  type OwedCapture,
  type WriteContext,
  type WrittenCommand,
} from '../order-log/command-writing.js';
import { requestCapture } from '../payments/capture-requests.js';
import { completeShipping, flagRefundedUnshipped, moveOrder, reopenShipping } from './status-moves.js';

export async function writeShipment(
  queries: Queries,
  context: WriteContext,
  command: OrderCommandOf<'ship'>,
  { lines, startsProcessing, isLast, captureMinor }: CommandEffects['ship'],
): Promise<WrittenCommand | OwedCapture | Refusal> {
  if (captureMinor > 0)
    return (await requestCapture(queries, context, captureMinor)) ?? { kind: 'owes_capture' };
  const { orderId } = context;
  const partId = partOf(context);
  if (startsProcessing) await moveOrder(queries, context, OrderStatus.Confirmed, OrderStatus.Processing);
  await queries.shipment.create({
    data: {
      id: partId,
      orderId,
      ordinal: await nextOrdinal(queries, context, 'shipment'),
      trackingNumber: command.trackingNumber ?? null,
      carrier: command.carrier ?? null,
      lines: { create: lines.map(({ lineId, quantity }) => ({ lineId, quantity })) },
    },
  });
  await countLines(queries, Prisma.sql`shipped_quantity`, lines);
  await takeOffReservations(queries, 'ship', { documentId: partId, lines });
  await append(queries, context, {
    event: {
      type: OrderEventType.ShipmentCreated,
      data: {
        shipmentId: partId,
        lines,
        ...(command.carrier === undefined ? {} : { carrier: command.carrier }),
        ...(command.trackingNumber === undefined ? {} : { trackingNumber: command.trackingNumber }),
      },
    },
  });
  if (isLast) await completeShipping(queries, context);
  return { partId };
}

export async function writeDelivery(
  queries: Queries,
  context: WriteContext,
  _command: OrderCommandOf<'deliver'>,
  { shipmentIds, isLast }: CommandEffects['deliver'],
): Promise<WrittenCommand> {
  for (const shipmentId of shipmentIds) {
    const { lines } = await queries.shipment.update({
      where: { id: shipmentId },
      data: { deliveredAt: new Date() },
      include: { lines: true },
    });
    await countLines(queries, Prisma.sql`delivered_quantity`, lines);
    await append(queries, context, {
      event: { type: OrderEventType.ShipmentDelivered, data: { shipmentId } },
    });
  }
  if (isLast) await moveOrder(queries, context, OrderStatus.Shipped, OrderStatus.Delivered);
  const [only] = shipmentIds;
  return shipmentIds.length === 1 && only !== undefined ? { partId: only } : {};
}

/** Leaves the shipment and the history as they are where the correction changes nothing. */
export async function writeCorrection(
  queries: Queries,
  context: WriteContext,
  command: OrderCommandOf<'correct_shipment'>,
  { shipmentId }: CommandEffects['correct_shipment'],
): Promise<WrittenCommand> {
  const before = await queries.shipment.findUniqueOrThrow({
    where: { id: shipmentId },
    select: { trackingNumber: true, carrier: true },
  });
  const { trackingNumber = before.trackingNumber, carrier = before.carrier } = command;
  const after = { trackingNumber, carrier };
  const isSame = before.trackingNumber === trackingNumber && before.carrier === carrier;
  if (isSame) return { partId: shipmentId, wasDone: true };
  await queries.shipment.update({ where: { id: shipmentId }, data: after });
  await append(queries, context, {
    event: { type: OrderEventType.ShipmentCorrected, data: { shipmentId, before, after } },
  });
  return { partId: shipmentId };
}

export async function writeShipmentCancellation(
  queries: Queries,
  context: WriteContext,
  { shipmentId, reason }: OrderCommandOf<'cancel_shipment'>,
  { lines, reopens, isRefunded }: CommandEffects['cancel_shipment'],
): Promise<WrittenCommand> {
  await queries.shipment.update({
    where: { id: shipmentId },
    data: { cancelledAt: new Date(), cancellationReason: reason ?? null },
  });
  await countLines(queries, Prisma.sql`shipped_quantity`, lessOf(lines));
  await takeBackShipment(queries, { shipmentId, lines });
  await append(queries, context, {
    event: { type: OrderEventType.ShipmentCancelled, reason, data: { shipmentId, lines } },
  });
  if (isRefunded) await flagRefundedUnshipped(queries, context);
  if (reopens) await reopenShipping(queries, context);
  return { partId: shipmentId };
}

/** Units that can be sold again are taken back as by the cancellation of the shipment; the others stay shipped. */
export async function writeReturnToSender(
  queries: Queries,
  context: WriteContext,
  { shipmentId, reason }: OrderCommandOf<'return_to_sender'>,
  { received, becomes, isRefunded }: CommandEffects['return_to_sender'],
): Promise<WrittenCommand> {
  await queries.shipment.update({
    where: { id: shipmentId },
    data: { returnedToSenderAt: new Date(), returnedToSenderReason: reason ?? null },
  });
  for (const { lineId, restock, damaged, missing } of received) {
    await queries.shipmentLine.update({
      where: { shipmentId_lineId: { shipmentId, lineId } },
      data: { restockedQuantity: restock, damagedQuantity: damaged, missingQuantity: missing },
    });
  }
  const open = unitsThatAre(received, UnitCondition.Restock);
  await countLines(queries, Prisma.sql`shipped_quantity`, lessOf(open));
  const lost = unitsThatAre(received, UnitCondition.Damaged, UnitCondition.Missing);
  await countLines(queries, Prisma.sql`returned_to_sender_quantity`, lost);
  await takeBackShipment(queries, { shipmentId, lines: open });
  await append(queries, context, {
    event: { type: OrderEventType.ShipmentReturnedToSender, reason, data: { shipmentId, lines: received } },
  });
  if (isRefunded) await flagRefundedUnshipped(queries, context);
  if (becomes === OrderStatus.Processing) await reopenShipping(queries, context);
  else if (becomes) await moveOrder(queries, context, OrderStatus.Shipped, becomes);
  return { partId: shipmentId };
}

const lessOf = (lines: readonly LineQuantity[]): readonly LineQuantity[] =>
  lines.map(({ lineId, quantity }) => ({ lineId, quantity: -quantity }));
