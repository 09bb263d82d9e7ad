import type { KnownVariant, NewOrder } from '@oms/domain';

export type ResolvedSkus =
  | { readonly kind: 'resolved'; readonly order: NewOrder }
  /** `unknown`: no variant has these SKUs. `ambiguous`: several variants have them. */
  | { readonly kind: 'unknown' | 'ambiguous'; readonly skus: readonly string[] };

/** The SKUs and the variants that must be looked up before the order is placed. */
export function variantsToFind({ lines }: NewOrder) {
  return {
    skus: lines.flatMap(({ variantId, sku }) => (variantId === undefined && sku !== undefined ? [sku] : [])),
    variantIds: lines.flatMap(({ variantId }) => variantId ?? []),
  };
}

/**
 * Completes lines by the catalogue: a line with only a SKU gets its variant, a line with only a variant gets its SKU. Titles that
 * the client left out, and whether the line has to be shipped, are the catalogue's.
 *
 * @param statesShipping for each line, whether the client said whether it has to be shipped
 */
export function resolveSkus(
  order: NewOrder,
  known: readonly KnownVariant[],
  statesShipping: readonly boolean[],
): ResolvedSkus {
  const { skus } = variantsToFind(order);
  const variantsOf = (sku: string): ReadonlySet<string> =>
    new Set(known.filter((variant) => variant.sku === sku).map(({ variantId }) => variantId));
  const unknown = skus.filter((sku) => variantsOf(sku).size === 0);
  if (unknown.length > 0) return { kind: 'unknown', skus: [...new Set(unknown)] };
  const ambiguous = skus.filter((sku) => variantsOf(sku).size > 1);
  if (ambiguous.length > 0) return { kind: 'ambiguous', skus: [...new Set(ambiguous)] };
  const lines = order.lines.map((line, index) => {
    const [variantId] = line.variantId === undefined ? variantsOf(line.sku ?? '') : [line.variantId];
    const ofVariant = known.filter((variant) => variant.variantId === variantId);
    const sold = ofVariant.find(({ productTitle }) => productTitle !== undefined);
    const sku = line.sku ?? ofVariant[0]?.sku;
    const { productTitle = sold?.productTitle, variantTitle = sold?.variantTitle } = line;
    const requiresShipping = statesShipping[index] === true ? undefined : sold?.requiresShipping;
    return {
      ...line,
      ...(variantId === undefined ? {} : { variantId }),
      ...(sku === undefined ? {} : { sku }),
      ...(productTitle === undefined ? {} : { productTitle }),
      ...(variantTitle === undefined ? {} : { variantTitle }),
      ...(requiresShipping === undefined ? {} : { requiresShipping }),
    };
  });
  return { kind: 'resolved', order: { ...order, lines } };
}
