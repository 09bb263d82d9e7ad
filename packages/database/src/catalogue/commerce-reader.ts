import type { KnownVariant, TenantScope } from '@oms/domain';

import type { Database } from '../kit/database.js';
import { present } from '../kit/present.js';

/** The Commerce API's reads beside orders. Every read is scoped to tenant and organisation. */
export interface CommerceReader {
  /**
   * The variants that have one of these SKUs or ids, by the catalogue and by what is stocked. Only those of the catalogue have
   * titles, and say whether they are shipped.
   */
  findVariants(
    scope: TenantScope,
    wanted: { readonly skus: readonly string[]; readonly variantIds: readonly string[] },
  ): Promise<readonly KnownVariant[]>;
  /** Of the newest shipment of each order that has one, by the order's id. */
  findTrackingNumbers(scope: TenantScope, orderIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

interface VariantRow {
  variant_id: string;
  sku: string | null;
  product_title: string | null;
  variant_title: string | null;
  requires_shipping: boolean | null;
}

/** Reads from PostgreSQL. */
export function createCommerceReader({ prisma }: Database): CommerceReader {
  return {
    async findVariants({ tenantId, orgId }, { skus, variantIds }) {
      if (skus.length === 0 && variantIds.length === 0) return [];
      // Separate branches, so that each finds its rows by an index.
      const rows = await prisma.$queryRaw<VariantRow[]>`
        WITH variants AS NOT MATERIALIZED (
          SELECT variant.id, variant.sku, product.title AS product_title, variant.title AS variant_title, variant.requires_shipping
          FROM product_variants variant JOIN products product
            ON (product.tenant_id, product.org_id, product.id) = (variant.tenant_id, variant.org_id, variant.product_id)
          WHERE variant.tenant_id = ${tenantId}::uuid AND variant.org_id = ${orgId}::uuid
        )
        SELECT variant_id, sku, NULL AS product_title, NULL AS variant_title, NULL::boolean AS requires_shipping FROM inventory_levels
        WHERE tenant_id = ${tenantId}::uuid AND org_id = ${orgId}::uuid AND sku = ANY (${[...skus]})
        UNION SELECT variant_id, sku, NULL, NULL, NULL FROM inventory_levels
        WHERE tenant_id = ${tenantId}::uuid AND org_id = ${orgId}::uuid AND variant_id = ANY (${[...variantIds]}::uuid[])
        UNION SELECT * FROM variants WHERE sku = ANY (${[...skus]})
        UNION SELECT * FROM variants WHERE id = ANY (${[...variantIds]}::uuid[])`;
      return rows.map((row) => ({
        variantId: row.variant_id,
        ...present('sku', row.sku),
        ...present('productTitle', row.product_title),
        ...present('variantTitle', row.variant_title),
        ...present('requiresShipping', row.requires_shipping),
      }));
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
