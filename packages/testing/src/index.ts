export * from './api-client.js';
export * from './books.js';
export * from './order-body.js';
export * from './row-lock.js';
export * from './simulator-control.js';
export * from './test-database.js';
export * from './test-namespace.js';
export * from './test-stack.js';
