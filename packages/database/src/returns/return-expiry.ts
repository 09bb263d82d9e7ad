import type { ExpiringReturns, OrderStanding } from '@oms/contracts/temporal';
import { OrderEventType, ReturnStatus, type Actor } from '@oms/domain';

import type { Database } from '../kit/database.js';
import { append } from '../order-log/command-writing.js';
import { underOrderLock } from '../order-log/order-lock.js';
import { readStanding } from '../order-log/order-standing.js';

const actor: Actor = { type: 'system', id: 'return-expiry' };

/**
 * Ends the approved returns of an order that expire until a time, which a timer has reached. A return that was received or
 * cancelled meanwhile stays as it is. Idempotent.
 *
 * @throws RowNotFoundError for an unknown order
 */
export function expireReturns(
  database: Database,
  { until, ...ref }: ExpiringReturns,
): Promise<OrderStanding> {
  return underOrderLock(database, ref, async (queries) => {
    const expiring = await queries.return.findMany({
      where: { orderId: ref.orderId, status: ReturnStatus.Approved, expiresAt: { lte: new Date(until) } },
      orderBy: { ordinal: 'asc' },
    });
    for (const { id } of expiring) {
      await queries.return.update({
        where: { id },
        data: { status: ReturnStatus.Expired, expiredAt: new Date() },
      });
      await append(
        queries,
        { ...ref, actor },
        { event: { type: OrderEventType.ReturnExpired, data: { returnId: id } } },
      );
    }
    return readStanding(queries, ref);
  });
}
