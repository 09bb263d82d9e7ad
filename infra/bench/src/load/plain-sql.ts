import { randomUUID } from 'node:crypto';

import { createDatabase, receiveStock } from '@oms/database';
import { orderBodyTotalMinor } from '@oms/testing';
import pg from 'pg';

import { now, type Contender } from './contender.js';

const variantCount = 50;

/** Writes the rows of the product in one transaction, without any handling of faults. */
export function createPlainSqlContender(
  databaseUrl: string,
  inFlight: number,
): Contender & { close(): Promise<void> } {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: inFlight, application_name: 'bench' });
  const scope = { tenantId: randomUUID(), orgId: randomUUID() };
  const levels: { readonly variantId: string; readonly locationId: string }[] = [];
  let placed = 0;

  return {
    async prepare() {
      if (levels.length > 0) return;
      const database = createDatabase({ connectionString: databaseUrl, poolSize: 1 });
      for (let made = 0; made < variantCount; made += 1) {
        const level = { variantId: randomUUID(), locationId: randomUUID() };
        await receiveStock(database, { ...scope, ...level, quantity: 1_000_000, reason: 'bench' });
        levels.push(level);
      }
      await database.close();
    },
    async place(startedAt) {
      placed += 1;
      const level = levels[placed % levels.length];
      if (!level) throw new Error('there is no stock to order of');
      await confirmInOneTransaction(pool, { ...scope, ...level });
      const tookMs = now() - startedAt;
      return { answerMs: tookMs, doneMs: tookMs };
    },
    close: () => pool.end(),
  };
}

interface PlainOrder {
  readonly tenantId: string;
  readonly orgId: string;
  readonly variantId: string;
  readonly locationId: string;
}

async function confirmInOneTransaction(pool: pg.Pool, order: PlainOrder): Promise<void> {
  const { tenantId, orgId, variantId, locationId } = order;
  const orderId = randomUUID();
  const lineId = randomUUID();
  const total = orderBodyTotalMinor;
  const steps: readonly (readonly [name: string, text: string, values: readonly unknown[]])[] = [
    [
      'record',
      recordOrder,
      [tenantId, orgId, orderId, lineId, variantId, locationId, total, `sql-${orderId}`],
    ],
    ['pay', recordPayment, [orderId, total, `sql-${orderId}`]],
    ['reserve', reserveStock, [tenantId, orgId, variantId, locationId, lineId, orderId]],
    ['tell', tellHistory, [tenantId, orgId, orderId]],
    ['confirm', confirmOrder, [orderId]],
  ];
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    for (const [name, text, values] of steps) await client.query({ name, text, values: [...values] });
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}

// One statement writes the order and its first event, because an order's version must be the sequence of an event.
const recordOrder = `
  WITH numbered AS (
    INSERT INTO tenant_settings AS settings (tenant_id, last_order_number) VALUES ($1, 10001)
    ON CONFLICT (tenant_id) DO UPDATE SET last_order_number = settings.last_order_number + 1
    RETURNING order_number_prefix || '-' || last_order_number AS number
  ), recorded AS (
    INSERT INTO orders (
      id, tenant_id, org_id, number, idempotency_key, request_hash, request_id, status, payment_status, channel, currency,
      currency_exponent, subtotal_minor, discount_minor, tax_minor, shipping_minor, total_minor, payment_provider,
      payment_reference, version, pending_at)
    SELECT $3, $1, $2, number, $8::text, $8::text, $8::text, 'pending', 'pending', 'web-storefront', 'USD', 2, $7, 0, 0, 0, $7, 'stripe',
      $8::text, 1, now()
    FROM numbered RETURNING id
  ), line AS (
    INSERT INTO order_lines (
      id, order_id, position, product_title, variant_id, location_id, sku, variant_title, quantity, unit_price_minor,
      requires_shipping)
    SELECT $4, id, 1, 'Classic Wool Sweater', $5, $6, 'WOOL-SWTR-M-BLU', 'Blue / Medium', 2, $7::bigint / 2, true FROM recorded
  )
  INSERT INTO order_events (order_id, sequence, type, to_status, actor_type, actor_id)
  SELECT id, 1, 'order.placed', 'pending', 'user', 'bench' FROM recorded`;

const recordPayment = `
  WITH claim AS (
    INSERT INTO payments (order_id, provider, reference, currency) VALUES ($1, 'stripe', $3, 'USD') RETURNING order_id
  )
  INSERT INTO payment_ledger (order_id, operation, ordinal, idempotency_key, amount_minor, provider_object_id)
  SELECT order_id, operation, 1, $3 || ':' || operation, $2, $3
  FROM claim, (VALUES (1, 'authorize'), (2, 'capture')) AS movement (place, operation) ORDER BY place`;

const reserveStock = `
  WITH level AS (
    SELECT tenant_id, org_id, variant_id, location_id FROM inventory_levels
    WHERE tenant_id = $1 AND org_id = $2 AND variant_id = $3 AND location_id = $4 AND on_hand - reserved >= 2
    FOR NO KEY UPDATE
  ), held AS (
    INSERT INTO reservations (line_id, order_id, tenant_id, org_id, variant_id, location_id, quantity)
    SELECT $5, $6, tenant_id, org_id, variant_id, location_id, 2 FROM level RETURNING *
  )
  INSERT INTO stock_ledger (tenant_id, org_id, variant_id, location_id, kind, on_hand_delta, reserved_delta, order_id, line_id)
  SELECT tenant_id, org_id, variant_id, location_id, 'reserve', 0, quantity, order_id, line_id FROM held`;

const tellHistory = `
  WITH told AS (
    INSERT INTO order_events (order_id, sequence, type, from_status, to_status, actor_type, actor_id)
    SELECT $3, sequence, type, from_status, to_status, 'system', 'bench'
    FROM (VALUES
      (2, 'payment.authorized', 'pending', 'authorized'), (3, 'inventory.reserved', NULL, NULL),
      (4, 'payment.captured', 'authorized', 'captured'), (5, 'order.confirmed', 'pending', 'confirmed')
    ) AS event (sequence, type, from_status, to_status) ORDER BY sequence
    RETURNING type
  )
  INSERT INTO audit_log (tenant_id, org_id, actor_type, actor_id, action, resource_type, resource_id)
  SELECT $1, $2, 'system', 'bench', type, 'order', $3 FROM (SELECT 'order.placed' AS type UNION ALL SELECT type FROM told)`;

const confirmOrder = `
  UPDATE orders SET status = 'confirmed', payment_status = 'captured', stock_status = 'reserved', version = 5,
    confirmed_at = now(), updated_at = now()
  WHERE id = $1`;
