import type { StockShortage } from '@oms/contracts/temporal';
import type { Actor, CancellationReason, OrderEventType, OrderRef, OrderStatus } from '@oms/domain';

import type { Database } from '../kit/database.js';
import { RowNotFoundError } from '../kit/database-error.js';
import { Prisma } from '../generated/client.js';
import { appendEvent, lockedOrder } from './order-event-sql.js';
import { present } from '../kit/present.js';

export interface StatusChange {
  readonly from: OrderStatus;
  readonly to: OrderStatus;
  readonly event: OrderEventType;
  readonly actor: Actor;
  readonly cancellation?: {
    readonly reason: CancellationReason;
    readonly detail?: string;
    /** Kept with the event, so that a later answer names the missing stock too. */
    readonly shortages?: readonly StockShortage[];
  };
}

/** `moved`: now or at an earlier call. `elsewhere`: the order is in another status, and stays there. */
export type StatusChangeResult =
  { readonly kind: 'moved' } | { readonly kind: 'elsewhere'; readonly status: OrderStatus };

/** The column with the time at which a status was reached. */
export const reachedColumn = {
  draft: Prisma.sql`draft_at`,
  pending: Prisma.sql`pending_at`,
  confirmed: Prisma.sql`confirmed_at`,
  processing: Prisma.sql`processing_at`,
  shipped: Prisma.sql`shipped_at`,
  delivered: Prisma.sql`delivered_at`,
  closed: Prisma.sql`closed_at`,
  cancelled: Prisma.sql`cancelled_at`,
} as const satisfies Record<OrderStatus, Prisma.Sql>;

/**
 * Moves an order from one status to the next, with its event and audit record, in one statement. Leaves an order as it
 * is if it has made the step already, so that a repeated call appends nothing.
 *
 * @throws RowNotFoundError for an unknown order
 */
export async function changeOrderStatus(
  database: Database,
  ref: OrderRef,
  change: StatusChange,
): Promise<StatusChangeResult> {
  const { reason, detail, shortages } = change.cancellation ?? {};
  const [row] = await database.prisma.$queryRaw<{ status: OrderStatus; moved: boolean }[]>`
    WITH ${lockedOrder(ref)}, moved AS (
      UPDATE orders SET
        status = ${change.to}, version = orders.version + 1, updated_at = now(), ${reachedColumn[change.to]} = now(),
        cancellation_reason = ${reason ?? null}, cancellation_detail = ${detail ?? null}
      FROM target WHERE orders.id = target.id AND target.status = ${change.from}
      RETURNING orders.id, orders.tenant_id, orders.org_id, orders.version
    ), ${appendEvent({
      type: change.event,
      from: Prisma.sql`${change.from}`,
      to: Prisma.sql`${change.to}`,
      reason,
      actor: change.actor,
      data: { ...present('detail', detail), ...present('shortages', shortages) },
    })}
    SELECT target.status, EXISTS (SELECT FROM moved) AS moved FROM target`;
  if (!row) throw new RowNotFoundError(`there is no order ${ref.orderId}`);
  return row.moved || row.status === change.to
    ? { kind: 'moved' }
    : { kind: 'elsewhere', status: row.status };
}
