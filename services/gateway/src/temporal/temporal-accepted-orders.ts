import type { Client } from '@temporalio/client';

import type { AcceptedOrders } from './accepted-orders.js';
import { describeOrderWorkflow } from './order-description.js';

const describeTimeoutMs = 2_000;

/** Finds accepted orders by their workflows. */
export function createAcceptedOrders(client: Client): AcceptedOrders {
  return {
    async find(scope, orderId) {
      const description = await describeOrderWorkflow(client, orderId, describeTimeoutMs);
      if (description?.tenantId !== scope.tenantId || description.orgId !== scope.orgId) return 'unknown';
      if (description.recorded) return 'recorded';
      // Whose workflow was ended before it was recorded is recorded no more.
      return description.hasEnded ? 'unknown' : 'accepted';
    },
  };
}
