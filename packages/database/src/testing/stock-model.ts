import type { NewOrderLine, OrderRef } from '@oms/domain';
import type fc from 'fast-check';
import { expect } from 'vitest';

import { receiveStock, releaseStock, reserveStock } from '../inventory/stock.js';
import { type newScope, placeOrder, serviceLine, system } from './orders.js';
import type { TestDatabase } from './test-database.js';

/** Four places: two variants at two locations. */
export const places = [0, 1, 2, 3] as const;
export type Place = (typeof places)[number];

export interface Wish {
  readonly place: Place;
  /** Whether any place will do that has the variant. */
  readonly isAnywhere: boolean;
  readonly quantity: number;
}

interface ModelOrder {
  readonly wishes: readonly Wish[];
  /** Its reservations at each place. */
  held: ReadonlyMap<Place, number>;
  stock: 'none' | 'reserved' | 'released';
}

/** The stock on hand and reserved at each place, and the reservations of each order. */
export interface Model {
  readonly levels: { onHand: number; reserved: number; isStocked: boolean }[];
  readonly orders: ModelOrder[];
}

/** The product, with one tenant of its own for each run. */
export interface Real {
  readonly test: TestDatabase;
  readonly scope: ReturnType<typeof newScope>;
  readonly variantIds: readonly string[];
  readonly locationIds: readonly string[];
  readonly orders: OrderRef[];
}

type Command = fc.AsyncCommand<Model, Real>;

const at = <Item>(items: readonly Item[], index: number): Item => {
  const item = items[index];
  if (item === undefined) throw new Error(`there is no item ${index}`);
  return item;
};

const idsOf = (real: Real, place: Place): { readonly variantId: string; readonly locationId: string } => ({
  variantId: at(real.variantIds, place % 2),
  locationId: at(real.locationIds, Math.floor(place / 2)),
});

const variantOf = (place: Place): number => place % 2;

/** How much an order wants by its lines that name a place, and of each variant by those that do not. */
function wanted({ wishes }: ModelOrder): {
  readonly named: ReadonlyMap<Place, number>;
  readonly anywhere: ReadonlyMap<number, number>;
} {
  const named = new Map<Place, number>();
  const anywhere = new Map<number, number>();
  const add = <Key>(sums: Map<Key, number>, key: Key, quantity: number): unknown =>
    sums.set(key, (sums.get(key) ?? 0) + quantity);
  for (const { place, isAnywhere, quantity } of wishes) {
    if (isAnywhere) add(anywhere, variantOf(place), quantity);
    else add(named, place, quantity);
  }
  return { named, anywhere };
}

/** The shortages by the model: named places are served first, the others share the rest. */
function shortagesOf(model: Model, order: ModelOrder, real: Real): object[] {
  const { named, anywhere } = wanted(order);
  const free = (place: Place): number => {
    const { onHand, reserved } = at(model.levels, place);
    return onHand - reserved;
  };
  const atPlaces = [...named].map(([place, quantity]) => ({
    ...{ ...idsOf(real, place), sku: `S${place}` },
    ...{ wanted: quantity, available: free(place) },
  }));
  const ofVariants = [...anywhere].map(([variant, quantity]) => ({
    ...{ variantId: at(real.variantIds, variant), sku: `V${variant}`, wanted: quantity },
    available: places
      .filter((place) => variantOf(place) === variant)
      .reduce<number>((sum, place) => sum + Math.max(0, free(place) - (named.get(place) ?? 0)), 0),
  }));
  return [...atPlaces, ...ofVariants].filter((shortage) => shortage.available < shortage.wanted);
}

