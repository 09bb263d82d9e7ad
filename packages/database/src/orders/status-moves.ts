import { OrderEventType, OrderFlag, OrderStatus } from '@oms/domain';

import { Prisma } from '../generated/client.js';
import type { Queries } from '../kit/queries.js';
import { append, type WriteContext } from '../order-log/command-writing.js';
import { reachedColumn } from '../order-log/order-transitions.js';

const statusEvents: Readonly<Partial<Record<OrderStatus, OrderEventType>>> = {
  processing: OrderEventType.OrderProcessing,
  shipped: OrderEventType.OrderShipped,
  delivered: OrderEventType.OrderDelivered,
  closed: OrderEventType.OrderClosed,
};

/** An order's flags once its units ship, or none are left to ship. */
export const withoutRefundedUnshipped = Prisma.sql`array_remove(orders.flags, ${OrderFlag.RefundedUnshipped}::text)`;

/** An order's flags once its units are left to ship, while all of its money was given back. */
const withRefundedUnshipped = Prisma.sql`${withoutRefundedUnshipped} || ${OrderFlag.RefundedUnshipped}::text`;

/** Blocks the shipment of an order until somebody says what its open units are for. */
export async function flagRefundedUnshipped(queries: Queries, { orderId }: WriteContext): Promise<void> {
  await queries.$executeRaw`UPDATE orders SET flags = ${withRefundedUnshipped} WHERE id = ${orderId}::uuid`;
}

/** Moves an order to its next status, with the event. */
export async function moveOrder(
  queries: Queries,
  context: WriteContext,
  from: OrderStatus,
  to: OrderStatus,
): Promise<void> {
  const type = statusEvents[to];
  if (!type) throw new Error(`no command moves an order to ${to}`);
  await append(queries, context, {
    set: Prisma.sql`status = ${to}, ${reachedColumn[to]} = now(),`,
    event: { type, from: Prisma.sql`${from}`, to: Prisma.sql`${to}` },
  });
}

/** Moves an order of which nothing is left to ship to `shipped`. */
export async function completeShipping(queries: Queries, context: WriteContext): Promise<void> {
  await queries.$executeRaw`
    UPDATE orders SET flags = ${withoutRefundedUnshipped}, stock_status = CASE stock_status WHEN 'reserved' THEN 'shipped' ELSE stock_status END
    WHERE id = ${context.orderId}::uuid`;
  await moveOrder(queries, context, OrderStatus.Processing, OrderStatus.Shipped);
}

/** Moves an order back of which a shipment was taken back, or came back: it has units to ship again. */
export async function reopenShipping(queries: Queries, context: WriteContext): Promise<void> {
  await queries.$executeRaw`
    UPDATE orders SET shipped_at = NULL, stock_status = CASE stock_status WHEN 'shipped' THEN 'reserved' ELSE stock_status END
    WHERE id = ${context.orderId}::uuid`;
  await moveOrder(queries, context, OrderStatus.Shipped, OrderStatus.Processing);
}
