import { randomUUID } from 'node:crypto';

import { orderLineId } from '@oms/contracts/temporal';
import type { NewOrderLine, TenantScope } from '@oms/domain';
import type pg from 'pg';

import type { Database } from '../kit/database.js';
import { changeOrderStatus } from '../order-log/order-transitions.js';
import { recordAuthorization, recordMovement } from '../payments/payment-records.js';
import { receiveStock, reserveStock } from '../inventory/stock.js';
import { apply, confirmedOrder, partOfAnswer, receiveStockOf, stockedLine } from './living-orders.js';
import { newScope, placeOrder, serviceLine, system } from './orders.js';
import type { TestDatabase } from './test-database.js';

/** A statement that a role with all privileges tries, and the object that must refuse it. */
export interface Refusal {
  /** The constraint, unique index or trigger that refuses. */
  readonly by: string;
  readonly guarantee: string;
  readonly attempt: (fixture: Fixture) => string;
  /** For a trigger, which PostgreSQL does not name in its error: what it says. */
  readonly says?: string;
}

/** Orders as the product leaves them: what the attempts try to spoil. */
export interface Fixture {
  readonly tenantId: string;
  readonly orgId: string;
  readonly variantId: string;
  readonly locationId: string;
  /** Holds 2 of 10 units; of 1,000 authorised, 400 are captured, 100 voided and 50 of the captured refunded. */
  readonly paid: string;
  readonly paidLine: string;
  readonly paidReference: string;
  /** Placed, and nothing more; `key`, `number` and `externalId` are its own. */
  readonly placed: string;
  readonly placedKey: string;
  readonly placedNumber: string;
  readonly placedExternalId: string;
  readonly placedLine: string;
  /** Cancelled. */
  readonly cancelled: string;
  /**
   * Being processed: paid for with 2,000 in full, 2 of its line's 4 units are shipped and delivered, one of them was
   * returned and restocked, and one unit is cancelled. The 500 of each of these two are being given back.
   */
  readonly lived: string;
  readonly livedLine: string;
  readonly shipment: string;
  readonly returned: string;
  readonly refund: string;
  readonly cancellation: string;
}

export async function makeFixture({ database, owner }: TestDatabase): Promise<Fixture> {
  const scope = newScope();
  const stocked: NewOrderLine = {
    variantId: randomUUID(),
    locationId: randomUUID(),
    quantity: 2,
    unitPriceMinor: 500,
    requiresShipping: true,
  };
  const { variantId = '', locationId = '' } = stocked;
  await receiveStock(database, { ...scope, variantId, locationId, quantity: 10, reason: 'delivery' });
  const paid = await placeOrder(database, scope, { lines: [stocked, serviceLine] });
  await reserveStock(database, paid, system);
  await recordAuthorization(
    database,
    paid,
    { ...movement(paid.orderId, 'authorize', 1_000), moneyStepMinor: 1 },
    system,
  );
  for (const [operation, amountMinor] of [
    ['capture', 400],
    ['void', 100],
    ['refund', 50],
  ] as const) {
    const entry = {
      ...movement(paid.orderId, operation, amountMinor),
      ordinal: 1,
      chargeMinor: paid.order.totals.totalMinor,
    };
    await recordMovement(database, paid, operation, entry, system);
  }
  const placedExternalId = randomUUID();
  const placed = await placeOrder(database, scope, { externalId: placedExternalId });
  const cancelled = await placeOrder(database, scope);
  await changeOrderStatus(database, cancelled, {
    from: 'pending',
    to: 'cancelled',
    event: 'order.cancelled',
    actor: system,
    cancellation: { reason: 'cancellation_requested' },
  });
  return {
    ...scope,
    variantId,
    locationId,
    paid: paid.orderId,
    paidLine: await only(
      owner,
      `SELECT id AS value FROM order_lines WHERE order_id = '${paid.orderId}' AND position = 1`,
    ),
    paidReference: paid.order.paymentReference ?? '',
    placed: placed.orderId,
    placedKey: placed.idempotencyKey,
    placedNumber: await only(owner, `SELECT number AS value FROM orders WHERE id = '${placed.orderId}'`),
    placedExternalId,
    placedLine: await only(owner, `SELECT id AS value FROM order_lines WHERE order_id = '${placed.orderId}'`),
    cancelled: cancelled.orderId,
    ...(await liveOn(database, scope)),
  };
}

async function liveOn(database: Database, scope: TenantScope) {
  const lines = [stockedLine({ quantity: 4 })];
  await receiveStockOf(database, scope, lines);
  const order = await confirmedOrder(database, scope, { lines });
  const livedLine = orderLineId(order.orderId, 1);
  const some = (quantity: number) => [{ lineId: livedLine, quantity }];
  const ship = { type: 'ship', lines: some(2), startsProcessing: true } as const;
  const shipment = partOfAnswer(await apply(database, order, ship));
  await apply(database, order, { type: 'deliver', shipmentId: shipment });
  const returned = partOfAnswer(await apply(database, order, { type: 'request_return', lines: some(1) }));
  await apply(database, order, { type: 'decide_return', returnId: returned, isApproved: true });
  await apply(database, order, { type: 'receive_return', returnId: returned });
  const refund = partOfAnswer(await apply(database, order, { type: 'refund', returnId: returned }));
  const cancellation = partOfAnswer(await apply(database, order, { type: 'cancel_units', lines: some(1) }));
  return { lived: order.orderId, livedLine, shipment, returned, refund, cancellation };
}

function movement(orderId: string, operation: string, amountMinor: number) {
  return { idempotencyKey: `${orderId}:${operation}:1`, amountMinor, providerObjectId: randomUUID() };
}

async function only(client: pg.Client, sql: string): Promise<string> {
  const { rows } = await client.query<{ value: string }>(sql);
  const [row] = rows;
  if (!row) throw new Error(`nothing answers ${sql}`);
  return row.value;
}

export const newId = '00000000-0000-4000-8000-000000000001';

/** A second order like the placed one, with its first event, but for what the attempt changes. */
export function anotherOrder(fixture: Fixture, changes: Readonly<Record<string, unknown>> = {}): string {
  const all = { id: newId, number: 'NEW-1', idempotency_key: 'new', external_id: null, ...changes };
  return `
    WITH event AS (
      INSERT INTO order_events (order_id, sequence, type, actor_type, actor_id)
      VALUES ('${all.id}', 1, 'order.placed', 'system', 'test'))
    ${copyOf('orders', `id = '${fixture.placed}'`, all)}`;
}

/** The same row once more, but for what the attempt changes. */
export function copyOf(
  table: string,
  where: string,
  changes: Readonly<Record<string, unknown>> = {},
): string {
  return `INSERT INTO ${table}
    SELECT (jsonb_populate_record(original, '${JSON.stringify(changes)}')).* FROM ${table} original WHERE ${where}`;
}

export type Values = Readonly<Record<string, string | number | null>>;

/** A new row. */
export function insertOf(table: string, values: Values): string {
  const rendered = Object.values(values).map((value) => (value === null ? 'NULL' : `'${value}'`));
  return `INSERT INTO ${table} (${Object.keys(values).join()}) VALUES (${rendered.join()})`;
}
