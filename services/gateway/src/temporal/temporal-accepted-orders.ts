import type { Client } from '@temporalio/client';

import type { Acceptance, AcceptedOrders } from './accepted-orders.js';
import { describeOrderWorkflow } from './order-description.js';

const unknown: Acceptance = { kind: 'unknown' };

const describeTimeoutMs = 2_000;

/** Finds accepted orders by their workflows. */
export function createAcceptedOrders(client: Client): AcceptedOrders {
  return {
    async find(scope, orderId) {
      const description = await describeOrderWorkflow(client, orderId, describeTimeoutMs);
      if (description?.tenantId !== scope.tenantId || description.orgId !== scope.orgId) return unknown;
      const { recorded, hasEnded, cancellationReason } = description;
      if (recorded) return { kind: 'recorded' };
      if (!hasEnded) return { kind: 'accepted', ...(cancellationReason ? { cancellationReason } : {}) };
      // Whose workflow somebody ended before it was recorded is recorded no more.
      return cancellationReason ? { kind: 'unrecorded', cancellationReason } : unknown;
    },
  };
}
