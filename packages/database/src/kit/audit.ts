import type { Actor, TenantScope } from '@oms/domain';

import { Prisma } from '../generated/client.js';

/** Plain JSON. */
export type Json =
  string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json | undefined };

/** One thing that a mutation changed, for the audit log. No secrets, sealed ones included. */
export interface Change {
  /** Such as `product.updated`. */
  readonly action: string;
  /** Such as `product`. */
  readonly type: string;
  readonly id: string;
  /** Absent: there was none. */
  readonly before?: Readonly<Record<string, Json | undefined>>;
  /** Absent: there is none any longer. */
  readonly after?: Readonly<Record<string, Json | undefined>>;
  /** Neither before nor after, such as the reason of an adjustment. */
  readonly details?: Readonly<Record<string, Json | undefined>>;
}

/** The INSERT of audit records, a statement of its own or a part of one. */
export function insertAudit(
  { tenantId, orgId }: TenantScope,
  actor: Actor,
  changes: readonly Change[],
): Prisma.Sql {
  const entries = changes.map(({ action, type, id, ...data }) => ({ action, type, id, data }));
  return Prisma.sql`
    INSERT INTO audit_log (tenant_id, org_id, actor_type, actor_id, action, resource_type, resource_id, data)
    SELECT ${tenantId}::uuid, ${orgId}::uuid, ${actor.type}, ${actor.id}, action, type, id, data
    FROM jsonb_to_recordset(${JSON.stringify(entries)}::jsonb) AS change (action text, type text, id text, data jsonb)`;
}
