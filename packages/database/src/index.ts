export * from './database.js';
export * from './database-error.js';
export * from './order-reader.js';
export * from './order-recorder.js';
export * from './order-transitions.js';
export * from './payment-records.js';
export * from './postgres-order-reader.js';
export * from './stock.js';
