import {
  CancellationReason,
  OrderEventType,
  OrderStatus,
  type CommandEffects,
  type OrderCommandOf,
  type UnitCancellation,
} from '@oms/domain';
import type { CancellationDecision } from '@oms/contracts/temporal';

import { Prisma } from '../generated/client.js';
import { takeOffReservations } from '../inventory/stock-movements.js';
import type { Queries } from '../kit/queries.js';
import {
  append,
  countLines,
  nextOrdinal,
  partOf,
  secondPartOf,
  type WriteContext,
  type WrittenCommand,
} from '../order-log/command-writing.js';
import { writeRefund } from '../returns/return-writers.js';
import { completeShipping, moveOrder } from './status-moves.js';

/** Cancels units, and requests the refund of their captured value. */
export async function writeUnitCancellation(
  queries: Queries,
  context: WriteContext,
  { reason }: OrderCommandOf<'cancel_units'>,
  { cancelled, isRefunded }: CommandEffects['cancel_units'],
): Promise<WrittenCommand> {
  const partId = partOf(context);
  const refundId = isRefunded ? secondPartOf(context, 'refund') : undefined;
  if (refundId !== undefined) await writeRefund(queries, context, { id: refundId, reason }, cancelled);
  await cancelUnits(queries, context, { id: partId, refundId, reason, cancelled });
  return { partId };
}

/** Requests a refund, and cancels the open units that it is for. */
export async function writeRefundOfUnits(
  queries: Queries,
  context: WriteContext,
  { reason }: OrderCommandOf<'refund'>,
  { cancelled, ...effect }: CommandEffects['refund'],
): Promise<WrittenCommand> {
  const partId = partOf(context);
  await writeRefund(queries, context, { id: partId, reason }, effect);
  if (cancelled) {
    const id = secondPartOf(context, 'cancellation');
    await cancelUnits(queries, context, { id, refundId: partId, reason, cancelled });
  }
  return { partId };
}

async function cancelUnits(
  queries: Queries,
  context: WriteContext,
  made: {
    readonly id: string;
    readonly refundId: string | undefined;
    readonly reason: string | undefined;
    readonly cancelled: UnitCancellation;
  },
): Promise<void> {
  const { id, refundId = null, reason = null, cancelled } = made;
  const { lines, amountMinor } = cancelled;
  await queries.cancellation.create({
    data: {
      ...{ id, refundId, reason, amountMinor },
      orderId: context.orderId,
      ordinal: await nextOrdinal(queries, context, 'cancellation'),
      lines: { create: lines.map((line) => ({ ...line })) },
    },
  });
  await countLines(queries, Prisma.sql`cancelled_quantity`, lines);
  await takeOffReservations(queries, 'release', { documentId: id, lines });
  await append(queries, context, {
    event: {
      type: OrderEventType.UnitsCancelled,
      ...(reason === null ? {} : { reason }),
      data: { cancellationId: id, amountMinor, lines, ...(refundId === null ? {} : { refundId }) },
    },
  });
  await complete(queries, context, cancelled, reason ?? 'all units were cancelled');
}

/** Ends an order of which nothing is left to ship. A cancellation is decided here; the workflow carries it out. */
async function complete(
  queries: Queries,
  context: WriteContext,
  { completes }: UnitCancellation,
  detail: string,
): Promise<void> {
  switch (completes) {
    case undefined:
      return;
    case OrderStatus.Cancelled: {
      const refusal: CancellationDecision = { reason: CancellationReason.Requested, detail };
      await queries.$executeRaw`
        UPDATE orders SET cancelling = ${JSON.stringify(refusal)}::jsonb WHERE id = ${context.orderId}::uuid`;
      return;
    }
    case OrderStatus.Delivered:
    case OrderStatus.Closed:
    case OrderStatus.Shipped:
      await completeShipping(queries, context);
      if (completes !== OrderStatus.Shipped) {
        await moveOrder(queries, context, OrderStatus.Shipped, completes);
      }
  }
}
