import {
  createOrder,
  getOrder,
  listOrderEvents,
  listOrders,
  Permission,
  renderEvents,
  renderOrder,
  renderOrderList,
  toListOrdersQuery,
} from '@oms/contracts/http';
import type { OrderReader } from '@oms/database';
import { notFound, RefusedError } from '@oms/domain';

import { serve, type ApiRoute } from '../../http/serve-operation.js';
import { createOrderHandler } from './create-order.js';
import type { StockLookDeps } from './refuse-undecided-stock.js';

export interface OrderRoutesDeps extends StockLookDeps {
  readonly orders: OrderReader;
}

const orderNotFound = (): RefusedError => new RefusedError(notFound('order'));

/** The routes of orders on the Orders API. */
export function orderRoutes(deps: OrderRoutesDeps): readonly ApiRoute[] {
  const { orders } = deps;
  return [
    serve(listOrders, async (input, { scope }) => {
      const query = toListOrdersQuery(input.query);
      return { status: 200, body: renderOrderList(await orders.listOrders(scope, query), query) };
    }),
    serve(createOrder, createOrderHandler(deps)),
    serve(getOrder, async ({ params }, { scope }) => {
      const order = await orders.findOrder(scope, params.orderID);
      if (!order) throw orderNotFound();
      return { status: 200, body: renderOrder(order) };
    }),
    serve(listOrderEvents, async ({ params }, { scope, permissions }) => {
      const events = await orders.listEvents(scope, params.orderID);
      if (!events) throw orderNotFound();
      const isForOperator = permissions.has(Permission.OrdersOperate);
      return { status: 200, body: renderEvents(events, { isForOperator }) };
    }),
  ];
}
