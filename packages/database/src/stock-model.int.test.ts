import { randomUUID } from 'node:crypto';

import type { NewOrderLine, OrderRef } from '@oms/domain';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

import { receiveStock, releaseStock, reserveStock } from './stock.js';
import { newScope, placeOrder, serviceLine, system } from './testing/orders.js';
import { openTestDatabase, type TestDatabase } from './testing/test-database.js';

/** Four places: two variants at two locations. */
const places = [0, 1, 2, 3] as const;
type Place = (typeof places)[number];

interface Wish {
  readonly place: Place;
  readonly quantity: number;
}

interface ModelOrder {
  readonly wishes: readonly Wish[];
  stock: 'none' | 'reserved' | 'released';
}

/** What is on hand and reserved at each place, and what each order holds. */
interface Model {
  readonly levels: { onHand: number; reserved: number; isStocked: boolean }[];
  readonly orders: ModelOrder[];
}

/** The product, with one tenant of its own for each run. */
interface Real {
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

/** How much an order wants of each place, over all of its lines. */
function wanted({ wishes }: ModelOrder): ReadonlyMap<Place, number> {
  const sums = new Map<Place, number>();
  for (const { place, quantity } of wishes) sums.set(place, (sums.get(place) ?? 0) + quantity);
  return sums;
}

class Receive implements Command {
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

class PlaceOrder implements Command {
  constructor(readonly wishes: readonly Wish[]) {}
  check = (): boolean => true;
  async run(model: Model, real: Real): Promise<void> {
    model.orders.push({ wishes: this.wishes, stock: 'none' });
    const lines = this.wishes.map(({ place, quantity }): NewOrderLine => {
      return {
        ...idsOf(real, place),
        sku: `S${place}`,
        quantity,
        unitPriceMinor: 100,
        requiresShipping: true,
      };
    });
    real.orders.push(await placeOrder(real.test.database, real.scope, { lines: [...lines, serviceLine] }));
    await expectEqual(model, real);
  }
  toString = (): string =>
    `place ${this.wishes.map((wish) => `${wish.quantity} of ${wish.place}`).join(' + ')}`;
}

class Reserve implements Command {
  constructor(readonly choice: number) {}
  check = (model: Readonly<Model>): boolean => model.orders.length > 0;
  async run(model: Model, real: Real): Promise<void> {
    const index = this.choice % model.orders.length;
    const order = at(model.orders, index);
    const short = [...wanted(order)].flatMap(([place, quantity]) => {
      const { onHand, reserved } = at(model.levels, place);
      const shortage = {
        ...idsOf(real, place),
        sku: `S${place}`,
        wanted: quantity,
        available: onHand - reserved,
      };
      return shortage.available < quantity ? [shortage] : [];
    });
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
      for (const [place, quantity] of wanted(order)) at(model.levels, place).reserved += quantity;
      order.stock = 'reserved';
    }
    await expectEqual(model, real);
  }
  toString = (): string => `reserve ${this.choice}`;
}

class Release implements Command {
  constructor(readonly choice: number) {}
  check = (model: Readonly<Model>): boolean => model.orders.length > 0;
  async run(model: Model, real: Real): Promise<void> {
    const index = this.choice % model.orders.length;
    const order = at(model.orders, index);
    const held = order.stock === 'reserved' ? [...wanted(order)] : [];
    for (const [place, quantity] of held) at(model.levels, place).reserved -= quantity;
    order.stock = 'released';
    const units = await releaseStock(real.test.database, at(real.orders, index), system);
    expect(units).toBe(held.reduce((sum, [, quantity]) => sum + quantity, 0));
    await expectEqual(model, real);
  }
  toString = (): string => `release ${this.choice}`;
}

/** Somebody counts, and writes down the difference; never below what orders hold. */
class Count implements Command {
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

describe('stock against a model of it', () => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await openTestDatabase();
    return () => test.close();
  });

  it('says after every step what the model says: all or nothing, once, never more than there is', async () => {
    const place = fc.constantFrom(...places);
    const wish = fc.record({ place, quantity: fc.integer({ min: 1, max: 6 }) });
    const commands = fc.commands(
      [
        fc
          .tuple(place, fc.integer({ min: 1, max: 12 }))
          .map(([where, quantity]) => new Receive(where, quantity)),
        fc.array(wish, { maxLength: 5 }).map((wishes) => new PlaceOrder(wishes)),
        fc.nat({ max: 9 }).map((choice) => new Reserve(choice)),
        fc.nat({ max: 9 }).map((choice) => new Reserve(choice)),
        fc.nat({ max: 9 }).map((choice) => new Release(choice)),
        fc.tuple(place, fc.nat({ max: 12 })).map(([where, onHand]) => new Count(where, onHand)),
      ],
      { maxCommands: 60, size: '+1' },
    );
    await fc.assert(
      fc.asyncProperty(commands, (steps) =>
        fc.asyncModelRun(
          () => ({
            model: {
              levels: places.map(() => ({ onHand: 0, reserved: 0, isStocked: false })),
              orders: [],
            },
            real: {
              test,
              scope: newScope(),
              variantIds: [randomUUID(), randomUUID()],
              locationIds: [randomUUID(), randomUUID()],
              orders: [],
            },
          }),
          steps,
        ),
      ),
      { numRuns: 60, endOnFailure: false },
    );
  });
});
