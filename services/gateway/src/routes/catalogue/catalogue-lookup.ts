import { productIdsOf, type SalesLineItem } from '@oms/contracts/http';
import type { CatalogueReader, Product } from '@oms/database';
import type { TenantScope } from '@oms/domain';

/** The products that lines name, as far as there are such. */
export function productsOf(
  catalogue: CatalogueReader,
  scope: TenantScope,
  items: readonly SalesLineItem[],
): Promise<readonly Product[]> {
  return catalogue.findProducts(scope, productIdsOf(items));
}
