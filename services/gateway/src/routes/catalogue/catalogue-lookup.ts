import { productIdsOf, type SalesLineItem } from '@oms/contracts/http';
import type { CatalogueReader, Product } from '@oms/database';
import type { TenantScope } from '@oms/domain';

/** Finds the products that lines name. Unknown ones are absent from the result. */
export function productsOf(
  catalogue: CatalogueReader,
  scope: TenantScope,
  items: readonly SalesLineItem[],
): Promise<readonly Product[]> {
  return catalogue.findProducts(scope, productIdsOf(items));
}
