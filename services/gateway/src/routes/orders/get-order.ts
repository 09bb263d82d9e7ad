import { parseOrderId, renderOrder } from '@oms/contracts/http';
import type { OrderReader } from '@oms/database';
import { DomainError } from '@oms/domain';

import type { Principal } from '../../auth/principal.js';
import type { ApiRequest, HttpResponse } from '../../http/http-response.js';

export interface GetOrderDeps {
  readonly orders: Pick<OrderReader, 'findOrder'>;
}

/** `GET /api/v1/oms/orders/{orderID}`. */
export function getOrderHandler({ orders }: GetOrderDeps) {
  return async (request: ApiRequest, { scope }: Principal): Promise<HttpResponse> => {
    const orderId = parseOrderId(request.params['orderID']);
    const order = await orders.findOrder(scope, orderId);
    if (!order) throw new DomainError('order_not_found', 'there is no such order');
    return { status: 200, body: renderOrder(order) };
  };
}
