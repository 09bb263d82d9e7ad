import { typeIdOf } from '../kit/type-id.js';
import { renderInvoice, renderSalesPayment } from '../invoices/invoice-resource.js';
import { IdPrefix } from '../kit/prefixed-ids.js';
import { renderProduct } from '../catalogue/product-resource.js';
import { parseCreateSalesOrder } from '../orders/sales/sales-order-bodies.js';
import { renderAcceptedSalesOrder, renderSalesOrder } from '../orders/sales/sales-order-resource.js';
import { toDraft } from '../orders/sales/sales-order.js';

const tenantId = '11111111-2222-3333-4444-555555555555';
const orderId = '019ab1d2-5e8c-7c3a-9f40-1b2c3d4e5f60';
const variantId = 'c3d4e5f6-a7b8-9012-cdef-345678901234';
const invoiceId = 'e5f6a7b8-c9d0-4234-9f01-567890123456';
const at = (minute: number): string => new Date(Date.UTC(2026, 0, 28, 9, minute)).toISOString();

/** The order of the guide. */
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

const product = {
  ...{ id: 'prod_01JM5XQVZ3K7', title: 'Desk Lamp', createdAt: at(0) },
  ...{ currency: 'USD', currencyExponent: 2 },
  variants: [
    {
      ...{ id: variantId, title: 'Brass', sku: 'LAMP-BRASS' },
      ...{ priceMinor: 12_999, requiresShipping: true, available: 100 },
    },
  ],
};

function exampleOrder() {
  const draft = toDraft(tenantId, parseCreateSalesOrder(createSalesOrderExample), [product]);
  return renderSalesOrder({
    ...draft,
    ...{ id: orderId, tenantId, orgId: tenantId, number: 'ORD-10001', idempotencyKey: '' },
    ...{ status: 'draft', paymentStatus: 'pending', flags: [], version: 1 },
    lines: draft.lines.map((line, index) => ({ ...line, id: invoiceId, position: index + 1 })),
    ...{ createdAt: at(0), updatedAt: at(0), statusTimes: { draft: at(0) } },
  });
}

const money = { currency: 'USD', currencyExponent: 2 };

/** Examples of bodies, by the name of their schema. */
export function salesExamples() {
  const order = exampleOrder();
  const invoice = renderInvoice({
    ...{ id: invoiceId, sequence: 1, orderId, orderNumber: 'ORD-10001', customerRef: 'cust_01J9RPMNVK4W' },
    ...{ ...money, status: 'issued', totalMinor: 25_998, paidMinor: 0, creditedMinor: 0, creditNotes: [] },
    ...{ createdAt: at(1), issuedAt: at(2) },
  });
  const payment = renderSalesPayment({
    ...{ id: variantId, invoiceId, amountMinor: 25_998, method: 'bank_transfer' },
    ...{ ...money, reference: 'TXN-20260128-001', recordedAt: at(3) },
  });
  return {
    CreateSalesOrder: createSalesOrderExample,
    EditSalesOrder: { shipping_amount: '10.00' },
    ChangeSalesOrderStatus: { status: 'shipped', tracking_number: '1Z999AA10123456784', carrier: 'UPS' },
    SalesOrder: order,
    SalesOrderList: { orders: [order], limit: 50, offset: 0, next_cursor: null },
    AcceptedSalesOrder: renderAcceptedSalesOrder(orderId),
    AcceptedCommand: { status: 'accepted' },
    CreateProduct: {
      title: 'Desk Lamp',
      currency: 'USD',
      variants: [{ title: 'Brass', sku: 'LAMP-BRASS', price: '129.99', stock_quantity: 100 }],
    },
    UpdateProduct: { title: 'Desk Lamp, brass', variants: [{ price: '119.99' }] },
    AdjustStock: { quantity: 25, reason: 'delivery 2026-0042' },
    Product: renderProduct(product),
    ProductList: { products: [renderProduct(product)], limit: 50, offset: 0, has_more: false },
    Invoice: invoice,
    InvoiceList: { invoices: [invoice], limit: 50, offset: 0, has_more: false },
    RecordPayment: {
      invoice_id: typeIdOf(IdPrefix.Invoice, invoiceId),
      amount: 259.98,
      currency: 'USD',
      payment_method: 'bank_transfer',
      reference: 'TXN-20260128-001',
    },
    SalesPayment: payment,
    SalesPaymentList: { payments: [payment], limit: 50, offset: 0, has_more: false },
  };
}
export type SalesSchemaName = keyof ReturnType<typeof salesExamples>;
