import type { TenantScope } from '@oms/domain';

import type { Database } from '../kit/database.js';
import type { Prisma } from '../generated/client.js';
import { olderThan } from '../kit/older-than.js';
import { present } from '../kit/present.js';

/** A variant of a product. Amounts in minor units of the product's currency. */
export interface ProductVariant {
  readonly id: string;
  readonly title?: string;
  readonly sku?: string;
  readonly priceMinor: number;
  readonly requiresShipping: boolean;
  /** Units that are on hand and not reserved, at all locations together. */
  readonly available: number;
}

/** A product of the catalogue. */
export interface Product {
  readonly id: string;
  readonly title: string;
  readonly description?: string;
  readonly currency: string;
  readonly currencyExponent: number;
  readonly variants: readonly ProductVariant[];
  /** ISO 8601 in UTC. */
  readonly createdAt: string;
}

/** The gateway's reads of the catalogue. Every read is scoped: another tenant's product is not found. */
export interface CatalogueReader {
  /** Leaves out unknown ids; in no order. */
  findProducts(scope: TenantScope, ids: readonly string[]): Promise<readonly Product[]>;
  /** Newest first. */
  listProducts(
    scope: TenantScope,
    query: {
      readonly limit: number;
      /** The last product of the page before. */
      readonly after?: Pick<Product, 'createdAt' | 'id'>;
    },
  ): Promise<{ readonly products: readonly Product[]; readonly hasMore: boolean }>;
}

const withVariants = { variants: { orderBy: { position: 'asc' } } } as const satisfies Prisma.ProductInclude;
type ProductRow = Prisma.ProductGetPayload<{ include: typeof withVariants }>;

/** Reads the catalogue from PostgreSQL. */
export function createCatalogueReader({ prisma }: Database): CatalogueReader {
  const complete = async (scope: TenantScope, rows: readonly ProductRow[]): Promise<Product[]> => {
    const ids = rows.flatMap(({ variants }) => variants.map(({ id }) => id));
    const levels = await prisma.inventoryLevel.groupBy({
      by: ['variantId'],
      where: { tenantId: scope.tenantId, orgId: scope.orgId, variantId: { in: ids } },
      _sum: { onHand: true, reserved: true },
    });
    const available = new Map(
      levels.map(({ variantId, _sum }) => [
        variantId,
        Number(_sum.onHand ?? 0n) - Number(_sum.reserved ?? 0n),
      ]),
    );
    return rows.map((row) => toProduct(row, available));
  };
  return {
    async findProducts({ tenantId, orgId }, ids) {
      const where = { tenantId, orgId, id: { in: [...ids] } };
      return complete({ tenantId, orgId }, await prisma.product.findMany({ where, include: withVariants }));
    },
    async listProducts({ tenantId, orgId }, { limit, after }) {
      const rows = await prisma.product.findMany({
        where: { tenantId, orgId, ...(after ? olderThan('createdAt', after.createdAt, after.id) : {}) },
        include: withVariants,
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit + 1,
      });
      const products = await complete({ tenantId, orgId }, rows.slice(0, limit));
      return { products, hasMore: rows.length > limit };
    },
  };
}

function toProduct(row: ProductRow, available: ReadonlyMap<string, number>): Product {
  return {
    ...{ id: row.id, title: row.title, createdAt: row.createdAt.toISOString() },
    ...{ currency: row.currency, currencyExponent: row.currencyExponent },
    ...present('description', row.description),
    variants: row.variants.map((variant) => ({
      id: variant.id,
      priceMinor: Number(variant.priceMinor),
      requiresShipping: variant.requiresShipping,
      available: available.get(variant.id) ?? 0,
      ...present('title', variant.title),
      ...present('sku', variant.sku),
    })),
  };
}
