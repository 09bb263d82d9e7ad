import type { Address, CancellationReason, OrderStatus, OrderTotals, UnitCondition } from '@oms/domain';

/**
 * A complete snapshot of an order at one version, for an ERP. Creations, changes and cancellations all mean "make the
 * ERP's order match this"; the adapter finds the differences. Amounts are in minor units of `currency`, times ISO
 * 8601 in UTC.
 */
export interface ErpOrder {
  /** This system's id. The ERP's order contains it and is found by it. */
  readonly id: string;
  /** The number for people, such as `BS-10024`. */
  readonly number: string;
  /** The id in the system that the order came from. */
  readonly externalId?: string;
  readonly status: OrderStatus;
  /** ISO 4217, upper case. */
  readonly currency: string;
  /** The number of decimals of the amounts. */
  readonly currencyExponent: number;
  readonly totals: OrderTotals;
  readonly lines: readonly ErpOrderLine[];
  readonly customer?: ErpCustomer;
  readonly shippingAddress?: Address;
  readonly billingAddress?: Address;
  readonly shippingMethod?: string;
  readonly note?: string;
  readonly tags?: readonly string[];
  readonly shipments: readonly ErpShipment[];
  readonly cancellationReason?: CancellationReason;
  readonly cancellationDetail?: string;
  /** Grows with every change. Of two snapshots of an order, the one with the higher version is newer. */
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
  /** The discount on the whole line, a part of the order's `discountMinor`. */
  readonly discountMinor: number;
  /** Whether the line has goods to ship, not a service. */
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
  /** Set for a shipment that came back undelivered, or was lost. */
  readonly returnedToSenderAt?: string;
  /** The units that left. `received` has their condition, once they came back undelivered. */
  readonly lines: readonly {
    readonly lineId: string;
    readonly quantity: number;
    readonly received?: Readonly<Record<UnitCondition, number>>;
  }[];
}
