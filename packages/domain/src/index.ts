export * from './cancellation-reason.js';
export * from './domain-error.js';
export * from './money.js';
export * from './order-status.js';
export * from './order.js';
export * from './payment-status.js';
