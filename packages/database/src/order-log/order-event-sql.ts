import type { Actor, OrderEventType } from '@oms/domain';

import { Prisma } from '../generated/client.js';

export interface EventToAppend {
  readonly type: OrderEventType;
  /** SQL for the status before; a parameter or a column of `moved`. */
  readonly from?: Prisma.Sql;
  readonly to?: Prisma.Sql;
  readonly reason?: string | undefined;
  readonly actor: Actor;
  /** SQL for a jsonb value, or a plain object. */
  readonly data?: Readonly<Record<string, unknown>> | Prisma.Sql;
}

/**
 * Two common table expressions that append the event and the audit record of a change, in the same statement
 * as the change itself: an order never changes without its event, and no event tells of a change that did not
 * happen. Needs a CTE `moved(id, tenant_id, org_id, version)` with the order's new version, or no row for no change.
 *
 * @param audited further facts for the audit record alone
 */
export function appendEvent(event: EventToAppend, audited: object = {}): Prisma.Sql {
  const none = Prisma.sql`NULL::text`;
  const data =
    event.data instanceof Prisma.Sql ? event.data : Prisma.sql`${JSON.stringify(event.data ?? {})}::jsonb`;
  return Prisma.sql`
    event AS (
      INSERT INTO order_events (order_id, sequence, type, from_status, to_status, reason, actor_type, actor_id, data)
      SELECT id, version, ${event.type}, ${event.from ?? none}, ${event.to ?? none}, ${event.reason ?? null},
        ${event.actor.type}, ${event.actor.id}, ${data}
      FROM moved
      RETURNING order_id, type, actor_type, actor_id, reason, from_status, to_status, data
    ), audit AS (
      INSERT INTO audit_log (tenant_id, org_id, actor_type, actor_id, action, resource_type, resource_id, data)
      SELECT moved.tenant_id, moved.org_id, event.actor_type, event.actor_id, event.type, 'order', event.order_id,
        event.data || jsonb_strip_nulls(jsonb_build_object('from', event.from_status, 'to', event.to_status, 'reason', event.reason))
          || ${JSON.stringify(audited)}::jsonb
      FROM event JOIN moved ON moved.id = event.order_id
    )`;
}

/** The order that a statement is about, locked until the statement ends, so that two changes never interleave. */
export function lockedOrder(ref: {
  readonly tenantId: string;
  readonly orgId: string;
  readonly orderId: string;
}): Prisma.Sql {
  return Prisma.sql`
    target AS (
      SELECT * FROM orders
      WHERE id = ${ref.orderId}::uuid AND tenant_id = ${ref.tenantId}::uuid AND org_id = ${ref.orgId}::uuid
      FOR NO KEY UPDATE
    )`;
}
