import type { TenantScope } from '@oms/domain';
import { v5 as uuidV5 } from 'uuid';

/** The location of stock whose product was created without locations. Each organisation has one. */
export function defaultLocationId({ tenantId, orgId }: TenantScope): string {
  return uuidV5(`default-location/${tenantId}`, orgId);
}
