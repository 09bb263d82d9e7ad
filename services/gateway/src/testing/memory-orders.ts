import type { OrderPage, OrderReader } from '@oms/database';
import {
  idempotencyConflict,
  type Order,
  type OrderEvent,
  type TenantScope,
  type OrderListQuery,
} from '@oms/domain';

import type { Acceptance, AcceptedOrders } from '../temporal/accepted-orders.js';
import type { OrderPlacer, PlaceOrderInput, PlaceOrderResult } from '../temporal/order-placer.js';
import { placedEvents, recordedOrder } from './orders.js';

/**
 * Orders in memory, for tests that need neither Temporal nor PostgreSQL: one list of orders behind three ports of the
 * gateway. `mode` decides whether placed orders are recorded or only accepted.
 */
export class MemoryOrders implements OrderReader, OrderPlacer, AcceptedOrders {
  mode: 'recording' | 'accepting' = 'recording';
  /** Thrown by every read, to simulate a database that is away. */
  databaseFault?: Error;
  /** Thrown by every call that asks Temporal. */
  temporalFault?: Error;
  readonly calls: PlaceOrderInput[] = [];
  private readonly accepted = new Map<string, PlaceOrderInput>();
  private readonly recorded = new Map<string, Order>();

  place(input: PlaceOrderInput): Promise<PlaceOrderResult> {
    this.calls.push(input);
    if (this.temporalFault) return Promise.reject(this.temporalFault);
    const earlier = this.accepted.get(input.orderId);
    if (earlier && earlier.requestHash !== input.requestHash) return Promise.resolve(idempotencyConflict);
    if (!earlier) this.accepted.set(input.orderId, input);
    if (this.mode === 'recording') this.record(input);
    return Promise.resolve({
      kind: this.recorded.has(input.orderId) ? 'recorded' : 'accepted',
      replayed: earlier !== undefined,
    });
  }

  isPlaced({ orderId }: PlaceOrderInput): Promise<boolean> {
    return Promise.resolve(this.accepted.has(orderId));
  }

  record(scope: TenantScope & { readonly orderId: string }): Order {
    const order = this.recorded.get(scope.orderId) ?? recordedOrder(scope, scope.orderId);
    this.recorded.set(order.id, order);
    return order;
  }

  find(scope: TenantScope, orderId: string): Promise<Acceptance> {
    if (this.temporalFault) return Promise.reject(this.temporalFault);
    const input = this.accepted.get(orderId);
    if (!input || !isOf(scope, input)) return Promise.resolve({ kind: 'unknown' });
    return Promise.resolve({ kind: this.recorded.has(orderId) ? 'recorded' : 'accepted' });
  }

  findOrder(scope: TenantScope, orderId: string): Promise<Order | undefined> {
    if (this.databaseFault) return Promise.reject(this.databaseFault);
    const order = this.recorded.get(orderId);
    return Promise.resolve(order && isOf(scope, order) ? order : undefined);
  }

  async findRequestHash(scope: TenantScope, orderId: string): Promise<string | undefined> {
    return (await this.findOrder(scope, orderId)) && this.accepted.get(orderId)?.requestHash;
  }

  listOrders(scope: TenantScope, { limit, offset }: OrderListQuery): Promise<OrderPage> {
    if (this.databaseFault) return Promise.reject(this.databaseFault);
    const orders = [...this.recorded.values()].filter((order) => isOf(scope, order)).reverse();
    return Promise.resolve({ orders: orders.slice(offset, offset + limit), limit });
  }

  async listEvents(scope: TenantScope, orderId: string): Promise<readonly OrderEvent[] | undefined> {
    return (await this.findOrder(scope, orderId)) && placedEvents();
  }

  ping(): Promise<void> {
    return this.databaseFault ? Promise.reject(this.databaseFault) : Promise.resolve();
  }
}

function isOf(scope: TenantScope, order: TenantScope): boolean {
  return order.tenantId === scope.tenantId && order.orgId === scope.orgId;
}
