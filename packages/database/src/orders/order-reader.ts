import type { Order, OrderEvent, OrderListQuery, OrderPosition, TenantScope } from '@oms/domain';

export interface OrderPage {
  readonly orders: readonly Order[];
  /** Fewer than requested if the orders are so large that a page may not hold more. */
  readonly limit: number;
  /** Absent on the last page. */
  readonly next?: OrderPosition;
}

/** The gateway's reads of orders. Every read is scoped: another tenant's order is not found. */
export interface OrderReader {
  findOrder(scope: TenantScope, orderId: string): Promise<Order | undefined>;
  /** Finds the hash of the request that placed the order. */
  findRequestHash(scope: TenantScope, orderId: string): Promise<string | undefined>;
  listOrders(scope: TenantScope, query: OrderListQuery): Promise<OrderPage>;
  /** In order of sequence; `undefined` for an unknown order. */
  listEvents(scope: TenantScope, orderId: string): Promise<readonly OrderEvent[] | undefined>;
  /** Rejects when the database does not answer. For readiness. */
  ping(): Promise<void>;
}
