import type { LineQuantity } from '@oms/domain';

import { Prisma } from '../generated/client.js';
import { lineQuantities } from '../kit/line-quantities.js';
import type { Queries } from '../kit/queries.js';

/** How units leave the order's reservations. */
const leaving = {
  ship: {
    counted: Prisma.sql`shipped_quantity`,
    onHandDelta: Prisma.sql`-units`,
    /** A line that is reserved at several locations leaves from them in the order of their ids. */
    order: Prisma.sql`reservation.location_id`,
  },
  release: {
    counted: Prisma.sql`cancelled_quantity`,
    onHandDelta: Prisma.sql`0`,
    /** Cancelled units are freed in the reverse order of shipments. */
    order: Prisma.sql`reservation.location_id DESC`,
  },
} as const;

interface LeavingUnits {
  /** The shipment or the cancellation. */
  readonly documentId: string;
  readonly lines: readonly LineQuantity[];
}

/**
 * Takes units off the order's reservations. Units that ship leave the stock on hand, cancelled units are free. The
 * ledger's trigger moves the levels.
 */
export async function takeOffReservations(
  queries: Queries,
  kind: keyof typeof leaving,
  { documentId, lines }: LeavingUnits,
): Promise<void> {
  const { counted, onHandDelta, order } = leaving[kind];
  await lockLevels(queries, lines);
  await queries.$executeRaw`
    WITH leaving AS (${lineQuantities(lines)}), open AS (
      SELECT reservation.*, left_over,
        sum(left_over) OVER (PARTITION BY reservation.line_id ORDER BY ${order}) AS left_up_to_here
      FROM reservations reservation JOIN leaving USING (line_id) CROSS JOIN LATERAL (
        SELECT reservation.quantity - reservation.shipped_quantity - reservation.cancelled_quantity AS left_over)
      WHERE reservation.status = 'reserved'
    ), taken AS (
      SELECT open.*, least(open.left_over, leaving.quantity - (open.left_up_to_here - open.left_over)) AS units
      FROM open JOIN leaving USING (line_id)
    ), marked AS (
      UPDATE reservations SET ${counted} = reservations.${counted} + taken.units
      FROM taken
      WHERE reservations.line_id = taken.line_id AND reservations.location_id = taken.location_id AND taken.units > 0
      RETURNING taken.*
    )
    INSERT INTO stock_ledger (tenant_id, org_id, variant_id, location_id, kind, on_hand_delta, reserved_delta, order_id, line_id, document_id)
    SELECT tenant_id, org_id, variant_id, location_id, ${kind}, ${onHandDelta}, -units, order_id, line_id, ${documentId}::uuid
    FROM marked`;
}

/**
 * Takes units of a shipment back: they are on hand and reserved for the order again, at the locations that they left from, in
 * the order of their ids. A part of a shipment is taken back once, as all of it.
 */
export async function takeBackShipment(
  queries: Queries,
  { shipmentId, lines }: { readonly shipmentId: string; readonly lines: readonly LineQuantity[] },
): Promise<void> {
  await lockLevels(queries, lines);
  await queries.$executeRaw`
    WITH back AS (${lineQuantities(lines)}), gone AS (
      SELECT entry.*, -on_hand_delta AS left_with,
        sum(-on_hand_delta) OVER (PARTITION BY line_id ORDER BY location_id) AS left_up_to_here
      FROM stock_ledger entry WHERE document_id = ${shipmentId}::uuid AND kind = 'ship'
    ), taken AS (
      SELECT gone.*, least(left_with, back.quantity - (left_up_to_here - left_with)) AS units
      FROM gone JOIN back USING (line_id)
    ), marked AS (
      UPDATE reservations SET shipped_quantity = reservations.shipped_quantity - taken.units
      FROM taken
      WHERE reservations.line_id = taken.line_id AND reservations.location_id = taken.location_id AND taken.units > 0
      RETURNING taken.*
    )
    INSERT INTO stock_ledger (tenant_id, org_id, variant_id, location_id, kind, on_hand_delta, reserved_delta, order_id, line_id, document_id)
    SELECT tenant_id, org_id, variant_id, location_id, 'unship', units, units, order_id, line_id, document_id
    FROM marked`;
}

/** Puts returned units on hand again, at the locations that they left from. */
export async function restockReturn(
  queries: Queries,
  { returnId, lines }: { readonly returnId: string; readonly lines: readonly LineQuantity[] },
): Promise<void> {
  await lockLevels(queries, lines);
  await queries.$executeRaw`
    WITH back AS (${lineQuantities(lines)}), home AS (
      SELECT DISTINCT ON (line_id) reservation.*, back.quantity AS units
      FROM reservations reservation JOIN back USING (line_id)
      WHERE reservation.shipped_quantity > 0
      ORDER BY line_id, location_id
    )
    INSERT INTO stock_ledger (tenant_id, org_id, variant_id, location_id, kind, on_hand_delta, reserved_delta, order_id, line_id, document_id)
    SELECT tenant_id, org_id, variant_id, location_id, 'restock', units, 0, order_id, line_id, ${returnId}::uuid FROM home`;
}

/** In the order of their keys, as reservations lock them, so that two orders never deadlock. */
async function lockLevels(queries: Queries, lines: readonly LineQuantity[]): Promise<void> {
  const lineIds = lines.map(({ lineId }) => lineId);
  await queries.$queryRaw`
    SELECT level.variant_id FROM inventory_levels level
    WHERE (level.tenant_id, level.org_id, level.variant_id, level.location_id) IN (
      SELECT tenant_id, org_id, variant_id, location_id FROM reservations WHERE line_id = ANY(${lineIds}::uuid[]))
    ORDER BY level.variant_id, level.location_id
    FOR NO KEY UPDATE OF level`;
}
