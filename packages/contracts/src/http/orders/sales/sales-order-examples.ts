import { exampleProduct } from '../../catalogue/product-examples.js';
import { createSalesOrderBody } from './sales-order-bodies.js';
import { renderAcceptedSalesOrder, renderSalesOrder } from './sales-order-resource.js';
import { toDraft } from './sales-order.js';

const tenantId = '11111111-2222-3333-4444-555555555555';
const orderId = '019ab1d2-5e8c-7c3a-9f40-1b2c3d4e5f60';
const createdAt = '2026-01-28T09:00:00.000Z';

/** The example order, which the guide also uses. */
export const createSalesOrderExample = {
  customer_id: 'cust_01J9RPMNVK4W',
  currency: 'USD',
  line_items: [{ product_id: 'prod_01JM5XQVZ3K7', quantity: 2, unit_price: 129.99 }],
  shipping_address: {
    line1: '123 Commerce St',
    city: 'Austin',
    state: 'TX',
    postal_code: '78701',
    country: 'US',
  },
};

const draft = toDraft(tenantId, createSalesOrderBody.parse(createSalesOrderExample), [exampleProduct]);
const order = renderSalesOrder({
  ...draft,
  ...{ id: orderId, tenantId, orgId: tenantId, number: 'ORD-10001', idempotencyKey: '' },
  ...{ status: 'draft', paymentStatus: 'pending', flags: [], version: 1 },
  lines: draft.lines.map((line, index) => ({
    ...{ ...line, id: 'e5f6a7b8-c9d0-4234-9f01-567890123456', position: index + 1 },
  })),
  ...{ createdAt, updatedAt: createdAt, statusTimes: { draft: createdAt } },
});

export const salesOrderExamples = {
  SalesOrder: order,
  SalesOrderList: { orders: [order], limit: 50, offset: 0, next_cursor: null },
  AcceptedSalesOrder: renderAcceptedSalesOrder(orderId),
} as const;
