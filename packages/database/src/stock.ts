import { OrderEventType, type Actor, type OrderRef, type TenantScope } from '@oms/domain';

import type { Database } from './database.js';
import { RowNotFoundError } from './database-error.js';
import { Prisma } from './generated/client.js';
import { appendEvent, lockedOrder } from './order-event-sql.js';

/** A variant at a location that an order wants more of than there is. */
export interface Shortage {
  readonly variantId: string;
  readonly locationId: string;
  readonly sku?: string;
  readonly wanted: number;
  readonly available: number;
}

export type ReservationResult =
  /** All lines are reserved, now or at an earlier call. */
  | { readonly kind: 'reserved' }
  /** At least one line's stock does not suffice; nothing was reserved. */
  | { readonly kind: 'out_of_stock'; readonly shortages: readonly Shortage[] }
  /** The order gave its stock back, or is no longer pending: it cannot reserve again. */
  | { readonly kind: 'not_reservable' };

interface ReservationRow {
  stock_status: 'none' | 'reserved' | 'released';
  reserved: boolean;
  shortages: {
    variant_id: string;
    location_id: string;
    sku: string | null;
    wanted: number;
    available: number;
  }[];
}

/**
 * Reserves the stock of all of an order's lines, or none, in one statement. The order's row is locked first, then
 * the levels in the order of their key, so that two orders never wait for each other in a circle; what is available
 * is judged on the locked rows, so that no two orders count the same unit. Reserving twice is reserving once.
 *
 * @throws RowNotFoundError when there is no such order
 */
export async function reserveStock(
  database: Database,
  ref: OrderRef,
  actor: Actor,
): Promise<ReservationResult> {
  const [row] = await database.prisma.$queryRaw<ReservationRow[]>(reserveOpenLines(ref, actor));
  if (!row) throw new RowNotFoundError(`there is no order ${ref.orderId}`);
  if (row.reserved || row.stock_status === 'reserved') return { kind: 'reserved' };
  if (row.shortages.length === 0) return { kind: 'not_reservable' };
  return {
    kind: 'out_of_stock',
    shortages: row.shortages.map(({ variant_id, location_id, sku, wanted, available }) => ({
      variantId: variant_id,
      locationId: location_id,
      ...(sku === null ? {} : { sku }),
      wanted,
      available,
    })),
  };
}

function reserveOpenLines(ref: OrderRef, actor: Actor): Prisma.Sql {
  return Prisma.sql`
    WITH ${lockedOrder(ref)}, open_lines AS (
      SELECT line.*, target.tenant_id, target.org_id
      FROM target JOIN order_lines line ON line.order_id = target.id
      WHERE target.status = 'pending' AND target.stock_status = 'none' AND line.variant_id IS NOT NULL
    ), wanted AS (
      SELECT tenant_id, org_id, variant_id, location_id, min(sku) AS sku, sum(quantity)::bigint AS quantity
      FROM open_lines GROUP BY tenant_id, org_id, variant_id, location_id
    ), levels AS (
      SELECT level.variant_id, level.location_id, level.on_hand - level.reserved AS available
      FROM wanted JOIN inventory_levels level USING (tenant_id, org_id, variant_id, location_id)
      ORDER BY level.variant_id, level.location_id
      FOR NO KEY UPDATE OF level
    ), short AS (
      SELECT wanted.variant_id, wanted.location_id, wanted.sku, wanted.quantity AS wanted, coalesce(levels.available, 0) AS available
      FROM wanted LEFT JOIN levels USING (variant_id, location_id)
      WHERE coalesce(levels.available, 0) < wanted.quantity
    ), moved AS (
      UPDATE orders SET stock_status = 'reserved', version = orders.version + 1, updated_at = now()
      FROM target
      WHERE orders.id = target.id AND target.status = 'pending' AND target.stock_status = 'none' AND NOT EXISTS (SELECT FROM short)
      RETURNING orders.id, orders.tenant_id, orders.org_id, orders.version
    ), reserved AS (
      INSERT INTO reservations (line_id, order_id, tenant_id, org_id, variant_id, location_id, quantity)
      SELECT line.id, line.order_id, line.tenant_id, line.org_id, line.variant_id, line.location_id, line.quantity
      FROM open_lines line JOIN moved ON moved.id = line.order_id
      RETURNING *
    ), ledger AS (
      INSERT INTO stock_ledger (tenant_id, org_id, variant_id, location_id, kind, on_hand_delta, reserved_delta, order_id, line_id)
      SELECT tenant_id, org_id, variant_id, location_id, 'reserve', 0, quantity, order_id, line_id FROM reserved
    ), ${appendEvent({
      type: OrderEventType.InventoryReserved,
      actor,
      data: Prisma.sql`(SELECT jsonb_build_object('lines', count(*), 'units', coalesce(sum(quantity), 0)) FROM reserved)`,
    })}
    SELECT target.stock_status, EXISTS (SELECT FROM moved) AS reserved,
      coalesce((SELECT jsonb_agg(short ORDER BY variant_id, location_id) FROM short), '[]'::jsonb) AS shortages
    FROM target`;
}

