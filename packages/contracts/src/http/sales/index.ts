export * from './list-sales-orders-query.js';
export * from './prefixed-ids.js';
export * from './sales-order-bodies.js';
export * from './sales-order-resource.js';
export * from './sales-order.js';
export * from './product-bodies.js';
export * from './product-resource.js';
