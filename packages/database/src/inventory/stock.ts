import type { StockShortage } from '@oms/contracts/temporal';
import { OrderEventType, type Actor, type OrderRef, type TenantScope } from '@oms/domain';

import type { Database } from '../kit/database.js';
import { RowNotFoundError } from '../kit/database-error.js';
import { Prisma } from '../generated/client.js';
import { appendEvent, lockedOrder } from '../order-log/order-event-sql.js';
import type { Queries } from '../kit/queries.js';

export type ReservationResult =
  /** All lines are reserved, now or at an earlier call. */
  | { readonly kind: 'reserved' }
  /** The stock of at least one line does not suffice; nothing was reserved. */
  | { readonly kind: 'out_of_stock'; readonly shortages: readonly StockShortage[] }
  /** The order has released its stock, or is no longer pending: it cannot reserve again. */
  | { readonly kind: 'not_reservable' };

/** The missing stock, in plain words. */
export function describeShortages(shortages: readonly StockShortage[]): string {
  return shortages.map(describeShortage).join('; ');
}

function describeShortage(shortage: StockShortage): string {
  const { sku, variantId, locationId, wanted, available } = shortage;
  const where = locationId === undefined ? '' : ` at location ${locationId}`;
  return `${sku ?? `variant ${variantId}`}${where}: wanted ${wanted}, available ${available}`;
}

interface ReservationRow {
  stock_status: 'none' | 'reserved' | 'released';
  reserved: boolean;
  shortages: {
    variant_id: string;
    location_id: string | null;
    sku: string | null;
    wanted: number;
    available: number;
  }[];
}

/**
 * Reserves the stock of all of an order's lines, or none, in one statement. Locks the order's row first, then the
 * levels in the order of their key, so that two orders never deadlock. Checks the available stock on the locked rows,
 * so that no two orders count the same unit. Idempotent.
 *
 * @throws RowNotFoundError for an unknown order
 */
export function reserveStock(database: Database, ref: OrderRef, actor: Actor): Promise<ReservationResult> {
  return reserveStockIn(database.prisma, ref, actor);
}

