import type { OrderStatus } from './order-status.js';

/** What a list of orders can be sorted by. */
export const orderSorts = ['created_at', 'updated_at', 'order_number', 'total'] as const;
export type OrderSort = (typeof orderSorts)[number];

/** Where the next page of a list begins: after this order, in the list's direction. */
export type OrderPosition =
  | {
      /** ISO 8601 in UTC with milliseconds: no more is kept, so nothing is lost by it. */
      readonly createdAt: string;
      readonly id: string;
    }
  | {
      readonly sort: Exclude<OrderSort, 'created_at'>;
      /** What the order is sorted by: a time in ISO 8601, or a number. */
      readonly value: string;
      readonly id: string;
    };

/** Which orders to list. The newest first, or the highest of what they are sorted by, unless it says otherwise. */
export interface OrderListQuery {
  readonly statuses?: readonly OrderStatus[];
  readonly customerId?: string;
  readonly channel?: string;
  readonly externalId?: string;
  readonly number?: string;
  /** Inclusive, ISO 8601 in UTC. */
  readonly createdFrom?: string;
  /** Exclusive, ISO 8601 in UTC. */
  readonly createdBefore?: string;
  /** 1 to 100. */
  readonly limit: number;
  /** Orders to skip. Reads all that it skips: {@link OrderListQuery.after} stays fast at any depth. */
  readonly offset: number;
  readonly after?: OrderPosition;
  /** By the time of creation when left out. A position must be of a list that was sorted alike. */
  readonly sort?: OrderSort;
  readonly isAscending?: boolean;
}
