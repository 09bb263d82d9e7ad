import { pathId } from '../kit/path-parameters.js';
import { productIdOfSales, productPattern } from '../kit/prefixed-ids.js';

/** The id of a product in a path. */
export const productPathId = pathId(
  'product',
  'The product’s id: `prod_…`.',
  productPattern,
  productIdOfSales,
);
