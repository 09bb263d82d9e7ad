import type { CancellationReason } from './cancellation-reason.js';
import type { OrderErp } from '../erp/erp.js';
import type { Address } from '../kit/address.js';
import type { OrderTotals, PricedLine } from '../kit/line-amounts.js';
import type { OrderFlag } from './order-flag.js';
import type { OrderStatus } from './order-status.js';
import type { CapturePolicy } from '../payments/capture-policy.js';
import type { PaymentProviderName, PaymentStatus } from '../payments/payment-status.js';
import type { Actor, TenantScope } from '../kit/scope.js';

/** One line of an order that is being placed. */
export interface NewOrderLine extends PricedLine {
  readonly productTitle?: string;
  /** The product in the catalogue, where the line was made from one. */
  readonly productId?: string;
  readonly variantId?: string;
  /** The location that stock is taken from. Absent: any location with stock. */
  readonly locationId?: string;
  readonly sku?: string;
  readonly variantTitle?: string;
  readonly requiresShipping: boolean;
}

/** An order as a client places it, after parsing: amounts in minor units, totals computed by the server. */
export interface NewOrder {
  readonly currency: string;
  /** Decimals of the currency. Stored with the order, so that its amounts never change their meaning. */
  readonly currencyExponent: number;
  /**
   * Provider and reference of the authorisation that pays for the order. Both are absent for an order that is paid by
   * invoice, whose payment does not affect its status.
   */
  readonly paymentProvider?: PaymentProviderName;
  readonly paymentReference?: string;
  /** Absent: as the tenant's settings say. */
  readonly capturePolicy?: CapturePolicy;
  readonly customerId?: string;
  /** The client's own name for the customer, if it differs from `customerId`. */
  readonly customerRef?: string;
  readonly externalId?: string;
  readonly channel?: string;
  readonly sourcePlatform?: string;
  readonly shippingAddress?: Address;
  /** The address that the invoice is made out to. */
  readonly billingAddress?: Address;
  readonly shippingMethod?: string;
  /** For people. */
  readonly note?: string;
  /** Absent: none. */
  readonly tags?: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly totals: OrderTotals;
  readonly lines: readonly NewOrderLine[];
}

/** A recorded line. */
export interface OrderLine extends NewOrderLine {
  readonly id: string;
  /** 1 for the first line. */
  readonly position: number;
}

/** A recorded order. Times are ISO 8601 in UTC. */
export interface Order extends TenantScope, Omit<NewOrder, 'lines'> {
  readonly id: string;
  readonly number: string;
  readonly idempotencyKey: string;
  readonly status: OrderStatus;
  readonly paymentStatus: PaymentStatus;
  /** Present if the order is cancelled. */
  readonly cancellationReason?: CancellationReason;
  readonly cancellationDetail?: string;
  /** Conditions that need attention. Empty for most orders. */
  readonly flags: readonly OrderFlag[];
  readonly lines: readonly OrderLine[];
  /** Tracking number and carrier are those of the newest shipment. */
  readonly trackingNumber?: string;
  readonly carrier?: string;
  /** Absent for an order that is synchronised to no ERP. */
  readonly erp?: OrderErp;
  /** Sequence number of the order's newest event. */
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Time at which each status was reached. */
  readonly statusTimes: Readonly<Partial<Record<OrderStatus, string>>>;
}

