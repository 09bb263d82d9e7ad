import type { InvoiceFacts } from '../invoices/invoice.js';
import type { LineTax, OrderTotals, PricedLine } from '../kit/line-amounts.js';
import type { Currency } from '../kit/money.js';
import type { Address } from '../kit/address.js';
import type { NewOrderLine } from './order.js';
import type { CancellationReason } from './cancellation-reason.js';
import type { OrderFlag } from './order-flag.js';
import type { OrderStatus } from './order-status.js';
import { ShipmentStatus } from './shipment-status.js';
import { PaymentStatus } from '../payments/payment-status.js';
import type { SplitShipments } from '../payments/capture-policy.js';
import type { LineQuantity } from '../kit/line-quantity.js';
import { isOpenReturn, type ReturnStatus } from '../returns/return-status.js';

/**
 * The progress of a line's units. Always returned ≤ delivered, shipped = in transit + delivered + returned to sender, and
 * cancelled + shipped ≤ quantity.
 */
export interface LineFacts extends PricedLine {
  readonly id: string;
  readonly requiresShipping: boolean;
  readonly cancelled: number;
  readonly shipped: number;
  readonly delivered: number;
  /** Units that came back undelivered and cannot be sold again. Those that can are open again. */
  readonly returnedToSender: number;
  /** Units of returns that are requested or approved, but not received. */
  readonly returning: number;
  readonly returned: number;
  /** Money of the line that was given back, is being given back, or was credited for cancelled units. */
  readonly refundedMinor: number;
}

/** The units of a line that are left to ship: ordered = open + cancelled + shipped. */
export function openUnits({
  quantity,
  cancelled,
  shipped,
}: Pick<LineFacts, 'quantity' | 'cancelled' | 'shipped'>): number {
  return quantity - cancelled - shipped;
}

export interface ShipmentFacts {
  readonly id: string;
  readonly status: ShipmentStatus;
  /** The units that left. */
  readonly lines: readonly LineQuantity[];
}

/** Whether a shipment has left, and neither arrived nor come back. */
export const isUnderWay = ({ status }: Pick<ShipmentFacts, 'status'>): boolean =>
  status === ShipmentStatus.Shipped;

export interface ReturnFacts {
  readonly id: string;
  readonly status: ReturnStatus;
  /** Once the return is received, the units that came back. */
  readonly lines: readonly LineQuantity[];
  /** Present while a refund for the return is requested and not answered. */
  readonly isBeingRefunded?: true;
}

/** The fields of an order that can be changed after it was placed. */
export interface OrderDetails {
  /** Absent for an order that is paid by invoice. */
  readonly paymentReference?: string;
  readonly shippingAddress?: Address;
  readonly billingAddress?: Address;
  readonly shippingMethod?: string;
  /** For people. */
  readonly note?: string;
  readonly tags: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** The order state that decisions depend on. Amounts are in minor units of its currency. */
export interface OrderFacts {
  readonly status: OrderStatus;
  readonly paymentStatus: PaymentStatus;
  /** The number of the order's events. */
  readonly version: number;
  readonly currency: Currency;
  readonly totals: OrderTotals;
  readonly capturedMinor: number;
  /** The value of cancelled units whose money was never taken. */
  readonly notChargedMinor: number;
  /** Present for an order whose payment is captured when it ships. */
  readonly captureAtShipment?: {
    readonly splitShipments: SplitShipments;
    /** Whether a capture is requested and not answered. */
    readonly isUnderWay: boolean;
  };
  /** Completed refunds, and refunds under way. */
  readonly refundedMinor: number;
  /** Captured money that the provider has taken for disputes and not given back. */
  readonly disputedMinor: number;
  /** The provider moves multiples of this amount only. */
  readonly moneyStepMinor: number;
  /** Set once the order has ended for longer than its tenant takes refunds. */
  readonly isRefundWindowOver?: true;
  readonly flags: readonly OrderFlag[];
  /** Set between the decision to cancel the order and its cancellation, while what was done for it is undone. */
  readonly beingCancelledFor?: CancellationReason;
  readonly details: OrderDetails;
  readonly lines: readonly LineFacts[];
  readonly shipments: readonly ShipmentFacts[];
  readonly returns: readonly ReturnFacts[];
  /** Absent until the order is confirmed. */
  readonly invoice?: InvoiceFacts;
}

/** The captured money that the merchant has, in minor units. Negative where a dispute took money that had been given back. */
export const keptMinor = ({
  capturedMinor,
  refundedMinor,
  disputedMinor,
}: Pick<OrderFacts, 'capturedMinor' | 'refundedMinor' | 'disputedMinor'>): number =>
  capturedMinor - refundedMinor - disputedMinor;

/** Whether a return is requested or approved. An order with such a return cannot be closed. */
export function hasOpenReturns({ returns }: OrderFacts): boolean {
  return returns.some(({ status }) => isOpenReturn(status));
}

/** The state of a new order. */
export function factsOfNewOrder(
  status: OrderStatus,
  totals: OrderTotals,
  lines: readonly (NewOrderLine & { readonly id: string })[],
  currency: Currency,
): OrderFacts {
  return {
    status,
    paymentStatus: PaymentStatus.Pending,
    version: 1,
    currency,
    totals,
    capturedMinor: 0,
    notChargedMinor: 0,
    refundedMinor: 0,
    disputedMinor: 0,
    moneyStepMinor: 1,
    flags: [],
    details: { tags: [], metadata: {} },
    lines: lines.map((line) => ({
      ...{ id: line.id, quantity: line.quantity, unitPriceMinor: line.unitPriceMinor },
      ...{ requiresShipping: line.requiresShipping, ...taxOf(line) },
      ...{ cancelled: 0, shipped: 0, delivered: 0, returnedToSender: 0 },
      ...{ returning: 0, returned: 0, refundedMinor: 0 },
    })),
    shipments: [],
    returns: [],
  };
}

function taxOf({ taxRateMillionths, taxMinor }: LineTax): LineTax {
  return {
    ...(taxRateMillionths === undefined ? {} : { taxRateMillionths }),
    ...(taxMinor === undefined ? {} : { taxMinor }),
  };
}
