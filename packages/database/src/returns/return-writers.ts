import {
  OrderEventType,
  ReturnStatus,
  UnitCondition,
  unitsThatAre,
  type CommandEffects,
  type OrderCommandOf,
} from '@oms/domain';

import {
  append,
  countLines,
  nextOrdinal,
  partOf,
  type WriteContext,
  type WrittenCommand,
} from '../order-log/command-writing.js';
import { Prisma } from '../generated/client.js';
import type { Queries } from '../kit/queries.js';
import { restockReturn } from '../inventory/stock-movements.js';

const dayMs = 86_400_000;

export async function writeReturnRequest(
  queries: Queries,
  context: WriteContext,
  command: OrderCommandOf<'request_return'>,
  { lines }: CommandEffects['request_return'],
): Promise<WrittenCommand> {
  const partId = partOf(context);
  await queries.return.create({
    data: {
      id: partId,
      orderId: context.orderId,
      ordinal: await nextOrdinal(queries, context, 'return'),
      status: ReturnStatus.Requested,
      reason: command.reason ?? null,
      lines: { create: lines.map(({ lineId, quantity }) => ({ lineId, quantity })) },
    },
  });
  await append(queries, context, {
    event: {
      type: OrderEventType.ReturnRequested,
      reason: command.reason,
      data: { returnId: partId, lines },
    },
  });
  return { partId };
}

export async function writeReturnDecision(
  queries: Queries,
  context: WriteContext,
  command: OrderCommandOf<'decide_return'>,
): Promise<WrittenCommand> {
  const { returnId, isApproved, reason } = command;
  const decidedAt = new Date();
  const { returnExpiryDays } = await queries.order.findUniqueOrThrow({
    where: { id: context.orderId },
    select: { returnExpiryDays: true },
  });
  const isExpiring = isApproved && returnExpiryDays !== null;
  await queries.return.update({
    where: { id: returnId },
    data: {
      status: isApproved ? ReturnStatus.Approved : ReturnStatus.Declined,
      decisionReason: reason ?? null,
      decidedAt,
      expiresAt: isExpiring ? new Date(decidedAt.getTime() + returnExpiryDays * dayMs) : null,
    },
  });
  const type = isApproved ? OrderEventType.ReturnApproved : OrderEventType.ReturnDeclined;
  await append(queries, context, { event: { type, reason, data: { returnId } } });
  return { partId: returnId };
}

export async function writeReturnReceipt(
  queries: Queries,
  context: WriteContext,
  { returnId }: OrderCommandOf<'receive_return'>,
  { received }: CommandEffects['receive_return'],
): Promise<WrittenCommand> {
  await queries.return.update({
    where: { id: returnId },
    data: { status: ReturnStatus.Received, receivedAt: new Date() },
  });
  for (const { lineId, restock, damaged, missing } of received) {
    await queries.returnLine.update({
      where: { returnId_lineId: { returnId, lineId } },
      data: { restockedQuantity: restock, damagedQuantity: damaged, missingQuantity: missing },
    });
  }
  const back = unitsThatAre(received, UnitCondition.Restock, UnitCondition.Damaged);
  await countLines(queries, Prisma.sql`returned_quantity`, back);
  await restockReturn(queries, { returnId, lines: unitsThatAre(received, UnitCondition.Restock) });
  await append(queries, context, {
    event: { type: OrderEventType.ReturnReceived, data: { returnId, lines: received } },
  });
  return { partId: returnId };
}

export async function writeReturnCancellation(
  queries: Queries,
  context: WriteContext,
  { returnId, reason }: OrderCommandOf<'cancel_return'>,
): Promise<WrittenCommand> {
  await queries.return.update({
    where: { id: returnId },
    data: { status: ReturnStatus.Cancelled, cancelledAt: new Date() },
  });
  await append(queries, context, {
    event: { type: OrderEventType.ReturnCancelled, reason, data: { returnId } },
  });
  return { partId: returnId };
}

/** Records a requested refund. The order's workflow gives it. */
export async function writeRefund(
  queries: Queries,
  context: WriteContext,
  { id, reason }: { readonly id: string; readonly reason: string | undefined },
  { amountMinor, lines, returned }: Pick<CommandEffects['refund'], 'amountMinor' | 'lines' | 'returned'>,
): Promise<void> {
  await queries.refund.create({
    data: {
      id,
      orderId: context.orderId,
      ordinal: await nextOrdinal(queries, context, 'refund'),
      amountMinor,
      lines: lines.map((line) => ({ ...line })),
      reason: reason ?? null,
      returnId: returned?.id ?? null,
    },
  });
  await append(queries, context, {
    event: {
      type: OrderEventType.RefundRequested,
      reason,
      data: { refundId: id, amountMinor, lines, ...(returned ? { returnId: returned.id } : {}) },
    },
  });
}
