import { Permission } from '../../auth/permission.js';
import type { ApiRoute } from '../../http/api-routes.js';
import { invoiceRoutes } from '../invoices/invoice-routes.js';
import { paymentRoutes } from '../invoices/payment-routes.js';
import { createSalesOrderHandler } from '../orders/sales/create-order.js';
import { editSalesOrderHandler } from '../orders/sales/edit-order.js';
import { getSalesOrderHandler, listSalesOrdersHandler } from '../orders/sales/read-orders.js';
import { changeSalesOrderStatusHandler } from '../orders/sales/change-status.js';
import { productRoutes } from '../catalogue/product-routes.js';
import type { SalesRoutesDeps } from './sales-deps.js';

const base = '/api/v1/sales';

/** The Sales API: orders that begin as drafts, the products that they are made of, and what is owed for them. */
export function salesRoutes(deps: SalesRoutesDeps): readonly ApiRoute[] {
  const read = Permission.OrdersRead;
  const write = Permission.OrdersWrite;
  const orders = `${base}/orders`;
  return [
    { method: 'GET', path: orders, permission: read, handle: listSalesOrdersHandler(deps) },
    {
      method: 'POST',
      path: orders,
      permission: write,
      body: 'order',
      handle: createSalesOrderHandler(deps),
    },
    { method: 'GET', path: `${orders}/:orderId`, permission: read, handle: getSalesOrderHandler(deps) },
    {
      method: 'PATCH',
      path: `${orders}/:orderId`,
      permission: write,
      body: 'order',
      handle: editSalesOrderHandler(deps),
    },
    {
      method: 'PATCH',
      path: `${orders}/:orderId/status`,
      permission: write,
      handle: changeSalesOrderStatusHandler(deps),
    },
    ...productRoutes(base, deps),
    ...invoiceRoutes(base, deps),
    ...paymentRoutes(base, deps),
  ];
}
