import { randomUUID } from 'node:crypto';

import type { RecordOrderResult } from '@oms/contracts/temporal';
import { beforeAll, describe, expect, it } from 'vitest';

import { isUniqueViolation } from '../kit/database-error.js';
import { findRecordedOrder, recordOrder, type OrderToRecord } from './order-recorder.js';
import { changeOrderStatus } from '../order-log/order-transitions.js';
import { asCallersDo, newScope, orderToRecord, placeOrder, serviceLine, system } from '../testing/orders.js';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.js';

describe('recording an order', () => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await openTestDatabase();
    return () => test.close();
  });

  /** Retries as a caller does: of two at the same moment, one gets a conflict and tries again. */
  async function recordWithRetries(order: OrderToRecord): Promise<RecordOrderResult> {
    for (;;) {
      try {
        return await asCallersDo(() => recordOrder(test.database, order));
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
      }
    }
  }

  async function count(table: string, where: string, value: string): Promise<number> {
    const { rows } = await test.owner.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM ${table} WHERE ${where} = $1`,
      [value],
    );
    return rows[0]?.count ?? -1;
  }

  it('makes one order with one number of fifty calls at once with one key', async () => {
    const order = orderToRecord(newScope(), { lines: [serviceLine, serviceLine] });
    const recorded = await Promise.all(Array.from({ length: 50 }, () => recordWithRetries(order)));
    expect(recorded).toEqual(Array.from({ length: 50 }, () => recorded[0]));
    expect(recorded[0]).toEqual({
      number: 'ORD-10001',
      requestHash: order.requestHash,
      requestId: order.requestId,
      paymentProvider: 'stripe',
      pendingLimitMs: 86_400_000,
      pendingSince: expect.stringMatching(/^20..-/) as string,
      standing: {
        ...{ version: 1, status: 'pending', paymentStatus: 'pending', flags: [] },
        ...{ owesRefund: false, owesCapture: false, owesSettlement: false },
      },
    });
    expect(await count('orders', 'tenant_id', order.tenantId)).toBe(1);
    expect(await count('order_lines', 'order_id', order.orderId)).toBe(2);
    expect(await count('order_events', 'order_id', order.orderId)).toBe(1);
    expect(await count('audit_log', 'resource_id', order.orderId)).toBe(1);
    expect((await placeAnother(order)).number).toBe('ORD-10002');
  });

  const placeAnother = ({ tenantId, orgId }: OrderToRecord) =>
    recordWithRetries(orderToRecord({ tenantId, orgId }));

  it('numbers the orders of a tenant from 10001 without a gap or a number twice, also across organisations', async () => {
    const tenantId = randomUUID();
    const scopes = [randomUUID(), randomUUID()].map((orgId) => ({ tenantId, orgId }));
    const orders = Array.from({ length: 30 }, () => scopes.map((scope) => orderToRecord(scope))).flat();
    const recorded = await Promise.all(
      orders.flatMap((each) => [recordWithRetries(each), recordWithRetries(each)]),
    );
    const numbers = [...new Set(recorded.map(({ number }) => number))].sort();
    expect(numbers).toEqual(Array.from({ length: 60 }, (_, index) => `ORD-${10_001 + index}`));
  });

  it('numbers each tenant for itself, with its own prefix', async () => {
    const [one, other] = [newScope(), newScope()];
    await test.owner.query('INSERT INTO tenant_settings (tenant_id, order_number_prefix) VALUES ($1, $2)', [
      one.tenantId,
      'SO',
    ]);
    expect((await recordWithRetries(orderToRecord(one))).number).toBe('SO-10001');
    expect((await recordWithRetries(orderToRecord(other))).number).toBe('ORD-10001');
    expect((await recordWithRetries(orderToRecord(one))).number).toBe('SO-10002');
  });

  it('leaves an order as it is when its key comes with another body, and says whose request it was', async () => {
    const scope = newScope();
    const first = await placeOrder(test.database, scope, { key: 'one key', channel: 'web' });
    const other = orderToRecord(scope, { key: 'one key', channel: 'app', lines: [serviceLine, serviceLine] });
    expect(other.orderId).toBe(first.orderId);
    const recorded = await recordOrder(test.database, {
      ...other,
      requestHash: 'another hash',
      requestId: 'another request',
    });
    expect(recorded).toMatchObject({ requestHash: first.requestHash, requestId: first.requestId });
    const { rows } = await test.owner.query('SELECT channel, version FROM orders WHERE id = $1', [
      first.orderId,
    ]);
    expect(rows).toEqual([{ channel: 'web', version: 1 }]);
    expect(await count('order_lines', 'order_id', first.orderId)).toBe(1);
    expect((await placeAnother(first)).number).toBe('ORD-10002');
  });

  it('keeps one key of two tenants or organisations apart', async () => {
    const scope = newScope();
    const scopes = [scope, { ...scope, orgId: randomUUID() }, newScope()];
    const orders = await Promise.all(scopes.map((each) => placeOrder(test.database, each, { key: 'same' })));
    expect(new Set(orders.map(({ orderId }) => orderId)).size).toBe(3);
    const [first, second] = orders;
    if (!first || !second) throw new Error('no orders');
    expect(await findRecordedOrder(test.database, { ...first, orgId: second.orgId })).toBeUndefined();
    expect(await findRecordedOrder(test.database, { ...first, tenantId: randomUUID() })).toBeUndefined();
    expect(await findRecordedOrder(test.database, first)).toMatchObject({ requestHash: first.requestHash });
  });

  it('of orders at once with one external id keeps one, and records the others as cancelled', async () => {
    const scope = newScope();
    const orders = Array.from({ length: 12 }, () => orderToRecord(scope, { externalId: 'shop-1' }));
    const recorded = await Promise.all(orders.map(recordWithRetries));
    expect(recorded.filter(({ standing: { status } }) => status === 'pending')).toHaveLength(1);
    const cancelled = orders.filter((_, index) => recorded[index]?.standing.status === 'cancelled');
    expect(cancelled).toHaveLength(11);
    for (const [index, { standing }] of recorded.entries()) {
      const { status, cancellationReason } = standing;
      expect(cancellationReason).toBe(status === 'cancelled' ? 'external_id_in_use' : undefined);
      expect(await count('order_events', 'order_id', orders[index]?.orderId ?? '')).toBe(
        status === 'cancelled' ? 2 : 1,
      );
    }
    const { rows } = await test.owner.query(
      'SELECT sequence, type, from_status, to_status, reason, actor_type FROM order_events WHERE order_id = $1 ORDER BY 1',
      [cancelled[0]?.orderId],
    );
    expect(rows).toEqual([
      {
        sequence: 1,
        type: 'order.placed',
        from_status: null,
        to_status: 'pending',
        reason: null,
        actor_type: 'user',
      },
      {
        sequence: 2,
        type: 'order.cancelled',
        from_status: 'pending',
        to_status: 'cancelled',
        reason: 'external_id_in_use',
        actor_type: 'system',
      },
    ]);
  });

  it('lets an external id be used again when its order was cancelled', async () => {
    const scope = newScope();
    const first = await placeOrder(test.database, scope, { externalId: 'shop-2' });
    await changeOrderStatus(test.database, first, {
      from: 'pending',
      to: 'cancelled',
      event: 'order.cancelled',
      actor: system,
      cancellation: { reason: 'out_of_stock' },
    });
    const second = await recordOrder(test.database, orderToRecord(scope, { externalId: 'shop-2' }));
    expect(second.standing.status).toBe('pending');
  });

  it('writes the order, its lines, its event and its audit record together, or nothing and no number', async () => {
    const scope = newScope();
    for (const table of ['order_lines', 'order_events', 'audit_log']) {
      await test.owner.query(`ALTER TABLE ${table} ADD CONSTRAINT broken CHECK (false) NOT VALID`);
      const order = orderToRecord(scope);
      const failure = await recordOrder(test.database, order).catch((error: unknown) => error);
      await test.owner.query(`ALTER TABLE ${table} DROP CONSTRAINT broken`);
      expect(String(failure), table).toContain('broken');
      expect(await findRecordedOrder(test.database, order)).toBeUndefined();
      expect(await count('order_events', 'order_id', order.orderId)).toBe(0);
      expect(await count('audit_log', 'resource_id', order.orderId)).toBe(0);
    }
    expect((await recordOrder(test.database, orderToRecord(scope))).number).toBe('ORD-10001');
  });
});
