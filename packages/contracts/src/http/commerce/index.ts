export * from './commerce-order-body.js';
export * from './commerce-order-id.js';
export * from './commerce-order-resource.js';
export * from './list-commerce-orders-query.js';
export * from './parse-commerce-order.js';
export * from './resolve-skus.js';
