import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

/**
 * The search attributes of order workflows, for operators in the Temporal Web UI. Search attributes are never
 * encrypted: no personal data.
 */
export const OrderSearchAttributes = {
  orderId: defineSearchAttributeKey('OrderId', SearchAttributeType.KEYWORD),
  orderNumber: defineSearchAttributeKey('OrderNumber', SearchAttributeType.KEYWORD),
  tenantId: defineSearchAttributeKey('TenantId', SearchAttributeType.KEYWORD),
  orgId: defineSearchAttributeKey('OrgId', SearchAttributeType.KEYWORD),
  orderStatus: defineSearchAttributeKey('OrderStatus', SearchAttributeType.KEYWORD),
  paymentStatus: defineSearchAttributeKey('PaymentStatus', SearchAttributeType.KEYWORD),
  /** The dependency of a waiting step: a payment provider's name, `inventory` or `database`. */
  waitingFor: defineSearchAttributeKey('WaitingFor', SearchAttributeType.KEYWORD),
  waitingSince: defineSearchAttributeKey('WaitingSince', SearchAttributeType.DATETIME),
  customerId: defineSearchAttributeKey('CustomerId', SearchAttributeType.KEYWORD),
  /** Conditions that need attention. Absent for an order without flags. */
  orderFlags: defineSearchAttributeKey('OrderFlags', SearchAttributeType.KEYWORD_LIST),
  cancellationReason: defineSearchAttributeKey('CancellationReason', SearchAttributeType.KEYWORD),
} as const;
