import type { Order, OrderRef } from '@oms/domain';

import type { Database } from '../kit/database.js';
import { RowNotFoundError } from '../kit/database-error.js';
import { Prisma } from '../generated/client.js';
import type { Shipment } from './order-documents.js';
import { toShipment } from './order-parts.js';
import { toOrder, withParts } from './postgres-order-reader.js';

/** All of an order as it was at one moment, at one version. */
export interface OrderSnapshot {
  readonly order: Order;
  /** The oldest first, without cancelled ones. */
  readonly shipments: readonly Shipment[];
}

/**
 * Reads an order at one moment, regardless of concurrent writes.
 *
 * @throws RowNotFoundError for an unknown order
 */
export async function findOrderSnapshot(
  { prisma }: Database,
  { tenantId, orgId, orderId }: OrderRef,
): Promise<OrderSnapshot> {
  const where = { id: orderId, tenantId, orgId };
  const [row, shipments] = await prisma.$transaction(
    [
      prisma.order.findUnique({ where, include: withParts }),
      prisma.shipment.findMany({
        where: { order: where, cancelledAt: null },
        include: { lines: true },
        orderBy: { ordinal: 'asc' },
      }),
    ],
    { isolationLevel: Prisma.TransactionIsolationLevel.RepeatableRead },
  );
  if (!row) throw new RowNotFoundError(`there is no order ${orderId}`);
  return { order: toOrder(row), shipments: shipments.map(toShipment) };
}
