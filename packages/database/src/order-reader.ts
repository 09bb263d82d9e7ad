import type { Order, OrderEvent, OrderStatus, TenantScope } from '@oms/domain';

/** What a list of orders can be sorted by. */
export type OrderSort = 'created_at' | 'updated_at' | 'order_number' | 'total';

/** Where the next page of a list begins: after this order, in the list's direction. */
export type OrderPosition =
  | {
      /** ISO 8601 with milliseconds: the database keeps no more, so nothing is lost by it. */
      readonly createdAt: string;
      readonly id: string;
    }
  | {
      readonly sort: Exclude<OrderSort, 'created_at'>;
      /** As the database writes what the list is sorted by. */
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
  /** Inclusive, ISO 8601. */
  readonly createdFrom?: string;
  /** Exclusive, ISO 8601. */
  readonly createdBefore?: string;
  /** 1 to 100. */
  readonly limit: number;
  /** Rows to skip. Reads all that it skips: {@link OrderListQuery.after} stays fast at any depth. */
  readonly offset: number;
  readonly after?: OrderPosition;
  /** By the time of creation when left out. A position must be of a list that was sorted alike. */
  readonly sort?: OrderSort;
  readonly isAscending?: boolean;
}

export interface OrderPage {
  readonly orders: readonly Order[];
  /** Absent on the last page. */
  readonly next?: OrderPosition;
}

/** What the gateway reads. Every read is scoped: another tenant's order is not found. */
export interface OrderReader {
  findOrder(scope: TenantScope, orderId: string): Promise<Order | undefined>;
  /** By the key that placed it, with the hash of the request that did. */
  findRequestHash(scope: TenantScope, orderId: string): Promise<string | undefined>;
  listOrders(scope: TenantScope, query: OrderListQuery): Promise<OrderPage>;
  /** In order of sequence; `undefined` where there is no such order. */
  listEvents(scope: TenantScope, orderId: string): Promise<readonly OrderEvent[] | undefined>;
  /** Rejects when the database does not answer. For readiness. */
  ping(): Promise<void>;
}
