import { randomUUID } from 'node:crypto';

import { orderStatuses, orderTransitions, type OrderRef, type OrderStatus } from '@oms/domain';
import { beforeAll, describe, expect, it } from 'vitest';

import { RowNotFoundError } from '../kit/database-error.js';
import { changeOrderStatus, type StatusChange } from './order-transitions.js';
import { newScope, placeOrder, system } from '../testing/orders.js';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.js';

describe('moving an order from one status to the next', () => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await openTestDatabase();
    return () => test.close();
  });

  const change = (from: OrderStatus, to: OrderStatus): StatusChange => ({
    from,
    to,
    event: to === 'cancelled' ? 'order.cancelled' : 'order.confirmed',
    actor: system,
    ...(to === 'cancelled' ? { cancellation: { reason: 'out_of_stock', detail: 'two too few' } } : {}),
  });

  const move = (ref: OrderRef, from: OrderStatus, to: OrderStatus) =>
    changeOrderStatus(test.database, ref, change(from, to));

  /** The order, its events and its audit records, all that a change may touch. */
  async function everything({ orderId }: OrderRef): Promise<unknown> {
    const { rows } = await test.owner.query<{ all: unknown }>(
      `SELECT jsonb_build_object('order', to_jsonb(orders),
        'events', (SELECT jsonb_agg(entry ORDER BY sequence) FROM order_events entry WHERE order_id = orders.id),
        'audit', (SELECT jsonb_agg(entry ORDER BY id) FROM audit_log entry WHERE resource_id = orders.id::text)) AS all
       FROM orders WHERE id = $1`,
      [orderId],
    );
    return rows[0]?.all;
  }

  it('writes the row, the event and the audit record with one version, one time and one actor', async () => {
    const order = await placeOrder(test.database, newScope());
    expect(await move(order, 'pending', 'cancelled')).toEqual({ kind: 'moved' });
    expect(await everything(order)).toMatchObject({
      order: {
        status: 'cancelled',
        version: 2,
        cancellation_reason: 'out_of_stock',
        cancellation_detail: 'two too few',
      },
      events: [
        { sequence: 1, type: 'order.placed' },
        {
          sequence: 2,
          type: 'order.cancelled',
          from_status: 'pending',
          to_status: 'cancelled',
          reason: 'out_of_stock',
          actor_type: 'system',
          actor_id: 'test',
          data: { detail: 'two too few' },
        },
      ],
      audit: [
        { action: 'order.placed', tenant_id: order.tenantId, org_id: order.orgId },
        {
          action: 'order.cancelled',
          actor_id: 'test',
          resource_type: 'order',
          data: { from: 'pending', to: 'cancelled', reason: 'out_of_stock', detail: 'two too few' },
        },
      ],
    });
    const { rows } = await test.owner.query(
      `SELECT cancelled_at = updated_at AND cancelled_at = event.occurred_at AND event.occurred_at = audit.occurred_at AS same
       FROM orders JOIN order_events event ON event.order_id = orders.id AND sequence = version
       JOIN audit_log audit ON resource_id = orders.id::text AND action = event.type WHERE orders.id = $1`,
      [order.orderId],
    );
    expect(rows).toEqual([{ same: true }]);
  });

  it('walks the whole life, and keeps the time of each status', async () => {
    const order = await placeOrder(test.database, newScope());
    const life = ['pending', 'confirmed', 'processing', 'shipped', 'delivered', 'closed'] as const;
    for (const [index, to] of life.entries()) {
      const from = life[index - 1];
      if (from) expect(await move(order, from, to)).toEqual({ kind: 'moved' });
    }
    const { rows } = await test.owner.query<Record<string, unknown>>('SELECT * FROM orders WHERE id = $1', [
      order.orderId,
    ]);
    expect(rows[0]).toMatchObject({ status: 'closed', version: 6 });
    const reached = orderStatuses.filter((status) => rows[0]?.[`${status}_at`] instanceof Date);
    expect(reached).toEqual(life);
  });

  it('changes nothing when the order is not in the status that it is moved from, and says where it is', async () => {
    const order = await placeOrder(test.database, newScope());
    await move(order, 'pending', 'confirmed');
    const before = await everything(order);
    for (const from of orderStatuses.filter((status) => status !== 'confirmed')) {
      for (const to of orderTransitions[from].filter((status) => (status as string) !== 'confirmed')) {
        expect(await move(order, from, to)).toEqual({ kind: 'elsewhere', status: 'confirmed' });
      }
    }
    expect(await everything(order)).toEqual(before);
  });

  it('appends nothing when a step is made again', async () => {
    const order = await placeOrder(test.database, newScope());
    await move(order, 'pending', 'confirmed');
    const before = await everything(order);
    expect(await move(order, 'pending', 'confirmed')).toEqual({ kind: 'moved' });
    expect(await everything(order)).toEqual(before);
  });

  it('lets one of two different changes at once win, and tells the other where the order went', async () => {
    for (let round = 0; round < 20; round += 1) {
      const order = await placeOrder(test.database, newScope());
      const [confirmed, cancelled] = await Promise.all([
        move(order, 'pending', 'confirmed'),
        move(order, 'pending', 'cancelled'),
      ]);
      const winner = confirmed.kind === 'moved' ? 'confirmed' : 'cancelled';
      const loser = winner === 'confirmed' ? cancelled : confirmed;
      expect(loser).toEqual({ kind: 'elsewhere', status: winner });
      expect(await everything(order)).toMatchObject({ order: { status: winner, version: 2 } });
    }
  });

  it('makes one step of many equal ones at once', async () => {
    const order = await placeOrder(test.database, newScope());
    const results = await Promise.all(Array.from({ length: 20 }, () => move(order, 'pending', 'confirmed')));
    expect(results).toEqual(Array.from({ length: 20 }, () => ({ kind: 'moved' })));
    expect(await everything(order)).toMatchObject({
      order: { version: 2 },
      events: [{ sequence: 1 }, { sequence: 2 }],
    });
  });

  it('is refused by the database where the table has no such step, and leaves no event', async () => {
    const order = await placeOrder(test.database, newScope());
    const before = await everything(order);
    await expect(move(order, 'pending', 'shipped')).rejects.toThrow('cannot become shipped');
    expect(await everything(order)).toEqual(before);
  });

  it('leaves the order as it was when its event or audit record cannot be written', async () => {
    const order = await placeOrder(test.database, newScope());
    const before = await everything(order);
    for (const table of ['order_events', 'audit_log']) {
      await test.owner.query(`ALTER TABLE ${table} ADD CONSTRAINT broken CHECK (false) NOT VALID`);
      const failure = await move(order, 'pending', 'confirmed').catch((error: unknown) => error);
      await test.owner.query(`ALTER TABLE ${table} DROP CONSTRAINT broken`);
      expect(String(failure)).toContain('broken');
      expect(await everything(order)).toEqual(before);
    }
  });

  it('does not find the order of another tenant or organisation', async () => {
    const order = await placeOrder(test.database, newScope());
    const before = await everything(order);
    for (const other of [{ tenantId: randomUUID() }, { orgId: randomUUID() }, { orderId: randomUUID() }]) {
      await expect(move({ ...order, ...other }, 'pending', 'confirmed')).rejects.toThrow(RowNotFoundError);
    }
    expect(await everything(order)).toEqual(before);
  });
});
