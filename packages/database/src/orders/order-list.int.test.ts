import type { OrderListQuery, OrderPosition, OrderSort } from '@oms/domain';
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
      [scope.tenantId, scope.orgId, JSON.stringify(made)],
    );
    return () => test.close();
  });

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
});
