import type { CancellationReason, TenantScope } from '@oms/domain';
import { describeOrderWorkflow, type Temporal } from '@oms/temporal';

/** What is known of an order apart from its record. */
export type Acceptance =
  /** There is no such order. */
  | { readonly kind: 'unknown' }
  /** It is not recorded yet; with a reason, it is cancelled all the same, and recorded as that. */
  | { readonly kind: 'accepted'; readonly cancellationReason?: CancellationReason }
  /** It was cancelled, and ended without a record. */
  | { readonly kind: 'unrecorded'; readonly cancellationReason: CancellationReason }
  /** It has a record by now. */
  | { readonly kind: 'recorded' };

/** Finds orders that were accepted and that the database does not know yet. */
export interface AcceptedOrders {
  /** Another tenant's order is unknown. Rejects when Temporal does not answer. */
  find(scope: TenantScope, orderId: string): Promise<Acceptance>;
}

const unknown: Acceptance = { kind: 'unknown' };

const describeTimeoutMs = 2_000;

/** Finds accepted orders by their workflows. */
export function createAcceptedOrders(temporal: Temporal): AcceptedOrders {
  return {
    async find(scope, orderId) {
      const description = await describeOrderWorkflow(temporal, orderId, describeTimeoutMs);
      if (description?.tenantId !== scope.tenantId || description.orgId !== scope.orgId) return unknown;
      const { recorded, hasEnded, cancellationReason } = description;
      if (recorded) return { kind: 'recorded' };
      if (!hasEnded) return { kind: 'accepted', ...(cancellationReason ? { cancellationReason } : {}) };
      // Whose workflow somebody ended before it was recorded is recorded no more, unless it is placed again.
      return cancellationReason ? { kind: 'unrecorded', cancellationReason } : unknown;
    },
  };
}
