import type { TenantScope } from '@oms/domain';

/** What is known of an order apart from its record: there is none, it is accepted, or it has a record by now. */
export type Acceptance = 'unknown' | 'accepted' | 'recorded';

/** Finds orders that were accepted and that the database does not know yet. */
export interface AcceptedOrders {
  /** Another tenant's order is unknown. Rejects when Temporal does not answer. */
  find(scope: TenantScope, orderId: string): Promise<Acceptance>;
}
