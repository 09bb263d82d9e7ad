import { productIdsOf, UnknownProductError, type SalesLineItem } from '@oms/contracts/http';
import type { CatalogueReader, Product } from '@oms/database';
import type { TenantScope } from '@oms/domain';

import { HttpError } from '../../http/http-error.js';

/** The products that lines name, as far as there are such. */
export function productsOf(
  catalogue: CatalogueReader,
  scope: TenantScope,
  items: readonly SalesLineItem[],
): Promise<readonly Product[]> {
  return catalogue.findProducts(scope, productIdsOf(items));
}

/** @throws HttpError 422 where a line names what the catalogue does not have */
export function withKnownProducts<Result>(make: () => Result): Result {
  try {
    return make();
  } catch (error) {
    if (error instanceof UnknownProductError) throw new HttpError(422, error.message);
    throw error;
  }
}
