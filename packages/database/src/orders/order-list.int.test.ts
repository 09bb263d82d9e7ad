import type { Order, OrderListQuery, OrderPosition, OrderSort, TenantScope } from '@oms/domain';
import { randomUUID } from 'node:crypto';

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

import { createOrderReader } from './postgres-order-reader.js';
import { newScope } from '../testing/orders.js';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.js';

const sorts: readonly OrderSort[] = ['created_at', 'updated_at', 'order_number', 'total'];
const start = Date.UTC(2026, 0, 1);

/** Of each sort few values, so that many orders are equal; numbers alone are all different, and not in the text's order. */
const made = Array.from({ length: 97 }, (_, n) => {
  const [minor, exponent] = [
    [n % 5, 2],
    [n % 2, 0],
    [(n % 3) * 500, 3],
  ][n % 3] as [number, number]; // Three currencies, of different exponents.
  return {
    id: randomUUID(),
    number: `${n % 2 ? 'B2' : 'ORD'}-${9_950 + n}`,
    status: n % 7 === 0 ? 'pending' : 'closed',
    createdAt: new Date(start + (n % 6) * 1_000).toISOString(),
    updatedAt: new Date(start + (n % 4)).toISOString(),
    ...{ minor, exponent },
    values: {
      created_at: n % 6,
      updated_at: n % 4,
      order_number: 9_950 + n,
      total: minor / 10 ** exponent,
    },
  };
});
type Made = (typeof made)[number];

