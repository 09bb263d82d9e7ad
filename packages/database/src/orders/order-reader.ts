import type { Order, OrderEvent, OrderListQuery, OrderPosition, TenantScope } from '@oms/domain';

export interface OrderPage {
  readonly orders: readonly Order[];
  /** As many as were asked for; as there are, where the orders are so large that a page may not hold more. */
  readonly limit: number;
  /** Absent on the last page. */
  readonly next?: OrderPosition;
}

/** The gateway's reads of orders. Every read is scoped: another tenant's order is not found. */
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
