import { z } from 'zod';

import { recordPaymentBody } from './invoice-bodies.js';
import {
  invoiceListResource,
  invoiceResource,
  salesPaymentListResource,
  salesPaymentResource,
} from './invoice-resource.js';
import { adjustStockBody, createProductBody, updateProductBody } from './product-bodies.js';
import { productListResource, productResource } from './product-resource.js';
import { createSalesOrderBody, editSalesOrderBody, salesOrderStatusBody } from './sales-order-bodies.js';
import {
  acceptedSalesOrderResource,
  salesOrderListResource,
  salesOrderResource,
} from './sales-order-resource.js';

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