/** The types of an order's events. */
export const OrderEventType = {
  /** The order was recorded as a draft, on the Sales API. */
  OrderDrafted: 'order.drafted',
  /** Fields of the order were changed; `data` names them. */
  OrderEdited: 'order.edited',
  /** The order was recorded and waits to be paid for and reserved. */
  OrderPlaced: 'order.placed',
  /** The order is paid for, or invoiced, and its stock is reserved. */
  OrderConfirmed: 'order.confirmed',
  /** The warehouse has begun, or has to go on after a shipment was cancelled or came back. */
  OrderProcessing: 'order.processing',
  /** All units have left. */
  OrderShipped: 'order.shipped',
  /** Nothing is under way any more, and something has arrived. */
  OrderDelivered: 'order.delivered',
  /** The order was closed: by request, by the end of its return window, or because nothing of it reached the customer. */
  OrderClosed: 'order.closed',
  /** The order was cancelled; `reason` says why. What was done for it is undone. */
  OrderCancelled: 'order.cancelled',
  /** Units were cancelled before they shipped; `data` names them, and the refund of their value. */
  UnitsCancelled: 'units.cancelled',
  /** Units left together; `data` names the shipment and its lines. */
  ShipmentCreated: 'shipment.created',
  /** A shipment arrived. */
  ShipmentDelivered: 'shipment.delivered',
  /** The tracking number or the carrier of a shipment was corrected; `data` has both before and after. */
  ShipmentCorrected: 'shipment.corrected',
  /** A shipment was taken back before its delivery; its units are left to ship again. */
  ShipmentCancelled: 'shipment.cancelled',
  /** A shipment came back undelivered, or was lost; `data` has the condition of its units. */
  ShipmentReturnedToSender: 'shipment.returned_to_sender',
  /** A customer wants to send units back. */
  ReturnRequested: 'return.requested',
  /** A return was approved. */
  ReturnApproved: 'return.approved',
  /** A return was declined. */
  ReturnDeclined: 'return.declined',
  /** A return was ended whose goods had not come. */
  ReturnCancelled: 'return.cancelled',
  /** The goods of an approved return did not come in time. Its units can be returned again. */
  ReturnExpired: 'return.expired',
  /** Units of a return are back; `data` says in which condition. Those that can be sold again are in stock. */
  ReturnReceived: 'return.received',
  /** Money is to be captured: for a shipment, or before the authorisation lapses. `data` has the amount. */
  PaymentCaptureRequested: 'payment.capture_requested',
  /** The provider declined the capture for a shipment; nothing was shipped. */
  PaymentCaptureDeclined: 'payment.capture_declined',
  /** A refund was accepted, and is about to be asked for at the provider. */
  RefundRequested: 'refund.requested',
  /** The provider declined a refund; its money can be refunded again. */
  RefundFailed: 'refund.failed',
  /** The checkout's authorisation covers the order, and is claimed by it. */
  PaymentAuthorized: 'payment.authorized',
  /** The provider took the money. */
  PaymentCaptured: 'payment.captured',
  /** The provider refused the authorisation or the capture; `data` has its decline code. */
  PaymentDeclined: 'payment.declined',
  /** The provider was asked for money, and its answer was lost. It is asked again until it says which. */
  PaymentUnknown: 'payment.unknown',
  /** The authorisation was let go of; nothing was taken. */
  PaymentVoided: 'payment.voided',
  /** The provider gave money back, all of it or a part. */
  PaymentRefunded: 'payment.refunded',
  /** The provider took back a capture that it had reported as done. */
  PaymentCaptureFailed: 'payment.capture_failed',
  /** The provider captured again what it had taken back. */
  PaymentRecaptured: 'payment.recaptured',
  /** The provider said, unsigned, that it captured again; an operator has to confirm it. */
  PaymentRecaptureReported: 'payment.recapture_reported',
  /** The provider took the money of an order that was cancelled by then. */
  PaymentCapturedAfterCancellation: 'payment.captured_after_cancellation',
  /** The order did not take its payment: its hold was voided, or its captured money refunded. */
  PaymentReleased: 'payment.released',
  /** The order did not take its payment, and the provider keeps captured money of it. */
  PaymentUnusedKept: 'payment.unused_kept',
  /** A refund that was reported as done did not reach the customer. */
  PaymentRefundFailed: 'payment.refund_failed',
  /** Money was refunded at the provider itself, not through this system. */
  PaymentRefundedElsewhere: 'payment.refunded_elsewhere',
  /** The customer disputes the payment at the bank. */
  PaymentDisputeOpened: 'payment.dispute_opened',
  /** The provider took the disputed money from the merchant. */
  PaymentDisputeWithdrawn: 'payment.dispute_withdrawn',
  /** The provider gave disputed money back to the merchant. */
  PaymentDisputeReinstated: 'payment.dispute_reinstated',
  /** A dispute of the payment was decided for the merchant, or withdrawn. */
  PaymentDisputeWon: 'payment.dispute_won',
  /** A dispute of the payment was decided for the customer, or accepted. */
  PaymentDisputeLost: 'payment.dispute_lost',
  /** The authorisation lapses within 24 hours, and the order still waits to be paid for. */
  PaymentAuthorizationExpiring: 'payment.authorization_expiring',
  /** The authorisation lapsed before the order was paid for. */
  PaymentAuthorizationExpired: 'payment.authorization_expired',
  /** An operator requested an immediate retry. */
  OrderRetryRequested: 'order.retry_requested',
  /** An operator gave the order up. Compensation of its completed steps follows. */
  OrderGivenUp: 'order.given_up',
  /** An operator allowed to ship an order whose money was refunded at the provider itself. */
  OrderShipmentAllowed: 'order.shipment_allowed',
  /** An operator stated, with evidence, the outcome of a payment that its provider left open. */
  PaymentStated: 'payment.stated',
  /** The invoice was issued by request; `data` names it. Statuses of the order may issue and void it as well. */
  InvoiceIssued: 'invoice.issued',
  /** The invoice was voided by request, and credited where it was issued. */
  InvoiceVoided: 'invoice.voided',
  /** Money was received for the invoice outside of a payment provider; `data` names the payment and its amount. */
  InvoicePaymentRecorded: 'invoice.payment_recorded',
  /** The stock of all lines is reserved. */
  InventoryReserved: 'inventory.reserved',
  /** Reserved stock was freed again. */
  InventoryReleased: 'inventory.released',
} as const;
export type OrderEventType = (typeof OrderEventType)[keyof typeof OrderEventType];

/** One entry of an order's history. Append-only; sequences have no gaps. */
export interface OrderEvent {
  /** 1 for the first event. */
  readonly sequence: number;
  readonly type: OrderEventType;
  /** Status before and after: of the payment for `payment.…` events, else of the order. */
  readonly from?: string;
  readonly to?: string;
  readonly reason?: string;
  readonly actor: Actor;
  readonly data: Readonly<Record<string, unknown>>;
  /** ISO 8601 in UTC. */
  readonly occurredAt: string;
}
