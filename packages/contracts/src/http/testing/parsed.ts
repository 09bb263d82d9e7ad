import { parseBody, parseQuery } from '../kit/parse-operation.js';
import { listCommerceOrders, createCommerceOrder } from '../orders/commerce/commerce-order-operations.js';
import { toListCommerceOrdersQuery } from '../orders/commerce/list-commerce-orders-query.js';
import { toCommerceOrder } from '../orders/commerce/parse-commerce-order.js';
import { toListOrdersQuery } from '../orders/list-orders-query.js';
import { toCreateOrder } from '../orders/new-order.js';
import { createOrder, listOrders } from '../orders/order-operations.js';
import { toListSalesOrdersQuery } from '../orders/sales/list-sales-orders-query.js';
import { createSalesOrder, listSalesOrders } from '../orders/sales/sales-order-operations.js';

// Parses requests as the gateway does, beginning with the schema of their operation.

type Query = Readonly<Record<string, unknown>>;

export const parseCreateOrder = (body: unknown) => toCreateOrder(parseBody(createOrder, body));

export const parseCreateSalesOrder = (body: unknown) => parseBody(createSalesOrder, body);

export const parseCommerceOrder = (tenantId: string, body: unknown) =>
  toCommerceOrder(tenantId, parseBody(createCommerceOrder, body));

export const parseListOrdersQuery = (query: Query) => toListOrdersQuery(parseQuery(listOrders, query));

export const parseListSalesOrdersQuery = (tenantId: string, query: Query) =>
  toListSalesOrdersQuery(tenantId, parseQuery(listSalesOrders, query));

export const parseListCommerceOrdersQuery = (tenantId: string, query: Query) =>
  toListCommerceOrdersQuery(tenantId, parseQuery(listCommerceOrders, query));