/** The same inside a transaction that depends on it. */
export async function reserveStockIn(
  queries: Queries,
  ref: OrderRef,
  actor: Actor,
): Promise<ReservationResult> {
  const [row] = await queries.$queryRaw<ReservationRow[]>(reserveOpenLines(ref, actor));
  if (!row) throw new RowNotFoundError(`there is no order ${ref.orderId}`);
  if (row.reserved || row.stock_status === 'reserved') return { kind: 'reserved' };
  if (row.shortages.length === 0) return { kind: 'not_reservable' };
  return {
    kind: 'out_of_stock',
    shortages: row.shortages.map(({ variant_id, location_id, sku, wanted, available }) => ({
      variantId: variant_id,
      ...(location_id === null ? {} : { locationId: location_id }),
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
      WHERE target.status IN ('draft', 'pending') AND target.stock_status = 'none' AND line.variant_id IS NOT NULL
    ), levels AS (
      SELECT level.variant_id, level.location_id, level.on_hand - level.reserved AS available
      FROM inventory_levels level
      WHERE EXISTS (
        SELECT FROM open_lines line
        WHERE (line.tenant_id, line.org_id, line.variant_id) = (level.tenant_id, level.org_id, level.variant_id)
          AND coalesce(line.location_id, level.location_id) = level.location_id)
      ORDER BY level.variant_id, level.location_id
      FOR NO KEY UPDATE OF level
    ), ${allocation}, moved AS (
      UPDATE orders SET stock_status = 'reserved', version = orders.version + 1, updated_at = now()
      FROM target
      WHERE orders.id = target.id AND target.status IN ('draft', 'pending') AND target.stock_status = 'none' AND NOT EXISTS (SELECT FROM short)
      RETURNING orders.id, orders.tenant_id, orders.org_id, orders.version
    ), reserved AS (
      INSERT INTO reservations (line_id, order_id, tenant_id, org_id, variant_id, location_id, quantity)
      SELECT line.id, line.order_id, line.tenant_id, line.org_id, line.variant_id, allocated.location_id, allocated.quantity
      FROM allocated JOIN open_lines line ON line.id = allocated.line_id JOIN moved ON moved.id = line.order_id
      RETURNING *
    ), ledger AS (
      INSERT INTO stock_ledger (tenant_id, org_id, variant_id, location_id, kind, on_hand_delta, reserved_delta, order_id, line_id)
      SELECT tenant_id, org_id, variant_id, location_id, 'reserve', 0, quantity, order_id, line_id FROM reserved
    ), ${appendEvent({
      type: OrderEventType.InventoryReserved,
      actor,
      data: Prisma.sql`(SELECT jsonb_build_object('lines', count(DISTINCT line_id), 'units', coalesce(sum(quantity), 0)) FROM reserved)`,
    })}
    SELECT target.stock_status, EXISTS (SELECT FROM moved) AS reserved,
      coalesce((SELECT jsonb_agg(short ORDER BY variant_id, location_id) FROM short), '[]'::jsonb) AS shortages
    FROM target`;
}

/**
 * Allocates lines to locations. A line that names its location is served there. The other lines of a variant are laid
 * end to end, and so is the remaining stock of its locations, the fullest first. Where a line and a location overlap,
 * that location serves that line. A variant's only line is therefore split only if no location can serve all of it.
 */
const allocation = Prisma.sql`
    named AS (
      SELECT variant_id, location_id, min(sku) AS sku, sum(quantity)::bigint AS quantity
      FROM open_lines WHERE location_id IS NOT NULL GROUP BY variant_id, location_id
    ), anywhere AS (
      SELECT id AS line_id, variant_id, sku, sum(quantity) OVER before_and_this - quantity AS wanted_from, sum(quantity) OVER before_and_this AS wanted_to
      FROM open_lines WHERE location_id IS NULL
      WINDOW before_and_this AS (PARTITION BY variant_id ORDER BY position)
    ), spare AS (
      SELECT variant_id, location_id, sum(free) OVER fullest_first - free AS free_from, sum(free) OVER fullest_first AS free_to
      FROM (
        SELECT levels.variant_id, levels.location_id, levels.available - coalesce(named.quantity, 0) AS free
        FROM levels LEFT JOIN named USING (variant_id, location_id)
      ) left_over
      WHERE free > 0
      WINDOW fullest_first AS (PARTITION BY variant_id ORDER BY free DESC, location_id)
    ), short AS (
      SELECT named.variant_id, named.location_id, named.sku, named.quantity AS wanted, coalesce(levels.available, 0) AS available
      FROM named LEFT JOIN levels USING (variant_id, location_id)
      WHERE coalesce(levels.available, 0) < named.quantity
      UNION ALL
      SELECT wanted.variant_id, NULL, wanted.sku, wanted.quantity, coalesce(sum(spare.free_to - spare.free_from), 0)::bigint
      FROM (SELECT variant_id, min(sku) AS sku, max(wanted_to)::bigint AS quantity FROM anywhere GROUP BY variant_id) wanted
        LEFT JOIN spare USING (variant_id)
      GROUP BY wanted.variant_id, wanted.sku, wanted.quantity
      HAVING coalesce(sum(spare.free_to - spare.free_from), 0) < wanted.quantity
    ), allocated AS (
      SELECT id AS line_id, location_id, quantity FROM open_lines WHERE location_id IS NOT NULL
      UNION ALL
      SELECT line_id, location_id, (least(wanted_to, free_to) - greatest(wanted_from, free_from))::int
      FROM anywhere JOIN spare USING (variant_id)
      WHERE least(wanted_to, free_to) > greatest(wanted_from, free_from)
    )`;

/**
 * Releases exactly the order's reservations that cancelled units have not released, and bars the order from later ones: a reservation that was under way
 * cannot land after this release. An order without reservations only gets the bar. The order is locked in a statement
 * of its own, since the release must see the result of a reservation that it waited for.
 *
 * @returns the number of units that this call released
 * @throws RowNotFoundError for an unknown order
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
      FROM held
      WHERE reservations.line_id = held.line_id AND reservations.location_id = held.location_id AND (SELECT count(*) FROM levels) > 0
      RETURNING reservations.*, reservations.quantity - reservations.cancelled_quantity AS units
    ), ledger AS (
      INSERT INTO stock_ledger (tenant_id, org_id, variant_id, location_id, kind, on_hand_delta, reserved_delta, order_id, line_id)
      SELECT tenant_id, org_id, variant_id, location_id, 'release', 0, -units, order_id, line_id FROM released WHERE units > 0
    ), ${appendEvent({
      type: OrderEventType.InventoryReleased,
      actor,
      data: Prisma.sql`(SELECT jsonb_build_object('lines', count(*), 'units', coalesce(sum(units), 0)) FROM released WHERE units > 0)`,
    })}
    SELECT (SELECT coalesce(sum(units), 0)::int FROM released) AS units FROM target`;
}

export interface StockReceipt extends TenantScope {
  readonly variantId: string;
  readonly locationId: string;
  readonly sku?: string;
  readonly quantity: number;
  readonly reason: string;
}

/** Adds received units to the stock on hand, and creates a missing level. Not idempotent: a receipt is a receipt. */
export async function receiveStock(database: Database, receipt: StockReceipt): Promise<void> {
  await database.prisma.$transaction((queries) => receiveStockIn(queries, receipt));
}

/** The same inside a transaction that makes it happen once. */
export async function receiveStockIn(queries: Queries, receipt: StockReceipt): Promise<void> {
  const { tenantId, orgId, variantId, locationId } = receipt;
  await stockAt(queries, receipt);
  await queries.$executeRaw`
    INSERT INTO stock_ledger (tenant_id, org_id, variant_id, location_id, kind, on_hand_delta, reserved_delta, reason)
    VALUES (${tenantId}::uuid, ${orgId}::uuid, ${variantId}::uuid, ${locationId}::uuid, 'receive', ${receipt.quantity}, 0, ${receipt.reason})`;
}

/** Makes a location stock a variant, also without any units. A level that exists stays as it is. */
export async function stockAt(
  queries: Queries,
  { tenantId, orgId, variantId, locationId, sku }: Omit<StockReceipt, 'quantity' | 'reason'>,
): Promise<void> {
  await queries.$executeRaw`
    INSERT INTO inventory_levels (tenant_id, org_id, variant_id, location_id, sku)
    VALUES (${tenantId}::uuid, ${orgId}::uuid, ${variantId}::uuid, ${locationId}::uuid, ${sku ?? null})
    ON CONFLICT DO NOTHING`;
}

/**
 * Removes unreserved units from stock, inside a transaction that makes it happen once.
 *
 * @returns the number of available units if they do not suffice; nothing changes then
 */
export async function removeStockIn(queries: Queries, removal: StockReceipt): Promise<number | undefined> {
  const { tenantId, orgId, variantId, locationId } = removal;
  const [level] = await queries.$queryRaw<{ available: bigint }[]>`
    SELECT on_hand - reserved AS available FROM inventory_levels
    WHERE (tenant_id, org_id, variant_id, location_id)
      = (${tenantId}::uuid, ${orgId}::uuid, ${variantId}::uuid, ${locationId}::uuid)
    FOR NO KEY UPDATE`;
  const available = Number(level?.available ?? 0n);
  if (available < removal.quantity) return available;
  await queries.$executeRaw`
    INSERT INTO stock_ledger (tenant_id, org_id, variant_id, location_id, kind, on_hand_delta, reserved_delta, reason)
    VALUES (${tenantId}::uuid, ${orgId}::uuid, ${variantId}::uuid, ${locationId}::uuid, 'adjust', ${-removal.quantity}, 0, ${removal.reason})`;
  return undefined;
}

/** The stock of a variant at a location, or `undefined` if it was never stocked there. */
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
