import type { NewOrder } from '@oms/domain';

/** A variant of the catalogue, with its SKU if it has one. */
export interface KnownVariant {
  readonly variantId: string;
  readonly sku?: string;
}

export type ResolvedSkus =
  | { readonly kind: 'resolved'; readonly order: NewOrder }
  /** `unknown`: no variant has these SKUs. `ambiguous`: several variants have them. */
  | { readonly kind: 'unknown' | 'ambiguous'; readonly skus: readonly string[] };

/** The SKUs whose variants must be looked up before the order is placed, and the variants whose SKUs must be. */
export function variantsToFind({ lines }: NewOrder) {
  return {
    skus: lines.flatMap(({ variantId, sku }) => (variantId === undefined && sku !== undefined ? [sku] : [])),
    variantIds: lines.flatMap(({ variantId, sku }) =>
      variantId !== undefined && sku === undefined ? [variantId] : [],
    ),
  };
}

/** Completes lines: a line with only a SKU gets its variant, a line with only a variant gets its SKU. */
export function resolveSkus(order: NewOrder, known: readonly KnownVariant[]): ResolvedSkus {
  const { skus } = variantsToFind(order);
  const variantsOf = (sku: string): ReadonlySet<string> =>
    new Set(known.filter((variant) => variant.sku === sku).map(({ variantId }) => variantId));
  const unknown = skus.filter((sku) => variantsOf(sku).size === 0);
  if (unknown.length > 0) return { kind: 'unknown', skus: [...new Set(unknown)] };
  const ambiguous = skus.filter((sku) => variantsOf(sku).size > 1);
  if (ambiguous.length > 0) return { kind: 'ambiguous', skus: [...new Set(ambiguous)] };
  const lines = order.lines.map((line) => {
    const [variantId] = line.variantId === undefined ? variantsOf(line.sku ?? '') : [line.variantId];
    const sku = line.sku ?? known.find((variant) => variant.variantId === variantId)?.sku;
    return {
      ...line,
      ...(variantId === undefined ? {} : { variantId }),
      ...(sku === undefined ? {} : { sku }),
    };
  });
  return { kind: 'resolved', order: { ...order, lines } };
}
