import { parseListSalesOrdersQuery, renderSalesOrderList } from '@oms/contracts/http';

import type { Principal } from '../../../auth/principal.js';
import type { ApiRequest, HttpResponse } from '../../../http/http-response.js';
import type { SalesRoutesDeps } from '../../sales/sales-deps.js';
import { findOrder, orderIdOf, respondWith } from './find-order.js';

/** `GET /api/v1/sales/orders`: a page of orders, of whichever API they came through. */
export function listSalesOrdersHandler({ orders }: Pick<SalesRoutesDeps, 'orders'>) {
  return async (request: ApiRequest, { scope }: Principal): Promise<HttpResponse> => {
    const query = parseListSalesOrdersQuery(scope.tenantId, request.query);
    return { status: 200, body: renderSalesOrderList(await orders.listOrders(scope, query), query) };
  };
}

/** `GET /api/v1/sales/orders/{orderId}`. */
export function getSalesOrderHandler({ orders }: Pick<SalesRoutesDeps, 'orders'>) {
  return async (request: ApiRequest, { scope }: Principal): Promise<HttpResponse> => {
    return respondWith(await findOrder(orders, scope, orderIdOf(request)));
  };
}
