export { erpPushWorkflow } from './erp/erp-push-workflow.js';
export { erpTestWorkflow } from './erp/erp-test-workflow.js';
export { orderWorkflow } from './orders/order-workflow.js';
