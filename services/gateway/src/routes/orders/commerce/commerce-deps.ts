import type { CommerceReader, OrderReader } from '@oms/database';

import type { AllocationReader } from '../../../temporal/allocation-reader.js';
import type { PlaceOrderDeps } from '../place-order.js';

export interface CommerceRoutesDeps extends PlaceOrderDeps {
  readonly orders: OrderReader;
  readonly allocations: AllocationReader;
  readonly commerce: CommerceReader;
  /** How long a POST waits until it is decided whether the order gets its stock. */
  readonly allocationTimeoutMs: number;
}