describe('a sorted list of orders', () => {
  const scope = newScope();
  let test: TestDatabase;

  beforeAll(async () => {
    test = await openTestDatabase();
    await insert(scope, made);
    return () => test.close();
  });

  type Inserted = Pick<Made, 'id' | 'number' | 'status' | 'createdAt' | 'updatedAt' | 'minor' | 'exponent'>;

  async function insert({ tenantId, orgId }: TenantScope, orders: readonly Inserted[]): Promise<void> {
    await test.owner.query(
      `WITH made AS (
         SELECT * FROM jsonb_to_recordset($3::jsonb) AS made (id uuid, number text, status text, minor bigint,
           exponent int, "createdAt" timestamptz, "updatedAt" timestamptz)),
       events AS (
         INSERT INTO order_events (order_id, sequence, type, actor_type, actor_id)
         SELECT id, 1, 'order.placed', 'system', 'test' FROM made)
       INSERT INTO orders (id, tenant_id, org_id, number, idempotency_key, request_hash, request_id, status, payment_status,
         currency, currency_exponent, subtotal_minor, discount_minor, tax_minor, shipping_minor, total_minor,
         payment_provider, payment_reference, version, created_at, updated_at)
       SELECT id, $1, $2, number, id, '', '', status, 'pending', 'USD', exponent, minor, 0, 0, 0, minor, 'stripe', id, 1,
         "createdAt", "updatedAt" FROM made`,
      [tenantId, orgId, JSON.stringify(orders)],
    );
  }

  /** All pages of a list, one after the other, each from where the one before ended. */
  async function walk(query: Partial<OrderListQuery>): Promise<readonly string[]> {
    const reader = createOrderReader(test.database);
    const ids: string[] = [];
    for (let after: OrderPosition | undefined; ;) {
      const page = await reader.listOrders(scope, {
        limit: 50,
        offset: 0,
        ...query,
        ...(after ? { after } : {}),
      });
      ids.push(...page.orders.map(({ id }) => id));
      if (!page.next) return ids;
      after = page.next;
    }
  }

  function expected(sort: OrderSort, isAscending: boolean, isWanted: (order: Made) => boolean) {
    const way = isAscending ? 1 : -1;
    return made
      .filter(isWanted)
      .sort((one, other) => {
        const difference = one.values[sort] - other.values[sort];
        // PostgreSQL compares UUIDs by their bytes, as their text in lower case is.
        return way * (difference === 0 ? (one.id < other.id ? -1 : 1) : difference);
      })
      .map(({ id }) => id);
  }

  it('with equal sort keys → its cursor skips and repeats no order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          sort: fc.constantFrom(...sorts),
          isAscending: fc.boolean(),
          limit: fc.integer({ min: 1, max: 40 }),
          statuses: fc.constantFrom([], ['pending'] as const, ['pending', 'closed'] as const),
        }),
        async ({ sort, isAscending, limit, statuses }) => {
          const isWanted = ({ status }: Made): boolean =>
            statuses.length === 0 || statuses.some((one) => one === status);
          expect(await walk({ sort, isAscending, limit, statuses })).toEqual(
            expected(sort, isAscending, isWanted),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each(sorts)('by %s: a page begins where an offset puts it', async (sort) => {
    const page = await createOrderReader(test.database).listOrders(scope, { sort, limit: 10, offset: 35 });
    expect(page.orders.map(({ id }) => id)).toEqual(expected(sort, false, () => true).slice(35, 45));
  });

  it('by updated_at, while orders change between its pages → each unchanged order once, each changed one as it is at the end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          isAscending: fc.boolean(),
          limit: fc.integer({ min: 1, max: 6 }),
          /** The orders that change after each page. */
          changes: fc.array(fc.array(fc.nat({ max: 11 }), { maxLength: 3 }), { maxLength: 8 }),
        }),
        async ({ isAscending, limit, changes }) => {
          const own = newScope();
          const orders = made.slice(0, 12).map((order) => ({ ...order, id: randomUUID() }));
          await insert(own, orders);
          const updatedAt = new Map<string, string>(orders.map((order) => [order.id, order.updatedAt]));
          const times = new Map<string, number>(orders.map(({ id }) => [id, 1]));
          const seen: Pick<Order, 'id' | 'updatedAt'>[] = [];
          let clock = start + 1_000;
          const left = [...changes];
          for (let after: OrderPosition | undefined; ;) {
            const page = await createOrderReader(test.database).listOrders(own, {
              ...{ sort: 'updated_at', isAscending, limit, offset: 0 },
              ...(after ? { after } : {}),
            });
            seen.push(...page.orders);
            if (!page.next) break;
            after = page.next;
            for (const index of left.shift() ?? []) {
              const { id = '' } = orders[index] ?? {};
              const now = new Date((clock += 1)).toISOString();
              await test.owner.query('UPDATE orders SET updated_at = $2 WHERE id = $1', [id, now]);
              updatedAt.set(id, now);
              times.set(id, (times.get(id) ?? 0) + 1);
            }
          }
          for (const [id, most] of times) {
            const shown = seen.filter((order) => order.id === id);
            expect(shown.at(-1)?.updatedAt).toBe(updatedAt.get(id));
            expect(shown.length).toBeLessThanOrEqual(most);
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  it('of the last changed, begun by an offset → continues with the orders that change meanwhile, not with the skipped', async () => {
    const own = newScope();
    const orders = made.slice(0, 6).map((order, n) => ({
      ...{ ...order, id: randomUUID() },
      updatedAt: new Date(start + n).toISOString(),
    }));
    await insert(own, orders);
    const query = { sort: 'updated_at', limit: 2 } as const;
    const reader = createOrderReader(test.database);
    const { next } = await reader.listOrders(own, { ...query, offset: 2 });
    await test.owner.query('UPDATE orders SET updated_at = $2 WHERE id = $1', [
      orders[5]?.id,
      new Date(start + 1_000).toISOString(),
    ]);
    const rest = await reader.listOrders(own, {
      ...query,
      limit: 10,
      offset: 0,
      ...(next && { after: next }),
    });
    expect(rest.orders.map(({ id }) => id)).toEqual([1, 0, 5].map((n) => orders[n]?.id));
    expect(rest.next).toBeUndefined();
  });
});
