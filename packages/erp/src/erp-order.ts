import type {
  Address,
  CancellationReason,
  CreditNoteReason,
  InvoiceStatus,
  OrderStatus,
  OrderTotals,
  PaymentStatus,
  ReturnStatus,
  UnitCondition,
} from '@oms/domain';

/**
 * A complete snapshot of an order at one version, for an ERP. Creations, changes and cancellations all mean "make the
 * ERP's order match this"; the adapter finds the differences. Amounts are in minor units of `currency`, times ISO
 * 8601 in UTC. Lists are the oldest first.
 */
export interface ErpOrder {
  /** This system's id. The ERP's order contains it and is found by it. */
  readonly id: string;
  /** The number for people, such as `BS-10024`. */
  readonly number: string;
  /** The id in the system that the order came from. */
  readonly externalId?: string;
  readonly status: OrderStatus;
  readonly paymentStatus: PaymentStatus;
  /** ISO 4217, upper case. */
  readonly currency: string;
  /** The number of decimals of the amounts. */
  readonly currencyExponent: number;
  /** As ordered. Cancellations and refunds do not change them. */
  readonly totals: OrderTotals;
  /** Money that the payment provider took, without captures that it took back. */
  readonly capturedMinor: number;
  /** Money that the payment provider gave back. Includes the reversal of a cancelled order, which is in no refund. */
  readonly refundedMinor: number;
  /** Taken for disputes of the customer and not given back. */
  readonly disputedMinor: number;
  readonly lines: readonly ErpOrderLine[];
  readonly customer?: ErpCustomer;
  readonly shippingAddress?: Address;
  readonly billingAddress?: Address;
  readonly shippingMethod?: string;
  readonly note?: string;
  readonly tags?: readonly string[];
  readonly shipments: readonly ErpShipment[];
  readonly cancellations: readonly ErpCancellation[];
  readonly returns: readonly ErpReturn[];
  readonly refunds: readonly ErpRefund[];
  /** Absent until the order is confirmed. */
  readonly invoice?: ErpInvoice;
  readonly cancellationReason?: CancellationReason;
  readonly cancellationDetail?: string;
  /** Grows with every change. Of two snapshots of an order, the one with the higher version is newer. */
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A line, with its shares of the order's discount and tax. Over all lines, the shares add up to the order's totals. */
export interface ErpOrderLine {
  readonly id: string;
  readonly sku?: string;
  readonly title: string;
  /** Units as ordered: open, cancelled and shipped ones. The next three are a part of them. */
  readonly quantity: number;
  /** Units that were cancelled before they shipped. Those of an order that was cancelled as a whole are not counted. */
  readonly cancelled: number;
  /** Units that left and are not open again. Returned ones are a part of them. */
  readonly shipped: number;
  /** Units that the customer sent back and that came, in any condition. */
  readonly returned: number;
  readonly unitPriceMinor: number;
  readonly discountMinor: number;
  readonly taxMinor: number;
  /** Present where a rate was stated for the line: 190,000 for 19 %. */
  readonly taxRateMillionths?: number;
  /** Whether the line has goods to ship, not a service. */
  readonly requiresShipping: boolean;
}

export interface ErpCustomer {
  /** This system's or the shop's id of the customer: the same for all of the customer's orders. */
  readonly id: string;
  readonly name?: string;
  readonly email?: string;
}

/** Units of a line. `received` has their condition, once they came back. */
export interface ErpUnits {
  readonly lineId: string;
  readonly quantity: number;
  readonly received?: Readonly<Record<UnitCondition, number>>;
}

/** Units of a line, with the money that is for them. */
export interface ErpUnitsWithAmount {
  readonly lineId: string;
  readonly quantity: number;
  readonly amountMinor: number;
}

export interface ErpShipment {
  readonly id: string;
  readonly carrier?: string;
  readonly trackingNumber?: string;
  readonly shippedAt: string;
  readonly deliveredAt?: string;
  /** Set for a shipment that came back undelivered, or was lost. */
  readonly returnedToSenderAt?: string;
  /** The units that left. */
  readonly lines: readonly ErpUnits[];
}

/** Units that were cancelled before they shipped, with the money that was refunded or credited for them. */
export interface ErpCancellation {
  readonly id: string;
  readonly amountMinor: number;
  readonly lines: readonly ErpUnitsWithAmount[];
  /** The refund of the money. Absent where nothing was captured for the units. */
  readonly refundId?: string;
  readonly reason?: string;
  readonly cancelledAt: string;
}

/** Units that the customer sends back. */
export interface ErpReturn {
  readonly id: string;
  readonly status: ReturnStatus;
  readonly reason?: string;
  readonly lines: readonly ErpUnits[];
  readonly requestedAt: string;
  readonly receivedAt?: string;
}

export interface ErpRefund {
  readonly id: string;
  readonly status: 'pending' | 'succeeded' | 'failed';
  readonly amountMinor: number;
  /** Empty for a refund that names no units. */
  readonly lines: readonly ErpUnitsWithAmount[];
  /** The return that the refund is for. */
  readonly returnId?: string;
  readonly reason?: string;
  /** Set for a refund that was made at the payment provider itself. */
  readonly providerRefundId?: string;
  readonly requestedAt: string;
  /** When the provider gave the money back, or refused to. */
  readonly settledAt?: string;
}

/** The order's invoice. */
export interface ErpInvoice {
  readonly id: string;
  /** Such as `INV-000042`. */
  readonly number: string;
  readonly status: InvoiceStatus;
  readonly totalMinor: number;
  readonly paidMinor: number;
  /** Still to be paid, without cancelled units. */
  readonly dueMinor: number;
  /** The sum of the credit notes. */
  readonly creditedMinor: number;
  readonly creditNotes: readonly ErpCreditNote[];
  readonly issuedAt?: string;
  readonly paidAt?: string;
  readonly voidedAt?: string;
}

export interface ErpCreditNote {
  readonly id: string;
  /** Such as `CN-000007`. */
  readonly number: string;
  readonly reason: CreditNoteReason;
  /** Below zero for the reason `refund_failed`. */
  readonly amountMinor: number;
  readonly refundId?: string;
  readonly cancellationId?: string;
  readonly createdAt: string;
}
