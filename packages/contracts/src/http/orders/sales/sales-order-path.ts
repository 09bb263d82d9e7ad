import { pathId } from '../../kit/path-parameters.js';
import { IdPrefix, orderIdOfSales } from '../../kit/prefixed-ids.js';
import { typeIdPattern } from '../../kit/type-id.js';

/** The id of an order in a path of the Sales API; the order's UUID once it is parsed. */
export const salesOrderPathId = pathId(
  'order',
  'The order’s id: `so_…`.',
  typeIdPattern(IdPrefix.Order),
  orderIdOfSales,
);
