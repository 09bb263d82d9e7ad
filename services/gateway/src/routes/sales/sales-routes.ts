import {
  changeSalesOrderStatus,
  correctSalesShipment,
  createSalesOrder,
  editSalesOrder,
  getSalesOrder,
  listSalesOrders,
  renderSalesOrderList,
  toListSalesOrdersQuery,
} from '@oms/contracts/http';

import { serve, type ApiRoute } from '../../http/serve-operation.js';
import { productRoutes } from '../catalogue/product-routes.js';
import { invoiceRoutes } from '../invoices/invoice-routes.js';
import { paymentRoutes } from '../invoices/payment-routes.js';
import { changeSalesOrderStatusHandler } from '../orders/sales/change-status.js';
import { correctSalesShipmentHandler } from '../orders/sales/correct-shipment.js';
import { createSalesOrderHandler } from '../orders/sales/create-order.js';
import { editSalesOrderHandler } from '../orders/sales/edit-order.js';
import { findOrder, respondWith } from '../orders/sales/find-order.js';
import type { SalesRoutesDeps } from './sales-deps.js';

/** The routes of the Sales API: orders that begin as drafts, products, invoices and payments. */
export function salesRoutes(deps: SalesRoutesDeps): readonly ApiRoute[] {
  return [
    serve(listSalesOrders, async (input, { scope }) => {
      const query = toListSalesOrdersQuery(scope.tenantId, input.query);
      return { status: 200, body: renderSalesOrderList(await deps.orders.listOrders(scope, query), query) };
    }),
    serve(createSalesOrder, createSalesOrderHandler(deps)),
    serve(getSalesOrder, async ({ params }, { scope }) =>
      respondWith(await findOrder(deps.orders, scope, params.orderId)),
    ),
    serve(editSalesOrder, editSalesOrderHandler(deps)),
    serve(changeSalesOrderStatus, changeSalesOrderStatusHandler(deps)),
    serve(correctSalesShipment, correctSalesShipmentHandler(deps)),
    ...productRoutes(deps),
    ...invoiceRoutes(deps),
    ...paymentRoutes(deps),
  ];
}
