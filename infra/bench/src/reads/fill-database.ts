import type { TenantScope } from '@oms/domain';
import pg from 'pg';

/**
 * Fills an empty database with orders of one tenant: one every half minute up to now, each with a line and a history. Nine in
 * ten are confirmed. Triggers are bypassed, because they would refuse an invented past. All constraints hold.
 *
 * @returns the ids of some orders of all ages
 */
export async function fillDatabase(
  databaseUrl: string,
  scope: TenantScope,
  orders: number,
): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(`SET session_replication_role = replica; SET synchronous_commit = off`);
    const values = [scope.tenantId, scope.orgId, orders];
    await client.query(insertOrders, values);
    await client.query(insertLines);
    await client.query(insertHistories);
    await client.query(
      `INSERT INTO tenant_settings (tenant_id, last_order_number) VALUES ($1, $2::bigint + 10000)`,
      [scope.tenantId, orders],
    );
    // Autovacuum would have done this before a tenant has so many orders.
    for (const table of ['orders', 'order_lines', 'order_events'])
      await client.query(`VACUUM ANALYZE ${table}`);
    await client.query('CHECKPOINT');
    const { rows } = await client.query<{ id: string }>(
      `SELECT id FROM orders WHERE id < '08000000-0000-0000-0000-000000000000' OR $1 < 10000 ORDER BY id LIMIT 2000`,
      [orders],
    );
    return rows.map(({ id }) => id);
  } finally {
    await client.end();
  }
}

const insertOrders = `
  INSERT INTO orders (
    id, tenant_id, org_id, number, idempotency_key, request_hash, request_id, status, payment_status, stock_status,
    cancellation_reason, customer_id, channel, currency, currency_exponent, subtotal_minor, discount_minor, tax_minor,
    shipping_minor, total_minor, payment_provider, payment_reference, version, created_at, updated_at, pending_at,
    confirmed_at, cancelled_at)
  SELECT
    gen_random_uuid(), $1, $2, 'ORD-' || 10000 + n, 'cart-' || n, md5(n::text), 'request-' || n, status,
    CASE status WHEN 'confirmed' THEN 'captured' WHEN 'cancelled' THEN 'voided' ELSE 'pending' END,
    CASE status WHEN 'confirmed' THEN 'reserved' WHEN 'cancelled' THEN 'released' ELSE 'none' END,
    CASE status WHEN 'cancelled' THEN 'out_of_stock' END,
    md5('customer' || n % 1000)::uuid, CASE n % 3 WHEN 0 THEN 'marketplace' ELSE 'web-storefront' END, 'USD', 2,
    17998, 0, 0, 0, 17998, 'stripe', 'pi_' || n, CASE status WHEN 'pending' THEN 1 ELSE 2 END, at, at, at,
    CASE status WHEN 'confirmed' THEN at END, CASE status WHEN 'cancelled' THEN at END
  FROM generate_series(1, $3::bigint) AS n,
    LATERAL (SELECT CASE WHEN n % 10 < 9 THEN 'confirmed' WHEN n % 100 = 99 THEN 'pending' ELSE 'cancelled' END) AS of(status),
    LATERAL (SELECT date_trunc('second', now()) - ($3::bigint - n) * interval '30 seconds') AS placed(at)`;

const insertLines = `
  INSERT INTO order_lines (
    id, order_id, position, product_title, variant_id, location_id, sku, variant_title, quantity, unit_price_minor, requires_shipping)
  SELECT gen_random_uuid(), id, 1, 'Classic Wool Sweater', md5('variant')::uuid, md5('location')::uuid, 'WOOL-SWTR-M-BLU',
    'Blue / Medium', 2, 8999, true
  FROM orders`;

const insertHistories = `
  INSERT INTO order_events (order_id, sequence, type, from_status, to_status, actor_type, actor_id, occurred_at)
  SELECT id, 1, 'order.placed', NULL, 'pending', 'user', 'bench', pending_at FROM orders
  UNION ALL
  SELECT id, 2, 'order.' || status, 'pending', status, 'system', 'orders', updated_at FROM orders WHERE version = 2`;
