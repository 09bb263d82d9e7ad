import type { TenantScope } from '../kit/scope.js';

/** The tenant and organisation that a checkout wrote into a payment at its provider. */
export type PaymentOwner =
  | ({ readonly kind: 'named' } & TenantScope)
  /** The checkout wrote no owner into the payment. */
  | { readonly kind: 'unnamed' }
  /** The payment's owner cannot be compared with that of an order. */
  | { readonly kind: 'unreadable' };

/** The reason against paying an order with a payment. For operators: the tenant must not learn that the payment exists. */
export type OwnerObjection = 'another_tenant' | 'another_organisation' | 'unnamed' | 'unreadable';

/**
 * Compares a payment's owner with an order's.
 *
 * @param mustBeNamed whether the order's tenant requires every payment to name its owner
 * @returns `undefined` if the payment may pay for the order
 */
export function objectionTo(
  owner: PaymentOwner,
  { tenantId, orgId }: TenantScope,
  { mustBeNamed }: { readonly mustBeNamed: boolean },
): OwnerObjection | undefined {
  switch (owner.kind) {
    case 'named':
      if (owner.tenantId !== tenantId) return 'another_tenant';
      return owner.orgId === orgId ? undefined : 'another_organisation';
    case 'unnamed':
      return mustBeNamed ? 'unnamed' : undefined;
    case 'unreadable':
      return 'unreadable';
  }
}
