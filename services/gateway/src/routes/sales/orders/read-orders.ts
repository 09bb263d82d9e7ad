import {
  parseListSalesOrdersQuery,
  renderAcceptedSalesOrder,
  renderSalesOrderList,
} from '@oms/contracts/http';

import type { Principal } from '../../../auth/principal.js';
import type { ApiRequest, HttpResponse } from '../../../http/http-response.js';
import { readUnlessAccepted } from '../../orders/read-unless-accepted.js';
import type { SalesRoutesDeps } from '../sales-deps.js';
import { orderIdOf, respondWith } from './find-order.js';

/** `GET /api/v1/sales/orders`: a page of orders, of whichever API they came through. */
export function listSalesOrdersHandler({ orders }: Pick<SalesRoutesDeps, 'orders'>) {
  return async (request: ApiRequest, { scope }: Principal): Promise<HttpResponse> => {
    const query = parseListSalesOrdersQuery(scope.tenantId, request.query);
    return { status: 200, body: renderSalesOrderList(await orders.listOrders(scope, query), query) };
  };
}

/** `GET /api/v1/sales/orders/{orderId}`: 200, or 202 while the order is accepted and not yet recorded. */
export function getSalesOrderHandler({ orders, accepted }: Pick<SalesRoutesDeps, 'orders' | 'accepted'>) {
  return async (request: ApiRequest, { scope }: Principal): Promise<HttpResponse> => {
    const orderId = orderIdOf(request);
    return readUnlessAccepted(
      { accepted, scope, orderId },
      () => orders.findOrder(scope, orderId),
      respondWith,
      renderAcceptedSalesOrder,
    );
  };
}
