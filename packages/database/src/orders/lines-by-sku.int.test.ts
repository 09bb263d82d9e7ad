import { randomUUID } from 'node:crypto';

import type { NewOrderLine, TenantScope } from '@oms/domain';
import { beforeAll, describe, expect, it } from 'vitest';

import { findStockLevel, receiveStock, reserveStock } from '../inventory/stock.js';
import { apply, changeOf } from '../testing/living-orders.js';
import { asCallersDo, newScope, orderToRecord, placeOrder, system } from '../testing/orders.js';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.js';
import { applyOrderCommand } from './order-commands.js';
import { recordOrder } from './order-recorder.js';

const lineBySku: NewOrderLine = {
  sku: 'SWEATER-M',
  quantity: 2,
  unitPriceMinor: 100,
  requiresShipping: true,
};

describe('a line that names only a SKU', () => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await openTestDatabase();
    return () => test.close();
  });

  async function stocked(
    scope: TenantScope,
    sku: string | undefined = lineBySku.sku,
    variantId = randomUUID(),
  ) {
    const level = { ...scope, variantId, locationId: randomUUID() };
    const receipt = { ...level, ...(sku === undefined ? {} : { sku }), quantity: 5, reason: 'delivery' };
    await receiveStock(test.database, receipt);
    return level;
  }

  async function linesOf(orderId: string) {
    const { rows } = await test.owner.query<Record<string, unknown>>(
      'SELECT variant_id, location_id, sku FROM order_lines WHERE order_id = $1 ORDER BY position',
      [orderId],
    );
    return rows;
  }

  const recordedOf = (scope: TenantScope, line: NewOrderLine) =>
    recordOrder(test.database, orderToRecord(scope, { lines: [line] }));

  it('one location → recorded with its variant and location, and reserved with the other lines', async () => {
    const scope = newScope();
    const level = await stocked(scope);
    const order = await placeOrder(test.database, scope, { lines: [lineBySku, lineBySku] });
    const recorded = { variant_id: level.variantId, location_id: level.locationId, sku: 'SWEATER-M' };
    expect(await linesOf(order.orderId)).toEqual([recorded, recorded]);
    expect(await reserveStock(test.database, order, system)).toEqual({ kind: 'reserved' });
    expect(await findStockLevel(test.database, level)).toEqual({ onHand: 5, reserved: 4, available: 1 });
    const late = await placeOrder(test.database, scope, { lines: [lineBySku] });
    expect(await reserveStock(test.database, late, system)).toMatchObject({
      ...{ kind: 'out_of_stock', shortages: [{ sku: 'SWEATER-M', wanted: 2, available: 1 }] },
    });
  });

  it('the SKU of the catalogue counts, also where the level was received without it', async () => {
    const scope = newScope();
    const level = await stocked(scope, undefined);
    const { tenantId, orgId, variantId } = level;
    const product = { tenantId, orgId, id: 'prod_01JM5XQVZ3K7' };
    await test.owner.query(
      `INSERT INTO products (tenant_id, org_id, id, title, currency, currency_exponent) VALUES ($1, $2, $3, 'Sweater', 'USD', 2)`,
      [tenantId, orgId, product.id],
    );
    await test.owner.query(
      `INSERT INTO product_variants (id, tenant_id, org_id, product_id, position, sku, price_minor, requires_shipping)
       VALUES ($1, $2, $3, $4, 1, 'SWEATER-M', 100, true)`,
      [variantId, tenantId, orgId, product.id],
    );
    const order = await placeOrder(test.database, scope, { lines: [lineBySku] });
    expect(await linesOf(order.orderId)).toMatchObject([
      { variant_id: variantId, location_id: level.locationId },
    ]);
  });

  it('stocked by another organisation or tenant alone → a line without stock', async () => {
    const scope = newScope();
    await stocked({ ...scope, orgId: randomUUID() });
    await stocked(newScope());
    const order = await placeOrder(test.database, scope, { lines: [lineBySku] });
    expect(await linesOf(order.orderId)).toMatchObject([{ variant_id: null, location_id: null }]);
    expect(await reserveStock(test.database, order, system)).toEqual({ kind: 'reserved' });
  });

  it('a second location at the time of the record → recorded as cancelled, with the locations', async () => {
    const scope = newScope();
    const first = await stocked(scope);
    const second = await stocked(scope, lineBySku.sku, first.variantId);
    const { standing } = await recordedOf(scope, lineBySku);
    expect(standing).toMatchObject({ status: 'cancelled', cancellationReason: 'ambiguous_sku' });
    const { rows } = await test.owner.query<{ cancellation_detail: string }>(
      'SELECT cancellation_detail FROM orders WHERE tenant_id = $1',
      [scope.tenantId],
    );
    const locations = [first.locationId, second.locationId].sort().join(', ');
    expect(rows[0]?.cancellation_detail).toContain(
      `several locations stock the SKU of its line: ${locations}`,
    );
    const named = { ...lineBySku, locationId: second.locationId };
    expect((await recordedOf(scope, named)).standing.status).toBe('pending');
  });

  it('a named location that does not stock the SKU → recorded as cancelled, out of stock', async () => {
    const scope = newScope();
    await stocked(scope);
    const { standing } = await recordedOf(scope, { ...lineBySku, locationId: randomUUID() });
    expect(standing).toMatchObject({ status: 'cancelled', cancellationReason: 'out_of_stock' });
  });

  it('a repeated record after the levels changed → the same order, with the lines of the first', async () => {
    const scope = newScope();
    const { variantId, locationId } = await stocked(scope);
    const order = await placeOrder(test.database, scope, { lines: [lineBySku] });
    await stocked(scope, lineBySku.sku, variantId);
    const again = await asCallersDo(() => recordOrder(test.database, order));
    expect(again.standing.status).toBe('pending');
    expect(await linesOf(order.orderId)).toMatchObject([{ variant_id: variantId, location_id: locationId }]);
  });

  it('in the edit of a draft → the same decision, and a refusal that changes nothing', async () => {
    const scope = newScope();
    const { variantId, locationId } = await stocked(scope);
    const draft = await placeOrder(test.database, scope, { isDraft: true });
    const edit = { type: 'edit', lines: [lineBySku] } as const;
    expect(await apply(test.database, draft, edit)).toMatchObject({ kind: 'applied' });
    expect(await linesOf(draft.orderId)).toMatchObject([{ variant_id: variantId, location_id: locationId }]);
    await stocked(scope, lineBySku.sku, variantId);
    const ambiguous = { type: 'edit', lines: [lineBySku, lineBySku] } as const;
    expect(await applyOrderCommand(test.database, changeOf(draft, ambiguous))).toMatchObject({
      ...{ kind: 'refused', code: 'INVALID_REQUEST' },
    });
    expect(await linesOf(draft.orderId)).toHaveLength(1);
  });

  it('the last unit, wanted by SKU and by variant at once → exactly one order gets it', async () => {
    const scope = newScope();
    const level = await stocked(scope);
    const { variantId, locationId } = level;
    const byVariant = { ...lineBySku, variantId, locationId };
    const lines = [lineBySku, byVariant].map((line) => ({ ...line, quantity: 5 }));
    const orders = await Promise.all(
      lines.map((line) => placeOrder(test.database, scope, { lines: [line] })),
    );
    const results = await Promise.all(
      orders.map((order) => asCallersDo(() => reserveStock(test.database, order, system))),
    );
    expect(results.map(({ kind }) => kind).sort()).toEqual(['out_of_stock', 'reserved']);
    expect(await findStockLevel(test.database, level)).toEqual({ onHand: 5, reserved: 5, available: 0 });
  });
});
