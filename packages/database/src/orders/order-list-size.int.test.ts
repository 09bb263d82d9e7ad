import { randomUUID } from 'node:crypto';

import type { OrderPosition } from '@oms/domain';
import { beforeAll, describe, expect, it } from 'vitest';

import { createOrderReader } from './postgres-order-reader.js';
import { newScope } from '../testing/orders.js';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.js';

/** The newest first. A kilobyte is 1,024 bytes, of metadata or of addresses. */
const made = [
  ...[
    { lines: 500 },
    { lines: 499 },
    { lines: 1 },
    // A page is full here: 1,000 lines.
    { lines: 1 },
    { lines: 500 },
    { lines: 500 },
    { lines: 0, kilobytes: 700 },
    { lines: 300, kilobytes: 1 },
    { lines: 1_200 },
    { lines: 2 },
    { lines: 0, kilobytes: 1_100 },
  ],
  ...Array.from({ length: 120 }, () => ({ lines: 2 })),
].map((order, index) => ({
  kilobytes: 0,
  ...order,
  id: randomUUID(),
  createdAt: new Date(Date.UTC(2026, 0, 1) - index * 1_000).toISOString(),
}));

describe('a page of large orders', () => {
  const scope = newScope();
  let test: TestDatabase;

  beforeAll(async () => {
    test = await openTestDatabase();
    await test.owner.query(
      `WITH made AS (
         SELECT * FROM jsonb_to_recordset($3::jsonb) AS made (id uuid, lines int, kilobytes int, "createdAt" timestamptz)),
       events AS (
         INSERT INTO order_events (order_id, sequence, type, actor_type, actor_id)
         SELECT id, 1, 'order.placed', 'system', 'test' FROM made),
       lines AS (
         INSERT INTO order_lines (id, order_id, position, product_title, quantity, unit_price_minor, requires_shipping)
         SELECT gen_random_uuid(), id, position, 'thing', 1, 0, true FROM made, generate_series(1, lines) AS position)
       INSERT INTO orders (id, tenant_id, org_id, number, idempotency_key, request_hash, request_id, status, payment_status,
         currency, currency_exponent, subtotal_minor, discount_minor, tax_minor, shipping_minor, total_minor,
         payment_provider, payment_reference, version, created_at, metadata, shipping_address)
       SELECT id, $1, $2, id, id, '', '', 'closed', 'pending', 'USD', 2, 0, 0, 0, 0, 0, 'stripe', id, 1, "createdAt",
         jsonb_build_object('note', repeat('x', kilobytes * 512)), jsonb_build_object('line1', repeat('x', kilobytes * 512))
       FROM made`,
      [scope.tenantId, scope.orgId, JSON.stringify(made)],
    );
    return () => test.close();
  });

  const list = (query: { limit: number; offset?: number; after?: OrderPosition }) =>
    createOrderReader(test.database).listOrders(scope, { offset: 0, ...query });

  /** How many orders each page has, where one is read after the other. */
  async function walk(limit: number, isByOffset: boolean) {
    const ids: string[] = [];
    const sizes: number[] = [];
    for (let after: OrderPosition | undefined, offset = 0; ;) {
      const page = await list({ limit, ...(isByOffset ? { offset } : after ? { after } : {}) });
      sizes.push(page.orders.length);
      ids.push(...page.orders.map(({ id }) => id));
      expect(page.orders.map(({ lines }) => lines.length)).toEqual(
        made.slice(ids.length - page.orders.length, ids.length).map(({ lines }) => lines),
      );
      if (!page.next) return { ids, sizes };
      after = page.next;
      offset += page.limit;
    }
  }

  const all = made.map(({ id }) => id);

  it.each([
    ['cursor', false],
    ['offset and the limit of the answer', true],
  ])(
    'ends before it has more than 1,000 lines, and no order is skipped or doubled by %s',
    async (_, isByOffset) => {
      expect(await walk(100, isByOffset)).toEqual({ ids: all, sizes: [3, 2, 1, 1, 1, 1, 1, 1, 100, 20] });
    },
  );

  it.each([
    ['cursor', false],
    ['offset and the limit of the answer', true],
  ])('is as long as was asked for where that is less, by %s', async (_, isByOffset) => {
    expect((await walk(2, isByOffset)).sizes.slice(0, 9)).toEqual([2, 2, 2, 1, 1, 1, 1, 1, 2]);
    const one = await walk(1, isByOffset);
    expect(one.ids).toEqual(all);
    expect(one.sizes).toEqual(made.map(() => 1));
  });

  it('says how many orders it could have had', async () => {
    expect((await list({ limit: 100 })).limit).toBe(3);
    expect((await list({ limit: 3 })).limit).toBe(3);
    expect((await list({ limit: 2 })).limit).toBe(2);
    expect((await list({ limit: 100, offset: 111 })).limit).toBe(100);
    expect(await list({ limit: 100, offset: 131 })).toEqual({ orders: [], limit: 100 });
  });
});
