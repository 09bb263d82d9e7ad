import { isDatabaseAway, type CommerceReader } from '@oms/database';
import type { TenantScope } from '@oms/domain';

import { createRemembered } from '../../remembered.js';

type Variants = Awaited<ReturnType<CommerceReader['findVariants']>>;

/**
 * Wraps a reader to find recently found variants again while the database is away, so that orders of common SKUs are
 * still accepted. Only the variant of a SKU is decided here; the order reserves its stock later. For a SKU without a
 * recent lookup, the error of the database is thrown.
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
