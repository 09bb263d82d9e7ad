import type { Permission } from '@oms/contracts/http';
import type { Actor, TenantScope } from '@oms/domain';

/** The caller of a request: identity, tenant and organisation, permissions. Ids are in lower case. */
export interface Principal {
  /** The token's subject, or the id of the API key. */
  readonly subject: string;
  readonly actorType: 'user' | 'service' | 'api_key';
  readonly scope: TenantScope;
  readonly permissions: ReadonlySet<Permission>;
}

/** The actor of a principal's request, for events and the audit log. */
export function actorOf({ actorType, subject }: Principal): Actor {
  return { type: actorType, id: subject };
}
