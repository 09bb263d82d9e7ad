import { randomUUID } from 'node:crypto';

import type { NewOrderLine, TenantScope } from '@oms/domain';
import { beforeAll, describe, expect, it } from 'vitest';

import { findStockLevel, receiveStock, releaseStock, reserveStock, type ReservationResult } from './stock.js';
import { asCallersDo, newScope, placeOrder, serviceLine, system } from '../testing/orders.js';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.js';

describe('orders that race for stock', () => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await openTestDatabase();
    return () => test.close();
  });

  async function shelves(
    scope: TenantScope,
    count: number,
    quantity: number,
  ): Promise<readonly NewOrderLine[]> {
    const locationId = randomUUID();
    const lines = Array.from({ length: count }, () => ({
      variantId: randomUUID(),
      locationId,
      quantity: 1,
      unitPriceMinor: 100,
      requiresShipping: true,
    }));
    await Promise.all(
      lines.map(({ variantId }) =>
        receiveStock(test.database, { ...scope, variantId, locationId, quantity, reason: 'delivery' }),
      ),
    );
    return lines;
  }

  const levelOf = (scope: TenantScope, { variantId = '', locationId = '' }: NewOrderLine) =>
    findStockLevel(test.database, { ...scope, variantId, locationId });

  const count = (results: readonly ReservationResult[], kind: ReservationResult['kind']): number =>
    results.filter((result) => result.kind === kind).length;

  it('sells the last units once, to as many orders as there are units', async () => {
    const scope = newScope();
    const [line] = await shelves(scope, 1, 7);
    if (!line) throw new Error('no line');
    const orders = await Promise.all(
      Array.from({ length: 40 }, () => placeOrder(test.database, scope, { lines: [line] })),
    );
    const results = await Promise.all(
      orders.map((order) => asCallersDo(() => reserveStock(test.database, order, system))),
    );
    expect([count(results, 'reserved'), count(results, 'out_of_stock')]).toEqual([7, 33]);
    expect(await levelOf(scope, line)).toEqual({ onHand: 7, reserved: 7, available: 0 });
  });

  it('with lines in any order → never deadlocks, while others release and stock comes in', async () => {
    const scope = newScope();
    const lines = await shelves(scope, 6, 20);
    const received = new Map(lines.map(({ variantId = '' }) => [variantId, 20]));
    const orders = await Promise.all(
      Array.from({ length: 60 }, (_, index) => {
        const turned = [...lines.slice(index % 6), ...lines.slice(0, index % 6)];
        const ordered = index % 2 === 0 ? turned : turned.reverse();
        return placeOrder(test.database, scope, { lines: [...ordered, ...ordered.slice(0, 2), serviceLine] });
      }),
    );
    // A deadlock would be an error of PostgreSQL (40P01) here, and fail this test.
    const work = orders.flatMap((order, index) => [
      asCallersDo(() => reserveStock(test.database, order, system)),
      ...(index % 3 === 0 ? [asCallersDo(() => releaseStock(test.database, order, system))] : []),
      ...(index % 10 === 0
        ? lines.map(async ({ variantId = '', locationId = '' }) => {
            received.set(variantId, (received.get(variantId) ?? 0) + 1);
            const delivery = { ...scope, variantId, locationId, quantity: 1, reason: 'delivery' };
            await asCallersDo(() => receiveStock(test.database, delivery));
          })
        : []),
    ]);
    await Promise.all(work);
    const { rows: deadlocks } = await test.owner.query<{ deadlocks: string }>(
      'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
    );
    expect(deadlocks).toEqual([{ deadlocks: '0' }]);
    for (const line of lines) {
      const { rows } = await test.owner.query<{ held: number; ledger: number }>(
        `SELECT
          (SELECT coalesce(sum(quantity), 0)::int FROM reservations WHERE variant_id = $1 AND status = 'reserved') AS held,
          (SELECT sum(reserved_delta)::int FROM stock_ledger WHERE variant_id = $1) AS ledger`,
        [line.variantId],
      );
      const level = await levelOf(scope, line);
      expect(level?.onHand).toBe(received.get(line.variantId ?? ''));
      expect(rows).toEqual([{ held: level?.reserved, ledger: level?.reserved }]);
      expect(level?.available).toBeGreaterThanOrEqual(0);
    }
  });

  it('reserves an order once, however many ask at once', async () => {
    const scope = newScope();
    const lines = await shelves(scope, 3, 10);
    const order = await placeOrder(test.database, scope, { lines });
    const results = await Promise.all(
      Array.from({ length: 20 }, () => reserveStock(test.database, order, system)),
    );
    expect(count(results, 'reserved')).toBe(20);
    for (const line of lines) expect(await levelOf(scope, line)).toMatchObject({ reserved: 1 });
    const { rows } = await test.owner.query(
      "SELECT count(*)::int AS times FROM order_events WHERE order_id = $1 AND type = 'inventory.reserved'",
      [order.orderId],
    );
    expect(rows).toEqual([{ times: 1 }]);
  });

  it('releases an order once, however many ask at once', async () => {
    const scope = newScope();
    const lines = await shelves(scope, 3, 10);
    const order = await placeOrder(test.database, scope, { lines });
    await reserveStock(test.database, order, system);
    const units = await Promise.all(
      Array.from({ length: 20 }, () => releaseStock(test.database, order, system)),
    );
    expect([...units].sort((a, b) => b - a)).toEqual([3, ...Array.from({ length: 19 }, () => 0)]);
    for (const line of lines)
      expect(await levelOf(scope, line)).toMatchObject({ reserved: 0, available: 10 });
  });

  it('holds nothing after a release, whether the reservation that it raced with came first or second', async () => {
    const scope = newScope();
    const lines = await shelves(scope, 2, 1_000);
    const orders = await Promise.all(
      Array.from({ length: 60 }, () => placeOrder(test.database, scope, { lines })),
    );
    const outcomes = await Promise.all(
      orders.map(async (order, index) => {
        const release = () => releaseStock(test.database, order, system);
        const reserve = () => reserveStock(test.database, order, system);
        const [units, reservation] =
          index % 2 === 0
            ? await Promise.all([release(), reserve()])
            : await Promise.all([reserve(), release()]).then(
                ([result, released]) => [released, result] as const,
              );
        return `${reservation.kind} ${units}`;
      }),
    );
    const possible = ['reserved 2', 'not_reservable 0'];
    expect(outcomes.filter((outcome) => !possible.includes(outcome))).toEqual([]);
    for (const line of lines) expect(await levelOf(scope, line)).toMatchObject({ reserved: 0 });
  });

  it('waits for the order before it counts, and then counts what is there by then', async () => {
    const scope = newScope();
    const [line] = await shelves(scope, 1, 1);
    if (!line) throw new Error('no line');
    const order = await placeOrder(test.database, scope, { lines: [line] });
    await test.owner.query('BEGIN');
    await test.owner.query('SELECT FROM inventory_levels WHERE variant_id = $1 FOR UPDATE', [line.variantId]);
    const reserving = reserveStock(test.database, order, system);
    await expect.poll(waiting).toBe(1);
    await test.owner.query(
      `INSERT INTO stock_ledger (tenant_id, org_id, variant_id, location_id, kind, on_hand_delta, reserved_delta)
       VALUES ($1, $2, $3, $4, 'adjust', -1, 0)`,
      [scope.tenantId, scope.orgId, line.variantId, line.locationId],
    );
    await test.owner.query('COMMIT');
    expect(await reserving).toMatchObject({ kind: 'out_of_stock', shortages: [{ wanted: 1, available: 0 }] });
  });

  it('releases a reservation that was still under way when the release began', async () => {
    const scope = newScope();
    const [line] = await shelves(scope, 1, 1);
    if (!line) throw new Error('no line');
    const order = await placeOrder(test.database, scope, { lines: [line] });
    await test.owner.query('BEGIN');
    await test.owner.query('SELECT FROM inventory_levels WHERE variant_id = $1 FOR UPDATE', [line.variantId]);
    const reserving = reserveStock(test.database, order, system);
    await expect.poll(waiting).toBe(1);
    const releasing = releaseStock(test.database, order, system);
    await expect.poll(waiting).toBe(2);
    await test.owner.query('COMMIT');
    expect(await reserving).toEqual({ kind: 'reserved' });
    expect(await releasing).toBe(1);
    expect(await levelOf(scope, line)).toMatchObject({ reserved: 0, available: 1 });
  });

  async function waiting(): Promise<number> {
    // Within a transaction the server goes on showing those who were there when it was first asked.
    await test.owner.query('SELECT pg_stat_clear_snapshot()');
    const { rows } = await test.owner.query<{ waiting: number }>(
      `SELECT count(*)::int AS waiting FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return rows[0]?.waiting ?? 0;
  }
});
