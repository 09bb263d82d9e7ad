import { parseOrderId, renderEvents } from '@oms/contracts/http';
import type { OrderReader } from '@oms/database';
import { DomainError } from '@oms/domain';

import { Permission } from '../../auth/permission.js';
import type { Principal } from '../../auth/principal.js';
import type { ApiRequest, HttpResponse } from '../../http/http-response.js';

export interface ListOrderEventsDeps {
  readonly orders: Pick<OrderReader, 'listEvents'>;
}

/** `GET /api/v1/oms/orders/{orderID}/events`: the order's history, oldest first. */
export function listOrderEventsHandler({ orders }: ListOrderEventsDeps) {
  return async (request: ApiRequest, { scope, permissions }: Principal): Promise<HttpResponse> => {
    const orderId = parseOrderId(request.params['orderID']);
    const events = await orders.listEvents(scope, orderId);
    if (!events) throw new DomainError('order_not_found', 'there is no such order');
    return {
      status: 200,
      body: renderEvents(events, { isForOperator: permissions.has(Permission.OrdersOperate) }),
    };
  };
}
