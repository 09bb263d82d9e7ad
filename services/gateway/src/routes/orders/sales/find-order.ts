import { renderAcceptedSalesOrder, renderSalesOrder } from '@oms/contracts/http';
import type { OrderReader } from '@oms/database';
import { notFound, RefusedError, type Order, type TenantScope } from '@oms/domain';

export const orderNotFound = (): RefusedError => new RefusedError(notFound('order'));

/** @throws RefusedError `NOT_FOUND` */
export async function findOrder(
  orders: Pick<OrderReader, 'findOrder'>,
  scope: TenantScope,
  orderId: string,
): Promise<Order> {
  const order = await orders.findOrder(scope, orderId);
  if (!order) throw orderNotFound();
  return order;
}

/** Renders the current order. */
export function respondWith(order: Order) {
  return { status: 200 as const, body: renderSalesOrder(order) };
}

/** Renders a change that the order has accepted and not yet completed. */
export function respondAccepted(orderId: string) {
  return { status: 202 as const, body: renderAcceptedSalesOrder(orderId) };
}
