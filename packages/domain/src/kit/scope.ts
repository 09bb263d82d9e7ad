/** Whose data it is. Every read and write is scoped to both. */
export interface TenantScope {
  readonly tenantId: string;
  readonly orgId: string;
}

/** Which order, and whose. What activities are given: they read the facts themselves. */
export interface OrderRef extends TenantScope {
  readonly orderId: string;
}

/** Who did something: a person or program by the token's subject, the system itself, or somebody at a payment provider. */
export interface Actor {
  readonly type: 'user' | 'api_key' | 'operator' | 'system' | 'provider';
  readonly id: string;
}
