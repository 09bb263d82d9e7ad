import { orderIdOfSales, renderAcceptedSalesOrder, renderSalesOrder } from '@oms/contracts/http';
import type { OrderReader } from '@oms/database';
import { DomainError, type Order, type TenantScope } from '@oms/domain';

import type { ApiRequest, HttpResponse } from '../../../http/http-response.js';

export const orderNotFound = (): DomainError => new DomainError('order_not_found', 'there is no such order');

/**
 * The UUID of the order that a path names.
 *
 * @throws DomainError `order_not_found` where the text cannot be any order's id
 */
export function orderIdOf({ params }: ApiRequest): string {
  const orderId = orderIdOfSales(params['orderId']);
  if (orderId === undefined) throw orderNotFound();
  return orderId;
}

/** @throws DomainError `order_not_found` */
export async function findOrder(
  orders: Pick<OrderReader, 'findOrder'>,
  scope: TenantScope,
  orderId: string,
): Promise<Order> {
  const order = await orders.findOrder(scope, orderId);
  if (!order) throw orderNotFound();
  return order;
}

/** Renders an order as it is now. */
export function respondWith(order: Order): HttpResponse {
  return { status: 200, body: renderSalesOrder(order) };
}

/** Renders a change that the order has taken and is not done with. */
export function respondAccepted(orderId: string): HttpResponse {
  return { status: 202, body: renderAcceptedSalesOrder(orderId) };
}
