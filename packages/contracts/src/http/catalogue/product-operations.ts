import {
  adjustStockBody,
  createProductBody,
  listProductsParameters,
  updateProductBody,
} from './product-bodies.js';
import { productExamples } from './product-examples.js';
import { productPathId } from './product-path.js';
import { productListResource, productResource } from './product-resource.js';
import { Api } from '../kit/api.js';
import { defineOperation } from '../kit/define-operation.js';
import { done } from '../kit/done.js';
import { Permission } from '../kit/permission.js';

export const listProducts = defineOperation({
  id: 'listProducts',
  api: Api.Sales,
  method: 'GET',
  path: '/api/v1/sales/products',
  permission: Permission.ProductsRead,
  tag: 'Sales',
  summary: 'List products with their stock',
  query: listProductsParameters,
  answers: {
    200: {
      description: 'List products with their stock',
      schema: productListResource,
      example: productExamples.ProductList,
    },
  },
  idempotency: 'none',
});

export const createProduct = defineOperation({
  id: 'createProduct',
  api: Api.Sales,
  method: 'POST',
  path: '/api/v1/sales/products',
  permission: Permission.ProductsWrite,
  tag: 'Sales',
  summary: 'Create a product with its variants and their stock',
  body: {
    schema: createProductBody,
    example: {
      title: 'Desk Lamp',
      currency: 'USD',
      variants: [{ title: 'Brass', sku: 'LAMP-BRASS', price: '129.99', stock_quantity: 100 }],
    },
  },
  answers: { 201: done(productResource, productExamples.Product) },
  refusals: { 503: true },
  idempotency: 'header',
});

export const getProduct = defineOperation({
  id: 'getProduct',
  api: Api.Sales,
  method: 'GET',
  path: '/api/v1/sales/products/{productId}',
  permission: Permission.ProductsRead,
  tag: 'Sales',
  summary: 'Get a product',
  params: { productId: productPathId },
  answers: {
    200: { description: 'Get a product', schema: productResource, example: productExamples.Product },
  },
  idempotency: 'none',
});

export const updateProduct = defineOperation({
  id: 'updateProduct',
  api: Api.Sales,
  method: 'PATCH',
  path: '/api/v1/sales/products/{productId}',
  permission: Permission.ProductsWrite,
  tag: 'Sales',
  summary: 'Change a product and its variants',
  params: { productId: productPathId },
  body: {
    schema: updateProductBody,
    example: { title: 'Desk Lamp, brass', variants: [{ price: '119.99' }] },
  },
  answers: { 200: done(productResource, productExamples.Product) },
  refusals: { 503: true },
  idempotency: 'header',
});

export const adjustStock = defineOperation({
  id: 'adjustStock',
  api: Api.Sales,
  method: 'POST',
  path: '/api/v1/sales/products/{productId}/stock',
  permission: Permission.ProductsWrite,
  tag: 'Sales',
  summary: 'Put units of a variant into stock, or take some out',
  description: 'An entry of the stock ledger with its reason. More than is there and not reserved cannot go.',
  params: { productId: productPathId },
  body: { schema: adjustStockBody, example: { quantity: 25, reason: 'delivery 2026-0042' } },
  answers: { 201: done(productResource, productExamples.Product) },
  refusals: { 503: true },
  idempotency: 'header',
});
