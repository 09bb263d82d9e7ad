import { parseOrderId, renderOrder } from '@oms/contracts/http';
import type { OrderReader } from '@oms/database';

import type { Principal } from '../../../auth/principal.js';
import type { ApiRequest, HttpResponse } from '../../../http/http-response.js';
import type { AcceptedOrders } from '../../../temporal/accepted-orders.js';
import { readUnlessAccepted } from '../read-unless-accepted.js';

export interface GetOrderDeps {
  readonly orders: Pick<OrderReader, 'findOrder'>;
  readonly accepted: AcceptedOrders;
}

/** `GET /api/v1/oms/orders/{orderID}`: 200, or 202 while the order is accepted and not yet recorded. */
export function getOrderHandler({ orders, accepted }: GetOrderDeps) {
  return async (request: ApiRequest, { scope }: Principal): Promise<HttpResponse> => {
    const orderId = parseOrderId(request.params['orderID']);
    return readUnlessAccepted(
      { accepted, scope, orderId },
      () => orders.findOrder(scope, orderId),
      (order) => ({ status: 200, body: renderOrder(order) }),
    );
  };
}