/** The order's reservations at each place: the full quantity of each line, where the line must be served. */
async function allocated(model: Model, order: ModelOrder, real: Real, ref: OrderRef) {
  const { rows } = await real.test.owner.query<{
    position: number;
    variant_id: string;
    location_id: string;
    quantity: number;
  }>(
    `SELECT position, held.variant_id, held.location_id, held.quantity
     FROM reservations held JOIN order_lines line ON line.id = line_id WHERE held.order_id = $1`,
    [ref.orderId],
  );
  const held = new Map<Place, number>();
  const placeOf = (row: (typeof rows)[number]): Place => {
    const place = places.find((each) => {
      const { variantId, locationId } = idsOf(real, each);
      return row.variant_id === variantId && row.location_id === locationId;
    });
    if (place === undefined) throw new Error('it is reserved at no place that there is');
    return place;
  };
  for (const row of rows) held.set(placeOf(row), (held.get(placeOf(row)) ?? 0) + row.quantity);
  const { named, anywhere } = wanted(order);
  for (const [index, wish] of order.wishes.entries()) {
    const parts = rows.filter(({ position }) => position === index + 1);
    expect(parts.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(wish.quantity);
    if (!wish.isAnywhere) expect(parts.map(placeOf)).toEqual([wish.place]);
    for (const part of parts) expect(variantOf(placeOf(part))).toBe(variantOf(wish.place));
    // The only line of its variant without a place is not split where one place has enough for it.
    const isOnly = wish.isAnywhere && anywhere.get(variantOf(wish.place)) === wish.quantity;
    const hasOnePlace = places.some((place) => {
      const { onHand, reserved } = at(model.levels, place);
      const isIts = variantOf(place) === variantOf(wish.place);
      return isIts && onHand - reserved - (named.get(place) ?? 0) >= wish.quantity;
    });
    if (isOnly && hasOnePlace) expect(parts).toHaveLength(1);
  }
  return held;
}

export class Receive implements Command {
  constructor(
    readonly place: Place,
    readonly quantity: number,
  ) {}
  check = (): boolean => true;
  async run(model: Model, real: Real): Promise<void> {
    const level = at(model.levels, this.place);
    level.onHand += this.quantity;
    level.isStocked = true;
    await receiveStock(real.test.database, {
      ...real.scope,
      ...idsOf(real, this.place),
      quantity: this.quantity,
      reason: 'delivery',
    });
    await expectEqual(model, real);
  }
  toString = (): string => `receive ${this.quantity} at ${this.place}`;
}

export class PlaceOrder implements Command {
  constructor(readonly wishes: readonly Wish[]) {}
  check = (): boolean => true;
  async run(model: Model, real: Real): Promise<void> {
    model.orders.push({ wishes: this.wishes, held: new Map(), stock: 'none' });
    const lines = this.wishes.map(({ place, isAnywhere, quantity }): NewOrderLine => {
      const { variantId, locationId } = idsOf(real, place);
      return {
        ...(isAnywhere
          ? { variantId, sku: `V${variantOf(place)}` }
          : { variantId, locationId, sku: `S${place}` }),
        quantity,
        unitPriceMinor: 100,
        requiresShipping: true,
      };
    });
    real.orders.push(await placeOrder(real.test.database, real.scope, { lines: [...lines, serviceLine] }));
    await expectEqual(model, real);
  }
  toString = (): string =>
    `place ${this.wishes.map((wish) => `${wish.quantity} of ${wish.isAnywhere ? `variant ${variantOf(wish.place)}` : wish.place}`).join(' + ')}`;
}

export class Reserve implements Command {
  constructor(readonly choice: number) {}
  check = (model: Readonly<Model>): boolean => model.orders.length > 0;
  async run(model: Model, real: Real): Promise<void> {
    const index = this.choice % model.orders.length;
    const order = at(model.orders, index);
    const short = shortagesOf(model, order, real);
    const result = await reserveStock(real.test.database, at(real.orders, index), system);
    if (order.stock === 'released') expect(result).toEqual({ kind: 'not_reservable' });
    else if (order.stock === 'reserved') expect(result).toEqual({ kind: 'reserved' });
    else if (short.length > 0) {
      expect(result).toMatchObject({ kind: 'out_of_stock' });
      const shortages = result.kind === 'out_of_stock' ? result.shortages : [];
      expect(shortages).toHaveLength(short.length);
      expect(shortages).toEqual(expect.arrayContaining(short));
    } else {
      expect(result).toEqual({ kind: 'reserved' });
      order.held = await allocated(model, order, real, at(real.orders, index));
      for (const [place, quantity] of order.held) at(model.levels, place).reserved += quantity;
      order.stock = 'reserved';
    }
    await expectEqual(model, real);
  }
  toString = (): string => `reserve ${this.choice}`;
}

export class Release implements Command {
  constructor(readonly choice: number) {}
  check = (model: Readonly<Model>): boolean => model.orders.length > 0;
  async run(model: Model, real: Real): Promise<void> {
    const index = this.choice % model.orders.length;
    const order = at(model.orders, index);
    const held = order.stock === 'reserved' ? [...order.held] : [];
    for (const [place, quantity] of held) at(model.levels, place).reserved -= quantity;
    order.stock = 'released';
    const units = await releaseStock(real.test.database, at(real.orders, index), system);
    expect(units).toBe(held.reduce((sum, [, quantity]) => sum + quantity, 0));
    await expectEqual(model, real);
  }
  toString = (): string => `release ${this.choice}`;
}

/** Somebody counts, and writes down the difference; never below what orders hold. */
export class Count implements Command {
  constructor(
    readonly place: Place,
    readonly onHand: number,
  ) {}
  check = (model: Readonly<Model>): boolean => at(model.levels, this.place).isStocked;
  async run(model: Model, real: Real): Promise<void> {
    const level = at(model.levels, this.place);
    const { variantId, locationId } = idsOf(real, this.place);
    const counted = real.test.owner.query(
      `INSERT INTO stock_ledger (tenant_id, org_id, variant_id, location_id, kind, on_hand_delta, reserved_delta, reason)
       SELECT $1, $2, $3, $4, 'adjust', $5 - on_hand, 0, 'count' FROM inventory_levels
       WHERE (tenant_id, org_id, variant_id, location_id) = ($1, $2, $3, $4) AND on_hand <> $5`,
      [real.scope.tenantId, real.scope.orgId, variantId, locationId, this.onHand],
    );
    if (this.onHand < level.reserved) {
      await expect(counted).rejects.toMatchObject({ constraint: 'inventory_levels_reserved_check' });
    } else {
      await counted;
      level.onHand = this.onHand;
    }
    await expectEqual(model, real);
  }
  toString = (): string => `count ${this.onHand} at ${this.place}`;
}

interface LevelRow {
  readonly on_hand: string;
  readonly reserved: string;
  readonly ledger_on_hand: string;
  readonly ledger_reserved: string;
  readonly held: string;
}

/** The database says what the model says; the ledger and what orders hold add up to the levels. */
async function expectEqual(model: Model, real: Real): Promise<void> {
  const { owner } = real.test;
  const { tenantId, orgId } = real.scope;
  for (const place of places) {
    const { variantId, locationId } = idsOf(real, place);
    const { rows } = await owner.query<LevelRow>(levelSql, [tenantId, orgId, variantId, locationId]);
    const { onHand, reserved, isStocked } = at(model.levels, place);
    expect(reserved).toBeLessThanOrEqual(onHand);
    const row = {
      on_hand: String(onHand),
      reserved: String(reserved),
      ledger_on_hand: String(onHand),
      ledger_reserved: String(reserved),
      held: String(reserved),
    };
    expect(rows, `place ${place}`).toEqual(isStocked ? [row] : []);
  }
  const { rows: orders } = await owner.query<{
    id: string;
    stock_status: string;
    version: number;
    events: number;
  }>(
    `SELECT id, stock_status, version, (SELECT count(*)::int FROM order_events WHERE order_id = id) AS events
     FROM orders WHERE tenant_id = $1`,
    [tenantId],
  );
  for (const [index, { orderId }] of real.orders.entries()) {
    const row = orders.find(({ id }) => id === orderId);
    expect(row?.stock_status).toBe(at(model.orders, index).stock);
    expect(row?.events).toBe(row?.version);
  }
}

const levelSql = `
  SELECT on_hand, reserved,
    (SELECT sum(on_hand_delta) FROM stock_ledger entry
      WHERE (entry.tenant_id, entry.org_id, entry.variant_id, entry.location_id) = ($1, $2, $3, $4)) AS ledger_on_hand,
    (SELECT sum(reserved_delta) FROM stock_ledger entry
      WHERE (entry.tenant_id, entry.org_id, entry.variant_id, entry.location_id) = ($1, $2, $3, $4)) AS ledger_reserved,
    (SELECT coalesce(sum(quantity), 0) FROM reservations held WHERE held.status = 'reserved'
      AND (held.tenant_id, held.org_id, held.variant_id, held.location_id) = ($1, $2, $3, $4)) AS held
  FROM inventory_levels WHERE (tenant_id, org_id, variant_id, location_id) = ($1, $2, $3, $4)`;
