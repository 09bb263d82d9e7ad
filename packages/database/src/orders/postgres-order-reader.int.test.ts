import { randomUUID } from 'node:crypto';

import {
  CapturePolicy,
  orderFlags,
  orderStatuses,
  paymentStatuses,
  type NewOrderLine,
  type Order,
  type TenantScope,
  type OrderListQuery,
  type OrderPosition,
} from '@oms/domain';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

import type { OrderReader } from './order-reader.js';
import { changeOrderStatus } from '../order-log/order-transitions.js';
import { createOrderReader } from './postgres-order-reader.js';
import { newScope, orderToRecord, placeOrder, serviceLine, shopper, system } from '../testing/orders.js';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.js';

describe('reading orders', () => {
  let test: TestDatabase;
  let reader: OrderReader;

  beforeAll(async () => {
    test = await openTestDatabase();
    reader = createOrderReader(test.database);
    return () => test.close();
  });

  const list = async (scope: TenantScope, query: Partial<OrderListQuery> = {}) =>
    reader.listOrders(scope, { limit: 100, offset: 0, ...query });

  const idsOf = async (scope: TenantScope, query: Partial<OrderListQuery> = {}) =>
    (await list(scope, query)).orders.map(({ id }) => id);

  /** All pages, one after the other, as a client follows them. */
  async function follow(
    scope: TenantScope,
    query: Partial<OrderListQuery>,
    between: () => Promise<unknown> = () => Promise.resolve(),
  ): Promise<readonly string[]> {
    const ids: string[] = [];
    for (let after: OrderPosition | undefined; ;) {
      const page = await list(scope, { ...query, ...(after ? { after } : {}) });
      ids.push(...page.orders.map(({ id }) => id));
      if (!page.next) return ids;
      after = page.next;
      await between();
    }
  }

  /** Orders of many kinds; several share each moment, so that only the id tells which comes first. */
  async function manyOrders(scope: TenantScope, count: number): Promise<void> {
    await test.owner.query(
      `WITH numbered AS (SELECT gen_random_uuid() AS id, n FROM generate_series(1, $3) AS n),
       events AS (
         INSERT INTO order_events (order_id, sequence, type, actor_type, actor_id)
         SELECT id, 1, 'order.placed', 'system', 'test' FROM numbered),
       lines AS (
         INSERT INTO order_lines (id, order_id, position, sku, quantity, unit_price_minor, requires_shipping)
         SELECT gen_random_uuid(), id, position, ('{A,B}'::text[])[n % 3 + position], 1, 0, false
         FROM numbered, generate_series(1, 2) AS position)
       INSERT INTO orders (id, tenant_id, org_id, number, idempotency_key, request_hash, request_id, status, payment_status,
         cancellation_reason, customer_id, channel, external_id, flags, shipping_address, billing_address, currency,
         currency_exponent, subtotal_minor, discount_minor, tax_minor, shipping_minor, total_minor, payment_provider,
         payment_reference, version, created_at, updated_at)
       SELECT id, $1, $2, gen_random_uuid(), id, '', '',
         status, ($5::text[])[n % 8 + 1], CASE status WHEN 'cancelled' THEN 'out_of_stock' END,
         ('{00000000-0000-4000-8000-000000000000,00000000-0000-4000-8000-000000000001}'::uuid[])[n % 3 + 1],
         ('{web,app}'::text[])[n % 4 + 1], 'shop-' || id,
         array_remove(ARRAY[CASE WHEN n % 5 = 0 THEN 'disputed' END, CASE WHEN n % 7 = 0 THEN 'overpaid' END], NULL),
         CASE WHEN n % 3 > 0 THEN jsonb_build_object('email', ('{Ada@x.org,BEA@X.ORG}'::text[])[n % 3]) END,
         CASE WHEN n % 4 > 0 THEN jsonb_build_object('email', ('{ada@X.org,bea@x.org}'::text[])[n % 4]) END,
         'USD', 2, 0, 0, 0, 0, 0, 'stripe', id, 1,
         '2026-01-01Z'::timestamptz + (n / 5) * interval '1 minute', '2026-01-01Z'::timestamptz + (n % 20) * interval '1 minute'
       FROM numbered, LATERAL (SELECT ($4::text[])[(n / 3) % 8 + 1] AS status) AS each`,
      [scope.tenantId, scope.orgId, count, orderStatuses, paymentStatuses],
    );
  }

  it('gives an order back as it was placed, with nothing where nothing was said', async () => {
    const line: NewOrderLine = {
      productTitle: 'Shirt',
      variantId: randomUUID(),
      locationId: randomUUID(),
      sku: 'SHIRT-M',
      variantTitle: 'M',
      quantity: 3,
      unitPriceMinor: 8_999,
      requiresShipping: true,
    };
    const wishes = {
      customerId: randomUUID(),
      externalId: 'shop "1" \\ ü',
      channel: 'web',
      sourcePlatform: 'shop',
      capturePolicy: CapturePolicy.AtShipment,
      shippingMethod: 'express',
      shippingAddress: { name: 'Zoë', line1: "5 O'Hara St", city: 'Łódź', country: 'PL' },
      metadata: { gift: 'yes', note: '"{}' },
      lines: [line, serviceLine],
    };
    const placed = await placeOrder(test.database, newScope(), wishes);
    const { lines, ...facts } = placed.order;
    const order = await reader.findOrder(placed, placed.orderId);
    expect(order).toEqual({
      ...facts,
      id: placed.orderId,
      tenantId: placed.tenantId,
      orgId: placed.orgId,
      number: 'ORD-10001',
      idempotencyKey: placed.idempotencyKey,
      status: 'pending',
      paymentStatus: 'pending',
      flags: [],
      version: 1,
      lines: lines.map((each, index) => ({ ...each, id: expect.any(String) as string, position: index + 1 })),
      createdAt: order?.createdAt,
      updatedAt: order?.createdAt,
      statusTimes: { pending: order?.createdAt },
    });
    const bare = await placeOrder(test.database, newScope());
    expect(Object.values((await reader.findOrder(bare, bare.orderId)) ?? { none: null })).not.toContain(null);
  });

  it('tells the history of an order in its order', async () => {
    const order = await placeOrder(test.database, newScope());
    await changeOrderStatus(test.database, order, {
      from: 'pending',
      to: 'cancelled',
      event: 'order.cancelled',
      actor: system,
      cancellation: { reason: 'payment_declined', detail: 'no funds' },
    });
    const occurredAt = expect.stringMatching(/^\d{4}-.+Z$/) as string;
    expect(await reader.listEvents(order, order.orderId)).toEqual([
      { sequence: 1, type: 'order.placed', to: 'pending', actor: shopper, data: {}, occurredAt },
      {
        sequence: 2,
        type: 'order.cancelled',
        from: 'pending',
        to: 'cancelled',
        reason: 'payment_declined',
        actor: system,
        data: { detail: 'no funds' },
        occurredAt,
      },
    ]);
  });

  it('finds nothing of another tenant or organisation, by any of its functions', async () => {
    const order = await placeOrder(test.database, newScope(), {
      ...{ externalId: 'theirs', channel: 'web', paymentReference: 'pi_theirs' },
      billingAddress: { name: 'Zoë', line1: 'x', city: 'Łódź', country: 'PL', email: 'their@x.org' },
      lines: [{ ...serviceLine, sku: 'THEIR' }],
    });
    const filters = [
      ...[{}, { externalId: 'theirs' }, { channel: 'web' }, { statuses: orderStatuses }],
      ...[{ customerEmail: 'their@x.org' }, { paymentReference: 'pi_theirs' }, { sku: 'THEIR' }],
    ];
    const strangers = [newScope(), { ...order, orgId: randomUUID() }, { ...order, tenantId: randomUUID() }];
    for (const { tenantId, orgId } of strangers) {
      const stranger = { tenantId, orgId };
      expect(await reader.findOrder(stranger, order.orderId)).toBeUndefined();
      expect(await reader.findRequestHash(stranger, order.orderId)).toBeUndefined();
      expect(await reader.listEvents(stranger, order.orderId)).toBeUndefined();
      for (const query of filters) {
        expect((await list(stranger, query)).orders).toEqual([]);
      }
    }
    expect(await reader.findRequestHash(order, order.orderId)).toBe(order.requestHash);
    for (const query of filters) expect(await idsOf(order, query)).toEqual([order.orderId]);
  });

  it('lists the newest first, those of one moment by id, and pages alike by cursor and by offset', async () => {
    const scope = newScope();
    await manyOrders(scope, 97);
    const { rows } = await test.owner.query<{ id: string }>(
      'SELECT id FROM orders WHERE tenant_id = $1 ORDER BY created_at DESC, id DESC',
      [scope.tenantId],
    );
    const all = rows.map(({ id }) => id);
    for (const limit of [1, 3, 10, 96, 97, 98]) {
      expect(await follow(scope, { limit })).toEqual(all);
      for (let offset = 0; offset < 100; offset += limit) {
        const page = await list(scope, { limit, offset });
        expect(page.orders.map(({ id }) => id)).toEqual(all.slice(offset, offset + limit));
        expect(page.next !== undefined).toBe(offset + limit < 97);
      }
    }
  });

  it('loses no order and repeats none while others are placed and moved between the pages', async () => {
    const scope = newScope();
    await manyOrders(scope, 40);
    const before = await idsOf(scope);
    const seen = await follow(scope, { limit: 3 }, async () => {
      await placeOrder(test.database, scope);
      await test.owner.query('UPDATE orders SET updated_at = now() WHERE tenant_id = $1', [scope.tenantId]);
    });
    expect(seen).toEqual(before);
    expect((await idsOf(scope)).length).toBeGreaterThan(before.length);
  });

  it('filters by every combination of what can be asked for, as a plain filter over all orders does', async () => {
    const scope = newScope();
    await manyOrders(scope, 97);
    await manyOrders({ ...scope, orgId: randomUUID() }, 20);
    const { orders } = await list(scope);
    const minute = (number: number): string => new Date(Date.UTC(2026, 0, 1, 0, number)).toISOString();
    const hasEmail = ({ shippingAddress, billingAddress }: Order, email: string): boolean =>
      [shippingAddress, billingAddress].some((to) => to?.email?.toLowerCase() === email.toLowerCase());
    // Mostly left out: queries with many filters find no order.
    const optional = <Value>(values: fc.Arbitrary<Value>) =>
      fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: values });
    const queries = fc.record({
      statuses: optional(fc.array(fc.constantFrom(...orderStatuses), { maxLength: 4 })),
      customerId: optional(
        fc.constantFrom(0, 1).map((digit) => `00000000-0000-4000-8000-00000000000${digit}`),
      ),
      channel: optional(fc.constantFrom('web', 'app', 'fax')),
      externalId: optional(
        fc.constantFrom(...orders.slice(0, 3).map(({ externalId = '' }) => externalId), 'none'),
      ),
      number: optional(fc.constantFrom(...orders.slice(0, 3).map(({ number }) => number), 'none')),
      paymentStatuses: optional(fc.array(fc.constantFrom(...paymentStatuses), { maxLength: 4 })),
      flags: optional(fc.array(fc.constantFrom(...orderFlags), { maxLength: 4 })),
      customerEmail: optional(fc.constantFrom('aDa@x.org', 'bea@x.org', 'none@x.org')),
      paymentReference: optional(
        fc.constantFrom(...orders.slice(0, 3).map(({ paymentReference = '' }) => paymentReference), 'none'),
      ),
      sku: optional(fc.constantFrom('A', 'B', 'a')),
      updatedFrom: optional(fc.integer({ min: 0, max: 20 }).map(minute)),
      updatedBefore: optional(fc.integer({ min: 0, max: 20 }).map(minute)),
      createdFrom: optional(fc.integer({ min: 0, max: 20 }).map(minute)),
      createdBefore: optional(fc.integer({ min: 0, max: 20 }).map(minute)),
      limit: fc.constantFrom(1, 7, 100),
    });
    await fc.assert(
      fc.asyncProperty(queries, async (asked) => {
        const { limit, ...wanted } = asked;
        const query: Partial<OrderListQuery> = Object.fromEntries(
          Object.entries(wanted).filter(([, value]) => value !== undefined),
        );
        const expected = orders.filter(
          (order) =>
            (!wanted.statuses?.length || wanted.statuses.includes(order.status)) &&
            (!wanted.customerId || order.customerId === wanted.customerId) &&
            (!wanted.channel || order.channel === wanted.channel) &&
            (!wanted.externalId || order.externalId === wanted.externalId) &&
            (!wanted.number || order.number === wanted.number) &&
            (!wanted.paymentStatuses?.length || wanted.paymentStatuses.includes(order.paymentStatus)) &&
            (!wanted.flags?.length || wanted.flags.some((flag) => order.flags.includes(flag))) &&
            (!wanted.customerEmail || hasEmail(order, wanted.customerEmail)) &&
            (!wanted.paymentReference || order.paymentReference === wanted.paymentReference) &&
            (!wanted.sku || order.lines.some(({ sku }) => sku === wanted.sku)) &&
            (!wanted.updatedFrom || order.updatedAt >= wanted.updatedFrom) &&
            (!wanted.updatedBefore || order.updatedAt < wanted.updatedBefore) &&
            (!wanted.createdFrom || order.createdAt >= wanted.createdFrom) &&
            (!wanted.createdBefore || order.createdAt < wanted.createdBefore),
        );
        expect(await follow(scope, { ...query, limit })).toEqual(expected.map(({ id }) => id));
      }),
      { numRuns: 150 },
    );
  });

  it('rejects a ping when the database does not answer', async () => {
    await expect(reader.ping()).resolves.toBeUndefined();
    const own = await openTestDatabase();
    await own.close();
    await own.owner.end();
    const name = new URL(own.url).pathname.slice(1);
    await test.owner.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await expect(createOrderReader(own.database).ping()).rejects.toThrow();
    await own.database.close();
  });

  it('keeps ids of orders that nobody placed apart from those that were', async () => {
    const order = orderToRecord(newScope());
    expect(await reader.findOrder(order, order.orderId)).toBeUndefined();
    expect(await reader.listEvents(order, order.orderId)).toBeUndefined();
  });
});
