import { parseListOrdersQuery, renderOrderList } from '@oms/contracts/http';
import type { OrderReader } from '@oms/database';

import type { Principal } from '../../auth/principal.js';
import type { ApiRequest, HttpResponse } from '../../http/http-response.js';

export interface ListOrdersDeps {
  readonly orders: Pick<OrderReader, 'listOrders'>;
}

/** `GET /api/v1/oms/orders`: a page of the orders of the caller's tenant and organisation, newest first. */
export function listOrdersHandler({ orders }: ListOrdersDeps) {
  return async (request: ApiRequest, { scope }: Principal): Promise<HttpResponse> => {
    const query = parseListOrdersQuery(request.query);
    return { status: 200, body: renderOrderList(await orders.listOrders(scope, query), query) };
  };
}
