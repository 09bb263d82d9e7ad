export * from './api-keys/api-key-activities.js';
export * from './commands/command-activities.js';
export * from './inventory/inventory-activities.js';
export * from './orders/order-activities.js';
export * from './payments/notification-activities.js';
export * from './payments/payment-activities.js';
