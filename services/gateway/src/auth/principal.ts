import type { Permission } from '@oms/contracts/http';
import type { TenantScope } from '@oms/domain';

/** Who makes a request, for whom, and what the token allows. Ids are in lower case. */
export interface Principal {
  /** The token's subject, or the id of the API key. */
  readonly subject: string;
  readonly actorType: 'user' | 'api_key';
  readonly scope: TenantScope;
  readonly permissions: ReadonlySet<Permission>;
}
