import type { CancellationReason } from './cancellation-reason.js';
import type { OrderErp } from '../erp/erp.js';
import type { OrderTotals } from '../kit/money.js';
import type { OrderFlag } from './order-flag.js';
import type { OrderStatus } from './order-status.js';
import type { PaymentProviderName, PaymentStatus } from '../payments/payment-status.js';
import type { Actor, TenantScope } from '../kit/scope.js';

/** A postal address as the client sent it. */
export interface Address {
  readonly name?: string;
  readonly company?: string;
  readonly line1: string;
  readonly line2?: string;
  readonly city: string;
  readonly state?: string;
  readonly postalCode?: string;
  readonly country: string;
  readonly phone?: string;
  readonly email?: string;
}

/** One line of an order that is being placed. */
export interface NewOrderLine {
  readonly productTitle?: string;
  /** The product in the catalogue, where the line was made from one. */
  readonly productId?: string;
  readonly variantId?: string;
  /** Where its stock is taken from. Absent: wherever there is some. */
  readonly locationId?: string;
  readonly sku?: string;
  readonly variantTitle?: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  readonly requiresShipping: boolean;
}

/** An order as a client places it, after parsing: amounts in minor units, totals computed by the server. */
export interface NewOrder {
  readonly currency: string;
  /** How many decimals the currency has; kept with the order so that its amounts never change meaning. */
  readonly currencyExponent: number;
  /**
   * Whose authorisation pays for the order, and which. Both are absent where it is paid for by invoice, apart from its
   * status.
   */
  readonly paymentProvider?: PaymentProviderName;
  readonly paymentReference?: string;
  readonly customerId?: string;
  /** The customer as the client named them, where that is not the id itself. */
  readonly customerRef?: string;
  readonly externalId?: string;
  readonly channel?: string;
  readonly sourcePlatform?: string;
  readonly shippingAddress?: Address;
  /** Who the invoice is made out to. */
  readonly billingAddress?: Address;
  readonly shippingMethod?: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly totals: OrderTotals;
  readonly lines: readonly NewOrderLine[];
}

/** A line as it is recorded. */
export interface OrderLine extends NewOrderLine {
  readonly id: string;
  /** 1 for the first line. */
  readonly position: number;
}

/** An order as it is recorded. Times are ISO 8601 in UTC. */
export interface Order extends TenantScope, Omit<NewOrder, 'lines'> {
  readonly id: string;
  readonly number: string;
  readonly idempotencyKey: string;
  readonly status: OrderStatus;
  readonly paymentStatus: PaymentStatus;
  /** Set when the order is cancelled. */
  readonly cancellationReason?: CancellationReason;
  readonly cancellationDetail?: string;
  /** What somebody has to look at; empty for most orders. */
  readonly flags: readonly OrderFlag[];
  readonly lines: readonly OrderLine[];
  /** Of the newest parcel, as is the carrier. */
  readonly trackingNumber?: string;
  readonly carrier?: string;
  /** Absent for an order that is kept in no ERP. */
  readonly erp?: OrderErp;
  /** Counts the order's events: the version is the sequence of the newest one. */
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** When each status was reached. */
  readonly statusTimes: Readonly<Partial<Record<OrderStatus, string>>>;
}

/** What can happen to an order. */
export const OrderEventType = {
  OrderDrafted: 'order.drafted',
  OrderEdited: 'order.edited',
  OrderPlaced: 'order.placed',
  OrderConfirmed: 'order.confirmed',
  OrderProcessing: 'order.processing',
  OrderShipped: 'order.shipped',
  OrderDelivered: 'order.delivered',
  OrderClosed: 'order.closed',
  OrderCancelled: 'order.cancelled',
  ShipmentCreated: 'shipment.created',
  ShipmentDelivered: 'shipment.delivered',
  ReturnRequested: 'return.requested',
  ReturnApproved: 'return.approved',
  ReturnDeclined: 'return.declined',
  ReturnReceived: 'return.received',
  RefundRequested: 'refund.requested',
  RefundFailed: 'refund.failed',
  PaymentAuthorized: 'payment.authorized',
  PaymentCaptured: 'payment.captured',
  PaymentDeclined: 'payment.declined',
  PaymentUnknown: 'payment.unknown',
  PaymentVoided: 'payment.voided',
  PaymentRefunded: 'payment.refunded',
  PaymentCaptureFailed: 'payment.capture_failed',
  PaymentRecaptured: 'payment.recaptured',
  PaymentRecaptureReported: 'payment.recapture_reported',
  PaymentCapturedAfterCancellation: 'payment.captured_after_cancellation',
  PaymentRefundFailed: 'payment.refund_failed',
  /** Somebody gave money back at the provider itself. */
  PaymentRefundedElsewhere: 'payment.refunded_elsewhere',
  PaymentDisputed: 'payment.disputed',
  PaymentAuthorizationExpiring: 'payment.authorization_expiring',
  PaymentAuthorizationExpired: 'payment.authorization_expired',
  /** An operator asked not to wait any longer. */
  OrderRetryRequested: 'order.retry_requested',
  /** An operator gave the order up; what was done for it is about to be undone. */
  OrderGivenUp: 'order.given_up',
  /** An operator said, with evidence, what became of a payment whose provider did not. */
  PaymentStated: 'payment.stated',
  InventoryReserved: 'inventory.reserved',
  InventoryReleased: 'inventory.released',
} as const;
export type OrderEventType = (typeof OrderEventType)[keyof typeof OrderEventType];

/** One entry of an order's history. Append-only; sequences have no gaps. */
export interface OrderEvent {
  /** 1 for the first event. */
  readonly sequence: number;
  readonly type: OrderEventType;
  /** The order's status, or the payment's for `payment.…` events, before and after. */
  readonly from?: string;
  readonly to?: string;
  readonly reason?: string;
  readonly actor: Actor;
  readonly data: Readonly<Record<string, unknown>>;
  /** ISO 8601 in UTC. */
  readonly occurredAt: string;
}
