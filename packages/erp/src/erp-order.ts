import type { Address, CancellationReason, OrderStatus, OrderTotals } from '@oms/domain';

/**
 * An order as it is pushed to an ERP: all of it, as of one version. What happened since the last push is for the
 * adapter to find out; created, changed and cancelled are all "make the ERP's order like this".
 * Amounts in minor units of `currency`, times ISO 8601 in UTC.
 */
export interface ErpOrder {
  /** This system's id. The ERP's order carries it, and is found by it. */
  readonly id: string;
  /** For people, such as `BS-10024`. */
  readonly number: string;
  /** The id in the system that the order came from. */
  readonly externalId?: string;
  readonly status: OrderStatus;
  /** ISO 4217, upper case. */
  readonly currency: string;
  /** How many decimals the amounts have. */
  readonly currencyExponent: number;
  readonly totals: OrderTotals;
  readonly lines: readonly ErpOrderLine[];
  readonly customer?: ErpCustomer;
  readonly shippingAddress?: Address;
  readonly shippingMethod?: string;
  readonly shipments: readonly ErpShipment[];
  readonly cancellationReason?: CancellationReason;
  readonly cancellationDetail?: string;
  /** Grows with every change. Of two snapshots of an order the one with the higher version counts. */
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface ErpOrderLine {
  readonly id: string;
  readonly sku?: string;
  readonly title: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  /** For the whole line; part of the order's `discountMinor`. */
  readonly discountMinor: number;
  /** Whether it is goods that are shipped, or a service. */
  readonly requiresShipping: boolean;
}

export interface ErpCustomer {
  /** This system's or the shop's id of the customer: the same for all of the customer's orders. */
  readonly id: string;
  readonly name?: string;
  readonly email?: string;
}

export interface ErpShipment {
  readonly id: string;
  readonly carrier?: string;
  readonly trackingNumber?: string;
  readonly shippedAt: string;
  readonly deliveredAt?: string;
  readonly lines: readonly { readonly lineId: string; readonly quantity: number }[];
}
