import { ErpSyncStatus, type OrderErp, type OrderRef } from '@oms/domain';

import type { Database } from '../kit/database.js';
import type { ErpLink as ErpLinkRow } from '../generated/client.js';
import { present } from '../kit/present.js';

/** The result of one attempt to push a version of an order to its ERP. */
export type ErpAttempt = { readonly version: number } & (
  | { readonly kind: 'synced'; readonly erpId: string; readonly url?: string }
  | { readonly kind: 'refused'; readonly message: string }
  /** @property retryMs the milliseconds until the next attempt */
  | { readonly kind: 'failed'; readonly message: string; readonly retryMs: number }
);

/**
 * Keeps the result of an attempt. The late result of an older version than the last attempt's changes nothing. Attempts
 * are counted until one is synced or refused, and from 1 again with the next push.
 */
export async function recordErpAttempt(
  { prisma }: Database,
  { orderId }: OrderRef,
  attempt: ErpAttempt,
): Promise<void> {
  const { version, kind } = attempt;
  const link = kind === 'synced' ? attempt : undefined;
  const error = kind === 'synced' ? null : attempt.message;
  const retrySeconds = kind === 'failed' ? attempt.retryMs / 1_000 : null;
  await prisma.$executeRaw`
    INSERT INTO erp_links AS link (order_id, status, erp_id, url, pushed_version, tried_version, attempts, last_error,
      failing_since, next_attempt_at)
    VALUES (${orderId}::uuid, ${kind}, ${link?.erpId ?? null}, ${link?.url ?? null}, ${link ? version : null}, ${version}, 1,
      ${error}, CASE WHEN ${kind} = 'failed' THEN now() END, now() + make_interval(secs => ${retrySeconds}::float8))
    ON CONFLICT (order_id) DO UPDATE SET
      status = excluded.status,
      erp_id = coalesce(excluded.erp_id, link.erp_id),
      url = coalesce(excluded.url, link.url),
      pushed_version = coalesce(excluded.pushed_version, link.pushed_version),
      tried_version = excluded.tried_version,
      attempts = CASE WHEN link.status IN ('synced', 'refused') THEN 1 ELSE link.attempts + 1 END,
      last_error = excluded.last_error,
      failing_since = CASE WHEN excluded.status = 'failed' THEN coalesce(link.failing_since, now()) END,
      next_attempt_at = excluded.next_attempt_at,
      updated_at = now()
    WHERE link.tried_version IS NULL OR link.tried_version <= excluded.tried_version`;
}

/** Whether an order was ever pushed to an ERP, or has to be. */
export async function isKeptInErp({ prisma }: Database, { orderId }: OrderRef): Promise<boolean> {
  return (await prisma.erpLink.count({ where: { orderId } })) > 0;
}

/**
 * The standing of an order at its ERP.
 *
 * @param version the order's own version: the ERP may have an older one
 */
export function toOrderErp(row: ErpLinkRow, version: number): OrderErp {
  const status = row.status as ErpSyncStatus; // Held to the domain's words by a check constraint.
  const isBehind = status !== ErpSyncStatus.Failed && (row.triedVersion ?? 0) < version;
  return {
    status: isBehind ? ErpSyncStatus.Pending : status,
    attempts: row.attempts,
    ...present('erpId', row.erpId),
    ...present('url', row.url),
    ...present('pushedVersion', row.pushedVersion),
    ...present('lastError', row.lastError),
    ...present('failingSince', row.failingSince?.toISOString()),
    ...present('nextAttemptAt', row.nextAttemptAt?.toISOString()),
  };
}
