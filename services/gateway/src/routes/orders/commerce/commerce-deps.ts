import type { CommerceReader, OrderReader } from '@oms/database';

import type { AllocationReader } from '../../../temporal/allocation-reader.js';
import type { StockLookDeps } from '../refuse-undecided-stock.js';

export interface CommerceRoutesDeps extends StockLookDeps {
  readonly orders: OrderReader;
  readonly allocations: AllocationReader;
  readonly commerce: CommerceReader;
  /** The longest wait of a POST for the decision on the order's stock. */
  readonly allocationTimeoutMs: number;
}
