import {
  orderIdOfCommerce,
  parseListCommerceOrdersQuery,
  renderCommerceOrder,
  renderCommerceOrderList,
} from '@oms/contracts/http';
import { DomainError } from '@oms/domain';

import { Permission } from '../../../auth/permission.js';
import type { ApiRoute } from '../../../http/api-routes.js';
import { commerceOrdersPath, type CommerceRoutesDeps } from './commerce-deps.js';
import { createCommerceOrderHandler } from './create-commerce-order.js';
import { trackingNumberOf } from './tracking-number.js';

/** The Commerce API. */
export function commerceRoutes(deps: CommerceRoutesDeps): readonly ApiRoute[] {
  const path = commerceOrdersPath;
  return [
    { method: 'GET', path, permission: Permission.OrdersRead, handle: list(deps) },
    {
      method: 'POST',
      path,
      permission: Permission.OrdersWrite,
      body: 'order',
      handle: createCommerceOrderHandler(deps),
    },
    { method: 'GET', path: `${path}/:orderID`, permission: Permission.OrdersRead, handle: get(deps) },
  ];
}

function list({ orders, commerce }: CommerceRoutesDeps): ApiRoute['handle'] {
  return async (request, { scope }) => {
    const query = parseListCommerceOrdersQuery(scope.tenantId, request.query);
    const page = await orders.listOrders(scope, query);
    const ids = page.orders.map(({ id }) => id);
    const trackingNumbers = await commerce.findTrackingNumbers(scope, ids);
    return { status: 200, body: renderCommerceOrderList(page, trackingNumbers, query) };
  };
}

function get({ orders, commerce }: CommerceRoutesDeps): ApiRoute['handle'] {
  return async (request, { scope }) => {
    const orderId = orderIdOfCommerce(request.params['orderID']);
    const order = orderId === undefined ? undefined : await orders.findOrder(scope, orderId);
    if (!order) throw new DomainError('order_not_found', 'there is no such order');
    return {
      status: 200,
      body: renderCommerceOrder(order, await trackingNumberOf(commerce, scope, order.id)),
    };
  };
}
