import { parseOrderId, renderEvents } from '@oms/contracts/http';
import type { OrderReader } from '@oms/database';

import type { Principal } from '../../../auth/principal.js';
import type { ApiRequest, HttpResponse } from '../../../http/http-response.js';
import type { AcceptedOrders } from '../../../temporal/accepted-orders.js';
import { readUnlessAccepted } from '../read-unless-accepted.js';

export interface ListOrderEventsDeps {
  readonly orders: Pick<OrderReader, 'listEvents'>;
  readonly accepted: AcceptedOrders;
}

/** `GET /api/v1/oms/orders/{orderID}/events`: the order's history, oldest first; 202 while there is none yet. */
export function listOrderEventsHandler({ orders, accepted }: ListOrderEventsDeps) {
  return async (request: ApiRequest, { scope }: Principal): Promise<HttpResponse> => {
    const orderId = parseOrderId(request.params['orderID']);
    return readUnlessAccepted(
      { accepted, scope, orderId },
      () => orders.listEvents(scope, orderId),
      (events) => ({ status: 200, body: renderEvents(events) }),
    );
  };
}
