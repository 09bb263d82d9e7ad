import type { PaymentStatus } from '../payments/payment-status.js';
import type { OrderFlag } from './order-flag.js';
import type { OrderStatus } from './order-status.js';

/** The sort keys of a list of orders. */
export const orderSorts = ['created_at', 'updated_at', 'order_number', 'total'] as const;
export type OrderSort = (typeof orderSorts)[number];

/** Cursor: the next page begins after this order, in the list's direction. */
export type OrderPosition =
  | {
      /** ISO 8601 in UTC with milliseconds, the precision that is stored. */
      readonly createdAt: string;
      readonly id: string;
    }
  | {
      readonly sort: Exclude<OrderSort, 'created_at'>;
      /** The order's sort value: a time in ISO 8601, or a number. */
      readonly value: string;
      readonly id: string;
    }
  | LastChangedPosition;

/**
 * The position in a list of the last changed. An order that changes meanwhile moves to the list's beginning, which was
 * read already. So the list continues with the orders above its first one, in the sequence of their changes.
 */
export interface LastChangedPosition {
  readonly sort: '-updated_at';
  readonly value: string;
  readonly id: string;
  /** The first order of the list. Absent for a position above it. */
  readonly first?: { readonly value: string; readonly id: string };
}

/** Filter, sort and page of a list of orders. The sort is descending unless `isAscending` is set. */
export interface OrderListQuery {
  readonly statuses?: readonly OrderStatus[];
  readonly paymentStatuses?: readonly PaymentStatus[];
  /** Orders with any of these flags. */
  readonly flags?: readonly OrderFlag[];
  readonly customerId?: string;
  /** Of the shipping or the billing address, in any case. */
  readonly customerEmail?: string;
  readonly paymentReference?: string;
  /** Orders with a line of this SKU. */
  readonly sku?: string;
  readonly channel?: string;
  readonly externalId?: string;
  /** In upper case. Digits alone stand for the number that ends with them, after any prefix. */
  readonly number?: string;
  /** Inclusive, ISO 8601 in UTC. */
  readonly createdFrom?: string;
  /** Exclusive, ISO 8601 in UTC. */
  readonly createdBefore?: string;
  /** Inclusive, ISO 8601 in UTC. */
  readonly updatedFrom?: string;
  /** Exclusive, ISO 8601 in UTC. */
  readonly updatedBefore?: string;
  /** 1 to 100. */
  readonly limit: number;
  /** Orders to skip. Reads all skipped orders: {@link OrderListQuery.after} stays fast at any depth. */
  readonly offset: number;
  readonly after?: OrderPosition;
  /** Defaults to `created_at`. A cursor must come from a list with the same sort. */
  readonly sort?: OrderSort;
  readonly isAscending?: boolean;
}
