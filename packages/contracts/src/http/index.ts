export * from './create-order-body.js';
export * from './create-order-example.js';
export * from './currency.js';
export * from './list-orders-query.js';
export { encodeCursor, type OrderPosition } from './order-cursor.js';
export * from './parse-create-order.js';
export * from './request-error.js';
