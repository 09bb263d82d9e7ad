import type { CancellationReason, TenantScope } from '@oms/domain';
import { describeOrderWorkflow, type Temporal } from '@oms/temporal';

/** Temporal's knowledge of an order. */
export type Acceptance =
  /** The order does not exist, or belongs to another tenant. */
  | { readonly kind: 'unknown' }
  /** The order is not yet recorded. With a reason, it is already cancelled, and will be recorded as cancelled. */
  | { readonly kind: 'accepted'; readonly cancellationReason?: CancellationReason }
  /** The order was cancelled, and ended without a record. */
  | { readonly kind: 'unrecorded'; readonly cancellationReason: CancellationReason }
  /** The order has been recorded. */
  | { readonly kind: 'recorded' };

/** Finds orders that are accepted and not yet in the database. */
export interface AcceptedOrders {
  /** Another tenant's order counts as unknown. Rejects while Temporal does not answer. */
  find(scope: TenantScope, orderId: string): Promise<Acceptance>;
}

const unknown: Acceptance = { kind: 'unknown' };

const describeTimeoutMs = 2_000;

/** Makes a finder of accepted orders by their workflows. */
export function createAcceptedOrders(temporal: Temporal): AcceptedOrders {
  return {
    async find(scope, orderId) {
      const description = await describeOrderWorkflow(temporal, orderId, describeTimeoutMs);
      if (description?.tenantId !== scope.tenantId || description.orgId !== scope.orgId) return unknown;
      const { recorded, hasEnded, cancellationReason } = description;
      if (recorded) return { kind: 'recorded' };
      if (!hasEnded) return { kind: 'accepted', ...(cancellationReason ? { cancellationReason } : {}) };
      // An order whose workflow was terminated before it was recorded counts as unknown. It is recorded only if it is
      // placed again.
      return cancellationReason ? { kind: 'unrecorded', cancellationReason } : unknown;
    },
  };
}
