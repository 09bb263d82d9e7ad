import { z } from 'zod';

import { recordPaymentBody } from '../invoices/invoice-bodies.js';
import {
  invoiceListResource,
  invoiceResource,
  salesPaymentListResource,
  salesPaymentResource,
} from '../invoices/invoice-resource.js';
import { adjustStockBody, createProductBody, updateProductBody } from '../catalogue/product-bodies.js';
import { productListResource, productResource } from '../catalogue/product-resource.js';
import {
  createSalesOrderBody,
  editSalesOrderBody,
  salesOrderStatusBody,
} from '../orders/sales/sales-order-bodies.js';
import {
  acceptedSalesOrderResource,
  salesOrderListResource,
  salesOrderResource,
} from '../orders/sales/sales-order-resource.js';

/** What the Sales API takes, by the names of the documentation. */
export const salesRequestSchemas = {
  CreateSalesOrder: createSalesOrderBody,
  EditSalesOrder: editSalesOrderBody,
  ChangeSalesOrderStatus: salesOrderStatusBody,
  CreateProduct: createProductBody,
  UpdateProduct: updateProductBody,
  AdjustStock: adjustStockBody,
  RecordPayment: recordPaymentBody,
};

/** What it answers. */
export const salesResponseSchemas = {
  SalesOrder: salesOrderResource,
  SalesOrderList: salesOrderListResource,
  AcceptedSalesOrder: acceptedSalesOrderResource,
  AcceptedCommand: z
    .strictObject({ status: z.literal('accepted') })
    .meta({ description: 'It is accepted and will be done by itself.' }),
  Product: productResource,
  ProductList: productListResource,
  Invoice: invoiceResource,
  InvoiceList: invoiceListResource,
  SalesPayment: salesPaymentResource,
  SalesPaymentList: salesPaymentListResource,
};
