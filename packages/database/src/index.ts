export * from './kit/database.js';
export * from './kit/database-error.js';
export { findOrderFacts } from './order-log/order-facts-reader.js';
export { findChangeAnswer } from './order-log/order-lock.js';
export {
  applyOrderCommand,
  placeDraft,
  refuseChange,
  rememberOrderCommand,
} from './orders/order-commands.js';
export { cancelOrder, refuseOrder } from './orders/order-cancellation.js';
export { findStanding } from './order-log/order-standing.js';
export * from './orders/open-orders.js';
export type { OperationToFind, RecordedOperation } from './orders/operation-records.js';
export * from './orders/order-lifecycle-reader.js';
export { allOrderProofs, findOrderProof, type ProofFilter } from './proof/order-proof.js';
export * from './orders/order-reader.js';
export * from './orders/order-recorder.js';
export * from './kit/run-command.js';
export type { Change, Json } from './kit/audit.js';
export * from './catalogue/catalogue-reader.js';
export * from './invoices/invoice-reader.js';
export * from './invoices/sellers.js';
export * from './catalogue/products.js';
export {
  changeOrderStatus,
  type StatusChange,
  type StatusChangeResult,
} from './order-log/order-transitions.js';
export * from './payments/capture-requests.js';
export * from './payments/dispute-records.js';
export * from './payments/payment-facts.js';
export * from './payments/payment-notifications.js';
export * from './payments/payment-records.js';
export * from './payments/dropped-payments.js';
export * from './payments/unused-payments.js';
export { recordPaymentStatement, type PaymentStatementRecord } from './operators/operator-records.js';
export * from './orders/postgres-order-reader.js';
export { reconcileRefunds, type RefundAtProvider } from './returns/refund-facts.js';
export * from './returns/refund-records.js';
export { expireReturns } from './returns/return-expiry.js';
export * from './inventory/stock.js';
export * from './inventory/stocked-skus.js';
export * from './api-keys/api-key-reader.js';
export { recordApiKeyUses, type ApiKeyUse } from './api-keys/api-keys.js';
export * from './catalogue/commerce-reader.js';
export * from './erp/erp-connections.js';
export { isKeptInErp, recordErpAttempt, type ErpAttempt } from './erp/erp-links.js';
export {
  findOrderSnapshot,
  type InvoiceSums,
  type LineProgress,
  type OrderSnapshot,
} from './orders/order-snapshot.js';
export * from './orders/order-documents.js';
export * from './kit/define-store.js';
export * from './kit/define-singleton-store.js';
export * from './kit/resource-reader.js';
export type { PlainRow } from './kit/resource-sql.js';
export * as stores from './resources/stores.js';
