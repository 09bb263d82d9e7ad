import { isDatabaseAway, type CommerceReader } from '@oms/database';
import type { TenantScope } from '@oms/domain';

import { createRemembered } from '../../remembered.js';

type Variants = Awaited<ReturnType<CommerceReader['findVariants']>>;

/**
 * Finds variants while the database is away, as they were found shortly before: orders of SKUs that are ordered all the
 * time are accepted on. Which variant a SKU meant is decided here; whether there is stock, by the order itself, later.
 * An order that names a SKU which is not remembered fails with what stood in the way.
 */
export function rememberVariants(
  reader: CommerceReader,
  { awayMs, nowMs }: { readonly awayMs: number; readonly nowMs: () => number },
): CommerceReader {
  const bySku = createRemembered<Variants>(nowMs);
  const keyOf = ({ tenantId, orgId }: TenantScope, sku: string): string => `${tenantId}/${orgId}/${sku}`;
  return {
    ...reader,
    async findVariants(scope, wanted) {
      try {
        const found = await reader.findVariants(scope, wanted);
        for (const sku of wanted.skus) {
          const variants = found.filter((variant) => variant.sku === sku);
          if (variants.length > 0) bySku.set(keyOf(scope, sku), variants);
          else bySku.forget(keyOf(scope, sku));
        }
        return found;
      } catch (error) {
        if (!isDatabaseAway(error)) throw error;
        const known = wanted.skus.map((sku) => bySku.get(keyOf(scope, sku), awayMs));
        if (known.includes(undefined)) throw error;
        return known.flatMap((variants) => variants ?? []);
      }
    },
  };
}