/**
 * Gives back exactly what the order's reservations hold, and bars the order from reserving afterwards, so that a
 * reservation that was on its way when the order was given up cannot land behind this release. Where the order
 * holds nothing, nothing but that bar changes. The order is locked in a statement of its own: the release must see
 * what a reservation that it waited for has committed.
 *
 * @returns how many units were released by this call
 * @throws RowNotFoundError when there is no such order
 */
export async function releaseStock(database: Database, ref: OrderRef, actor: Actor): Promise<number> {
  const [, [row]] = await database.prisma.$transaction([
    database.prisma.$queryRaw`WITH ${lockedOrder(ref)} SELECT id FROM target`,
    database.prisma.$queryRaw<{ units: number }[]>(releaseHeldStock(ref, actor)),
  ]);
  if (!row) throw new RowNotFoundError(`there is no order ${ref.orderId}`);
  return row.units;
}

function releaseHeldStock(ref: OrderRef, actor: Actor): Prisma.Sql {
  return Prisma.sql`
    WITH ${lockedOrder(ref)}, held AS (
      SELECT reservation.* FROM target JOIN reservations reservation ON reservation.order_id = target.id
      WHERE target.stock_status = 'reserved' AND reservation.status = 'reserved'
    ), levels AS (
      SELECT level.variant_id FROM inventory_levels level
      WHERE (level.tenant_id, level.org_id, level.variant_id, level.location_id)
        IN (SELECT tenant_id, org_id, variant_id, location_id FROM held)
      ORDER BY level.variant_id, level.location_id
      FOR NO KEY UPDATE OF level
    ), barred AS (
      UPDATE orders SET
        stock_status = 'released',
        version = orders.version + CASE target.stock_status WHEN 'reserved' THEN 1 ELSE 0 END,
        updated_at = CASE target.stock_status WHEN 'reserved' THEN now() ELSE orders.updated_at END
      FROM target
      WHERE orders.id = target.id AND target.stock_status <> 'released'
      RETURNING orders.id, orders.tenant_id, orders.org_id, orders.version, target.stock_status AS stock_status_before
    ), moved AS (
      SELECT * FROM barred WHERE stock_status_before = 'reserved'
    ), released AS (
      UPDATE reservations SET status = 'released', released_at = now()
      FROM held WHERE reservations.line_id = held.line_id AND (SELECT count(*) FROM levels) > 0
      RETURNING reservations.*
    ), ledger AS (
      INSERT INTO stock_ledger (tenant_id, org_id, variant_id, location_id, kind, on_hand_delta, reserved_delta, order_id, line_id)
      SELECT tenant_id, org_id, variant_id, location_id, 'release', 0, -quantity, order_id, line_id FROM released
    ), ${appendEvent({
      type: OrderEventType.InventoryReleased,
      actor,
      data: Prisma.sql`(SELECT jsonb_build_object('lines', count(*), 'units', coalesce(sum(quantity), 0)) FROM released)`,
    })}
    SELECT (SELECT coalesce(sum(quantity), 0)::int FROM released) AS units FROM target`;
}

export interface StockReceipt extends TenantScope {
  readonly variantId: string;
  readonly locationId: string;
  readonly sku?: string;
  readonly quantity: number;
  readonly reason: string;
}

/** Adds units that came in to what is on hand, making the level where it is missing. Not idempotent: a receipt is a receipt. */
export async function receiveStock(database: Database, receipt: StockReceipt): Promise<void> {
  const { tenantId, orgId, variantId, locationId } = receipt;
  await database.prisma.$transaction([
    database.prisma.$executeRaw`
      INSERT INTO inventory_levels (tenant_id, org_id, variant_id, location_id, sku)
      VALUES (${tenantId}::uuid, ${orgId}::uuid, ${variantId}::uuid, ${locationId}::uuid, ${receipt.sku ?? null})
      ON CONFLICT DO NOTHING`,
    database.prisma.$executeRaw`
      INSERT INTO stock_ledger (tenant_id, org_id, variant_id, location_id, kind, on_hand_delta, reserved_delta, reason)
      VALUES (${tenantId}::uuid, ${orgId}::uuid, ${variantId}::uuid, ${locationId}::uuid, 'receive', ${receipt.quantity}, 0, ${receipt.reason})`,
  ]);
}

/** What there is of a variant at a location, or `undefined` where it was never stocked. */
export async function findStockLevel(
  database: Database,
  level: TenantScope & { readonly variantId: string; readonly locationId: string },
): Promise<{ readonly onHand: number; readonly reserved: number; readonly available: number } | undefined> {
  const row = await database.prisma.inventoryLevel.findUnique({
    where: {
      tenantId_orgId_variantId_locationId: {
        tenantId: level.tenantId,
        orgId: level.orgId,
        variantId: level.variantId,
        locationId: level.locationId,
      },
    },
  });
  if (!row) return undefined;
  const onHand = Number(row.onHand);
  const reserved = Number(row.reserved);
  return { onHand, reserved, available: onHand - reserved };
}
