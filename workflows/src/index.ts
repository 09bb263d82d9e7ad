export { recordApiKeyUsesWorkflow } from './api-keys/record-api-key-uses-workflow.js';
export { commandWorkflow } from './commands/command-workflow.js';
export { orderWorkflow } from './order/order-workflow.js';
export { paymentNotificationWorkflow } from './payment-notification/payment-notification-workflow.js';
