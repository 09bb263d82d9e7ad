import type { Currency, OrderTotals } from '../kit/money.js';
import type { NewOrderLine } from './order.js';
import type { OrderFlag } from './order-flag.js';
import type { OrderStatus } from './order-status.js';
import { PaymentStatus } from '../payments/payment-status.js';
import type { LineQuantity } from '../kit/line-quantity.js';
import { ReturnStatus } from '../returns/return-status.js';

/** How far the units of a line have come. Always returned ≤ delivered ≤ shipped ≤ quantity. */
export interface LineFacts {
  readonly id: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  readonly requiresShipping: boolean;
  readonly shipped: number;
  readonly delivered: number;
  /** Units of returns that are requested or approved, and have not come back yet. */
  readonly returning: number;
  readonly returned: number;
  /** Units whose money was given back, or is being given back. */
  readonly refunded: number;
}

export interface ShipmentFacts {
  readonly id: string;
  readonly isDelivered: boolean;
  readonly lines: readonly LineQuantity[];
}

export interface ReturnFacts {
  readonly id: string;
  readonly status: ReturnStatus;
  readonly lines: readonly LineQuantity[];
  /** True while a refund for it was asked for and is not answered yet; else absent. */
  readonly isBeingRefunded?: true;
}

/** All that a decision about an order depends on. Amounts in minor units of its currency. */
export interface OrderFacts {
  readonly status: OrderStatus;
  readonly paymentStatus: PaymentStatus;
  /** Counts the order's events. */
  readonly version: number;
  readonly currency: Currency;
  readonly totals: OrderTotals;
  readonly capturedMinor: number;
  /** What was given back, and what is being given back. */
  readonly refundedMinor: number;
  readonly flags: readonly OrderFlag[];
  readonly lines: readonly LineFacts[];
  readonly shipments: readonly ShipmentFacts[];
  readonly returns: readonly ReturnFacts[];
}

/** Whether the customer sends something back, or wants to: the order is not closed before that is over. */
export function hasOpenReturns({ returns }: OrderFacts): boolean {
  return returns.some(({ status }) => status === ReturnStatus.Requested || status === ReturnStatus.Approved);
}

/** The facts of an order that nothing has happened to yet. */
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
    refundedMinor: 0,
    flags: [],
    lines: lines.map(({ id, quantity, unitPriceMinor, requiresShipping }) => ({
      ...{ id, quantity, unitPriceMinor, requiresShipping },
      ...{ shipped: 0, delivered: 0, returning: 0, returned: 0, refunded: 0 },
    })),
    shipments: [],
    returns: [],
  };
}
