import type { StockedSku, TenantScope } from '@oms/domain';

import type { Database } from '../kit/database.js';
import type { Queries } from '../kit/queries.js';

/** The gateway's reads of stock. Every read is scoped to tenant and organisation. */
export interface StockReader {
  /** All levels of variants that have one of these SKUs, also levels without units. */
  findStockedSkus(scope: TenantScope, skus: readonly string[]): Promise<readonly StockedSku[]>;
}

/** Reads stock from PostgreSQL. */
export function createStockReader({ prisma }: Database): StockReader {
  return { findStockedSkus: (scope, skus) => readStockedSkus(prisma, scope, skus) };
}

/** The same with any queries. A variant has its SKU by the catalogue, or by its own levels. */
export async function readStockedSkus(
  queries: Queries,
  { tenantId, orgId }: TenantScope,
  skus: readonly string[],
): Promise<readonly StockedSku[]> {
  if (skus.length === 0) return [];
  const rows = await queries.$queryRaw<{ sku: string; variant_id: string; location_id: string }[]>`
    SELECT sku, variant_id, location_id FROM inventory_levels
    WHERE tenant_id = ${tenantId}::uuid AND org_id = ${orgId}::uuid AND sku = ANY (${[...skus]})
    UNION SELECT variant.sku, level.variant_id, level.location_id
    FROM product_variants variant JOIN inventory_levels level
      ON (level.tenant_id, level.org_id, level.variant_id) = (variant.tenant_id, variant.org_id, variant.id)
    WHERE variant.tenant_id = ${tenantId}::uuid AND variant.org_id = ${orgId}::uuid AND variant.sku = ANY (${[...skus]})`;
  return rows.map(({ sku, variant_id, location_id }) => ({
    sku,
    variantId: variant_id,
    locationId: location_id,
  }));
}
