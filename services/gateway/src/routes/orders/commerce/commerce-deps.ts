import type { CommerceReader, OrderReader } from '@oms/database';

import type { AllocationReader } from '../../../temporal/allocation-reader.js';
import type { PlaceOrderDeps } from '../place-order.js';

export interface CommerceRoutesDeps extends PlaceOrderDeps {
  readonly orders: OrderReader;
  readonly allocations: AllocationReader;
  readonly commerce: CommerceReader;
  /** The longest wait of a POST for the decision on the order's stock. */
  readonly allocationTimeoutMs: number;
}
