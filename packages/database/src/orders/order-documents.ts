import type {
  Currency,
  LineQuantity,
  LineRefund,
  ReceivedLine,
  ReturnStatus,
  ShipmentStatus,
} from '@oms/domain';

/** Units of a line in a return or a shipment, with their condition once they are back. */
export interface DocumentLine extends LineQuantity {
  readonly received?: Omit<ReceivedLine, 'lineId'>;
}

/** A shipment that left the warehouse. Times are ISO 8601 in UTC, here and below. */
export interface Shipment {
  readonly id: string;
  readonly status: ShipmentStatus;
  readonly trackingNumber?: string;
  readonly carrier?: string;
  readonly lines: readonly DocumentLine[];
  readonly shippedAt: string;
  readonly deliveredAt?: string;
  readonly cancelledAt?: string;
  readonly cancellationReason?: string;
  readonly returnedToSenderAt?: string;
  readonly returnedToSenderReason?: string;
}

/** Units that a customer sends back. */
export interface OrderReturn {
  readonly id: string;
  readonly status: ReturnStatus;
  readonly reason?: string;
  readonly decisionReason?: string;
  readonly lines: readonly DocumentLine[];
  readonly requestedAt: string;
  readonly decidedAt?: string;
  readonly receivedAt?: string;
  readonly cancelledAt?: string;
  readonly expiresAt?: string;
  readonly expiredAt?: string;
}

/** A refund of captured money. */
export interface Refund {
  readonly id: string;
  readonly status: 'pending' | 'succeeded' | 'failed';
  readonly amountMinor: number;
  readonly lines: readonly LineRefund[];
  readonly returnId?: string;
  readonly reason?: string;
  /** The provider's words, if it refused. */
  readonly failure?: string;
  /** The provider's id of a refund that was made at the provider itself. */
  readonly providerRefundId?: string;
  readonly requestedAt: string;
  readonly settledAt?: string;
}

/** Units that were cancelled before they shipped. */
export interface Cancellation {
  readonly id: string;
  readonly amountMinor: number;
  readonly lines: readonly LineRefund[];
  /** The refund of their value. Absent for an order that pays by invoice. */
  readonly refundId?: string;
  readonly reason?: string;
  readonly cancelledAt: string;
}

/** The form of an order's amounts. */
export interface OrderMoney {
  readonly currency: Currency;
  /** The provider moves multiples of this amount only. */
  readonly moneyStepMinor: number;
}

/** The parts that were added to an order after its confirmation, each list oldest first. */
export interface OrderParts extends OrderMoney {
  readonly shipments: readonly Shipment[];
  readonly returns: readonly OrderReturn[];
  readonly refunds: readonly Refund[];
  readonly cancellations: readonly Cancellation[];
}
