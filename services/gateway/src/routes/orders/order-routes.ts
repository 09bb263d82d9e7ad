import type { OrderReader } from '@oms/database';
import type { PaymentProviderName } from '@oms/domain';

import { Permission } from '../../auth/permission.js';
import type { ApiRoute } from '../../http/api-routes.js';
import type { OrderPlacer } from '../../temporal/order-placer.js';
import { createOrderHandler } from './create-order.js';
import { getOrderHandler } from './get-order.js';
import { listOrderEventsHandler } from './list-order-events.js';
import { listOrdersHandler } from './list-orders.js';

export interface OrderRoutesDeps {
  readonly orders: OrderReader;
  readonly placer: OrderPlacer;
  /** The providers that new orders may name; Stripe where nothing is said. */
  readonly paymentProviders?: readonly PaymentProviderName[];
  readonly publicUrl?: string;
}

const orders = '/api/v1/oms/orders';

/** The Orders API. */
export function orderRoutes(deps: OrderRoutesDeps): readonly ApiRoute[] {
  const read = Permission.OrdersRead;
  return [
    { method: 'GET', path: orders, permission: read, handle: listOrdersHandler(deps) },
    {
      method: 'POST',
      path: orders,
      permission: Permission.OrdersWrite,
      body: 'order',
      handle: createOrderHandler(deps),
    },
    { method: 'GET', path: `${orders}/:orderID`, permission: read, handle: getOrderHandler(deps) },
    {
      method: 'GET',
      path: `${orders}/:orderID/events`,
      permission: read,
      handle: listOrderEventsHandler(deps),
    },
  ];
}
