import type { Actor, TenantScope } from '@oms/domain';

import { Prisma } from '../generated/client.js';

/** Plain JSON. */
export type Json =
  string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json | undefined };

/** A change of one resource, for the audit log. Must not contain secrets, not even sealed ones. */
export interface Change {
  /** Such as `product.updated`. */
  readonly action: string;
  /** Such as `product`. */
  readonly type: string;
  readonly id: string;
  /** The resource before the change. Absent for a creation. */
  readonly before?: Readonly<Record<string, Json | undefined>>;
  /** The resource after the change. Absent for a deletion. */
  readonly after?: Readonly<Record<string, Json | undefined>>;
  /** Further facts about the change, such as the reason of a stock adjustment. */
  readonly details?: Readonly<Record<string, Json | undefined>>;
}

/** The INSERT of audit records, complete or as a part of another statement. */
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
