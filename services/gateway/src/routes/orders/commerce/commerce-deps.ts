import type { CommerceReader, OrderReader } from '@oms/database';
import type { PaymentProviderName } from '@oms/domain';

import type { AllocationReader } from '../../../temporal/allocation-reader.js';
import type { OrderPlacer } from '../../../temporal/order-placer.js';

export interface CommerceRoutesDeps {
  readonly orders: OrderReader;
  readonly placer: OrderPlacer;
  readonly allocations: AllocationReader;
  readonly commerce: CommerceReader;
  /** How long a POST waits until it is decided whether the order gets its stock. */
  readonly allocationTimeoutMs: number;
  readonly paymentProviders?: readonly PaymentProviderName[];
  readonly publicUrl?: string;
}
