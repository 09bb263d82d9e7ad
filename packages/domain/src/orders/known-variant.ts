/** A variant that orders can name, with its SKU if it has one. A variant that is only stocked has no words. */
export interface KnownVariant {
  readonly variantId: string;
  readonly sku?: string;
  readonly productTitle?: string;
  readonly variantTitle?: string;
  readonly requiresShipping?: boolean;
}
