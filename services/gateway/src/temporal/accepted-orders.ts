import type { CancellationReason, TenantScope } from '@oms/domain';

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
