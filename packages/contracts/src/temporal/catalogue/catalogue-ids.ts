import type { TenantScope } from '@oms/domain';
import { v5 as uuidV5 } from 'uuid';

/** Where the stock of a product lies that was created without a word about places. One per organisation. */
export function defaultLocationId({ tenantId, orgId }: TenantScope): string {
  return uuidV5(`default-location/${tenantId}`, orgId);
}
