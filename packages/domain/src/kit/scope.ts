/** The tenant and organisation that data belongs to. Every read and write is scoped to both. */
export interface TenantScope {
  readonly tenantId: string;
  readonly orgId: string;
}

/** The id of an order with its owner. Activities receive it and read the order state themselves. */
export interface OrderRef extends TenantScope {
  readonly orderId: string;
}

/** The originator of an action. The id of a person or program is the subject of its token. */
export interface Actor {
  readonly type: 'user' | 'service' | 'api_key' | 'operator' | 'system' | 'provider';
  readonly id: string;
}
