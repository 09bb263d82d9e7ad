import { orderStatuses, type OrderListQuery } from '@oms/domain';
import { beforeAll, describe, expect, it } from 'vitest';

import { createDatabase, type Database } from '../kit/database.js';
import { createOrderReader } from './postgres-order-reader.js';
import { newScope } from '../testing/orders.js';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.js';

const customerId = '00000000-0000-4000-8000-000000000001';

describe('the cost of a page in a long list of orders', () => {
  const scope = newScope();
  let test: TestDatabase;
  let database: Database;

  beforeAll(async () => {
    test = await openTestDatabase();
    // One connection: what it read is counted when it is asked to say so.
    database = createDatabase({ connectionString: test.url, poolSize: 1 });
    await test.owner.query(
      `WITH numbered AS (SELECT gen_random_uuid() AS id, n FROM generate_series(1, 5000) AS n),
       events AS (
         INSERT INTO order_events (order_id, sequence, type, actor_type, actor_id)
         SELECT id, 1, 'order.placed', 'system', 'test' FROM numbered),
       lines AS (
         INSERT INTO order_lines (id, order_id, position, sku, quantity, unit_price_minor, requires_shipping)
         SELECT id, id, 1, CASE WHEN n % 500 = 6 THEN 'RARE' ELSE 'COMMON' END, 1, 0, false FROM numbered)
       INSERT INTO orders (id, tenant_id, org_id, number, idempotency_key, request_hash, request_id, status, payment_status,
         updated_at, customer_id, channel, flags, external_id, shipping_address, billing_address, currency, currency_exponent,
         subtotal_minor, discount_minor, tax_minor, shipping_minor, total_minor, payment_provider, payment_reference, version,
         created_at)
       SELECT id, $1, $2, n, id, '', '', CASE WHEN n % 500 = 0 THEN 'pending' ELSE 'closed' END,
         CASE WHEN n % 500 = 3 THEN 'unknown' ELSE 'captured' END, '2026-01-02Z'::timestamptz + n * interval '1 minute',
         CASE WHEN n % 500 = 1 THEN $3::uuid END, CASE WHEN n % 500 = 2 THEN 'fax' ELSE 'web' END,
         CASE WHEN n % 500 = 4 THEN '{disputed}'::text[] ELSE '{}' END, 'shop-' || n,
         jsonb_build_object('email', CASE WHEN n % 500 = 5 THEN 'Ada@Example.com' ELSE n || '@example.com' END),
         jsonb_build_object('email', CASE WHEN n % 1000 IN (5, 6) THEN 'ada@example.com' ELSE n || '@example.com' END),
         'USD', 2, 0, 0, 0, 0, 0, 'stripe', 'pi_' || n, 1, '2026-01-01Z'::timestamptz + n * interval '1 minute'
       FROM numbered`,
      [scope.tenantId, scope.orgId, customerId],
    );
    await test.owner.query('ANALYZE');
    // Excludes the reads of the setup from the count.
    await test.owner.query('SELECT pg_stat_force_next_flush()');
    return async () => {
      await database.close();
      await test.close();
    };
  });

  interface Reads {
    /** Scans of a whole table. */
    readonly scans: number;
    /** Index entries that were read. */
    readonly entries: number;
  }

  async function reads(): Promise<Reads> {
    await database.prisma.$queryRaw`SELECT pg_stat_force_next_flush()::text`;
    const { rows } = await test.owner.query<Reads>(
      `SELECT sum(seq_scan)::int AS scans,
        sum((SELECT sum(idx_tup_read) FROM pg_stat_user_indexes entry WHERE entry.relid = tables.relid))::int AS entries
       FROM pg_stat_user_tables tables WHERE relname IN ('orders', 'order_lines')`,
    );
    const [row] = rows;
    if (!row) throw new Error('there are no statistics');
    return row;
  }

  async function costOf(query: Partial<OrderListQuery>): Promise<Reads & { readonly orders: number }> {
    const before = await reads();
    const page = await createOrderReader(database).listOrders(scope, { limit: 20, offset: 0, ...query });
    const after = await reads();
    return {
      orders: page.orders.length,
      scans: after.scans - before.scans,
      entries: after.entries - before.entries,
    };
  }

  const deep = { createdAt: '2026-01-01T01:40:00.000Z', id: 'ffffffff-ffff-4fff-bfff-ffffffffffff' };
  const half = '80000000-0000-4000-8000-000000000000';
  const middle = { createdAt: '2026-01-03T00:00:00.000Z', id: 'ffffffff-ffff-4fff-bfff-ffffffffffff' };

  // Each page reads its own entries and the one behind it, finds its orders and their lines by id once more, and nothing
  // besides.
  it.each([
    ['the first page', {}, 20],
    ['a page in the middle, by cursor', { after: middle }, 20],
    ['a page near the end, by cursor', { after: deep }, 20],
    ['a page of one rare status', { statuses: ['pending'] }, 10],
    [
      'a page of a rare status and a common one, by cursor',
      { statuses: ['pending', 'closed'], after: middle },
      20,
    ],
    ['a page of all statuses', { statuses: orderStatuses }, 20],
    ["a customer's few orders", { customerId }, 10],
    ['the few orders of a channel', { channel: 'fax' }, 10],
    ['the few orders of a rare payment status', { paymentStatuses: ['unknown'] }, 10],
    [
      'a page of a rare payment status and a common one, by cursor',
      { paymentStatuses: ['unknown', 'captured'], after: middle },
      20,
    ],
    ['the few orders with a flag', { flags: ['disputed', 'overpaid'] }, 10],
    // 10 are shipped to it, 5 of them billed to it, too; 5 are only billed to it.
    ['the few orders of an e-mail address', { customerEmail: 'ADA@example.com' }, 15],
    ['the order of a payment', { paymentReference: 'pi_2500' }, 1],
    ['the order with an external id', { externalId: 'shop-2500' }, 1],
    ['the order with a number', { number: '2500' }, 1],
    ['the few orders with a SKU', { sku: 'RARE' }, 10],
    ['a page of the orders with a common SKU', { sku: 'COMMON' }, 20],
    [
      'a few minutes of changes',
      { updatedFrom: '2026-01-02T01:00:00Z', updatedBefore: '2026-01-02T01:05:00Z' },
      5,
    ],
    ['the last changed', { sort: 'updated_at' }, 20],
    [
      'a page of the last changed, by cursor',
      {
        sort: 'updated_at',
        after: {
          sort: '-updated_at',
          value: '2026-01-03T00:00:00.000Z',
          id: deep.id,
          first: { value: '2026-01-05T11:20:00.000Z', id: deep.id },
        },
      },
      20,
    ],
    [
      'a page of what was changed first, by cursor',
      {
        sort: 'updated_at',
        isAscending: true,
        after: { sort: 'updated_at', value: '2026-01-03T00:00:00.000Z', id: deep.id },
      },
      20,
    ],
    [
      'a page by number, by cursor',
      { sort: 'order_number', after: { sort: 'order_number', value: '2500', id: deep.id } },
      20,
    ],
    [
      'a page by total where all are equal, by cursor',
      { sort: 'total', isAscending: true, after: { sort: 'total', value: '0', id: half } },
      20,
    ],
    [
      'a few minutes long ago',
      { createdFrom: '2026-01-01T01:00:00Z', createdBefore: '2026-01-01T01:05:00Z' },
      5,
    ],
  ] as const)(
    '%s: as many entries of an index as it shows, and no scan of the table',
    async (_, query, orders) => {
      const cost = await costOf(query);
      expect(cost).toMatchObject({ orders, scans: 0 });
      expect(cost.entries).toBeLessThanOrEqual(160);
    },
  );

  it('costs more the further an offset skips, which is what the cursor is for', async () => {
    const { entries, scans } = await costOf({ offset: 4_000 });
    expect(entries + scans * 5_000).toBeGreaterThan(4_000);
  });
});
