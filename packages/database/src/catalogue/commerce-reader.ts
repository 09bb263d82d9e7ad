import type { TenantScope } from '@oms/domain';

import type { Database } from '../kit/database.js';
import { present } from '../kit/present.js';

/** The Commerce API's reads beside orders. Every read is scoped to tenant and organisation. */
export interface CommerceReader {
  /** The variants that have one of these SKUs or ids, by the catalogue and by what is stocked. */
  findVariants(
    scope: TenantScope,
    wanted: { readonly skus: readonly string[]; readonly variantIds: readonly string[] },
  ): Promise<readonly { readonly variantId: string; readonly sku?: string }[]>;
  /** Of the newest shipment of each order that has one, by the order's id. */
  findTrackingNumbers(scope: TenantScope, orderIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/** Reads from PostgreSQL. */
export function createCommerceReader({ prisma }: Database): CommerceReader {
  return {
    async findVariants({ tenantId, orgId }, { skus, variantIds }) {
      if (skus.length === 0 && variantIds.length === 0) return [];
      const rows = await prisma.$queryRaw<{ variant_id: string; sku: string | null }[]>`
        SELECT variant_id, sku FROM inventory_levels
        WHERE tenant_id = ${tenantId}::uuid AND org_id = ${orgId}::uuid AND sku = ANY (${[...skus]})
        UNION SELECT variant_id, sku FROM inventory_levels
        WHERE tenant_id = ${tenantId}::uuid AND org_id = ${orgId}::uuid AND variant_id = ANY (${[...variantIds]}::uuid[])
        UNION SELECT id, sku FROM product_variants
        WHERE tenant_id = ${tenantId}::uuid AND org_id = ${orgId}::uuid AND sku = ANY (${[...skus]})
        UNION SELECT id, sku FROM product_variants
        WHERE tenant_id = ${tenantId}::uuid AND org_id = ${orgId}::uuid AND id = ANY (${[...variantIds]}::uuid[])`;
      return rows.map(({ variant_id, sku }) => ({ variantId: variant_id, ...present('sku', sku) }));
    },
    async findTrackingNumbers({ tenantId, orgId }, orderIds) {
      if (orderIds.length === 0) return new Map();
      const rows = await prisma.$queryRaw<{ order_id: string; tracking_number: string }[]>`
        SELECT DISTINCT ON (order_id) order_id, tracking_number
        FROM shipments JOIN orders ON orders.id = shipments.order_id
        WHERE order_id = ANY (${[...orderIds]}::uuid[]) AND tracking_number IS NOT NULL AND shipments.cancelled_at IS NULL
          AND tenant_id = ${tenantId}::uuid AND org_id = ${orgId}::uuid
        ORDER BY order_id, ordinal DESC`;
      return new Map(rows.map(({ order_id, tracking_number }) => [order_id, tracking_number]));
    },
  };
}
