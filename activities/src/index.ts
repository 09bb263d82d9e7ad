export * from './erp/erp-activities.js';
export { createErpConnectors, type ErpConnectors } from './erp/erp-connectors.js';
export * from './inventory/inventory-activities.js';
export * from './orders/order-activities.js';
export * from './payments/payment-activities.js';
