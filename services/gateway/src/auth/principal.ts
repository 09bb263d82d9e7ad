import type { TenantScope } from '@oms/domain';

import type { Permission } from './permission.js';

/** Who makes a request, for whom, and what the token allows. Ids are in lower case. */
export interface Principal {
  readonly subject: string;
  readonly scope: TenantScope;
  readonly permissions: ReadonlySet<Permission>;
}
