import {
  adjustStock,
  createProduct,
  getProduct,
  listProducts,
  updateProduct,
} from '../catalogue/product-operations.js';
import { connectErp, disconnectErp, getErp, testErp } from '../erp/erp-operations.js';
import {
  getInvoice,
  getInvoiceDocument,
  issueInvoice,
  listInvoices,
  listSalesPayments,
  recordPayment,
  voidInvoice,
} from '../invoices/invoice-operations.js';
import { allowShipment, giveUpOrder, resolvePayment, retryOrder } from '../operators/operator-operations.js';
import {
  createCommerceOrder,
  getCommerceOrder,
  listCommerceOrders,
} from '../orders/commerce/commerce-order-operations.js';
import { createCancellation, listCancellations } from '../orders/cancellation-operations.js';
import {
  cancelOrder,
  closeOrder,
  createOrder,
  getOperation,
  getOrder,
  getOrderProof,
  getOrderStatus,
  listOrderEvents,
  listOrderInvoices,
  listOrders,
  resyncOrder,
} from '../orders/order-operations.js';
import {
  changeSalesOrderStatus,
  correctSalesShipment,
  createSalesOrder,
  editSalesOrder,
  getSalesOrder,
  listSalesOrders,
} from '../orders/sales/sales-order-operations.js';
import {
  correctFulfillment,
  createFulfillment,
  deliverFulfillment,
  listFulfillments,
} from '../orders/shipment-operations.js';
import {
  approveReturn,
  createRefund,
  createReturn,
  declineReturn,
  listRefunds,
  listReturns,
  receiveReturn,
  cancelReturn,
} from '../returns/return-operations.js';
import { receiveWebhook } from '../webhooks/webhook-operations.js';
import type { OperationSpec } from '../kit/define-operation.js';
import * as resources from './resources.js';

/** Every operation of the three APIs and of the webhooks, in the order of the documentation. */
export const operations: readonly OperationSpec[] = [
  listOrders,
  createOrder,
  getOrder,
  listOrderEvents,
  cancelOrder,
  closeOrder,
  listCancellations,
  createCancellation,
  listFulfillments,
  createFulfillment,
  deliverFulfillment,
  correctFulfillment,
  listReturns,
  createReturn,
  approveReturn,
  declineReturn,
  receiveReturn,
  cancelReturn,
  listRefunds,
  createRefund,
  retryOrder,
  giveUpOrder,
  allowShipment,
  resolvePayment,
  getOrderStatus,
  listOrderInvoices,
  getOrderProof,
  resyncOrder,
  getOperation,
  listSalesOrders,
  createSalesOrder,
  getSalesOrder,
  editSalesOrder,
  changeSalesOrderStatus,
  correctSalesShipment,
  listProducts,
  createProduct,
  getProduct,
  updateProduct,
  adjustStock,
  listInvoices,
  getInvoice,
  getInvoiceDocument,
  issueInvoice,
  voidInvoice,
  listSalesPayments,
  recordPayment,
  listCommerceOrders,
  createCommerceOrder,
  getCommerceOrder,
  getErp,
  connectErp,
  disconnectErp,
  testErp,
  ...Object.values(resources).flatMap((resource) => resource.operations),
  receiveWebhook,
];
