import {
  createCommerceOrder,
  getCommerceOrder,
  listCommerceOrders,
  renderCommerceOrder,
  renderCommerceOrderList,
  toListCommerceOrdersQuery,
} from '@oms/contracts/http';
import { notFound, RefusedError } from '@oms/domain';

import { serve, type ApiRoute } from '../../../http/serve-operation.js';
import type { CommerceRoutesDeps } from './commerce-deps.js';
import { createCommerceOrderHandler } from './create-commerce-order.js';
import { trackingNumberOf } from './tracking-number.js';

/** The routes of the Commerce API. */
export function commerceRoutes(deps: CommerceRoutesDeps): readonly ApiRoute[] {
  const { orders, commerce } = deps;
  return [
    serve(listCommerceOrders, async (input, { scope }) => {
      const query = toListCommerceOrdersQuery(scope.tenantId, input.query);
      const page = await orders.listOrders(scope, query);
      const ids = page.orders.map(({ id }) => id);
      const trackingNumbers = await commerce.findTrackingNumbers(scope, ids);
      return { status: 200, body: renderCommerceOrderList(page, trackingNumbers, query) };
    }),
    serve(createCommerceOrder, createCommerceOrderHandler(deps)),
    serve(getCommerceOrder, async ({ params }, { scope }) => {
      const order = await orders.findOrder(scope, params.orderID);
      if (!order) throw new RefusedError(notFound('order'));
      return {
        status: 200,
        body: renderCommerceOrder(order, await trackingNumberOf(commerce, scope, order.id)),
      };
    }),
  ];
}
