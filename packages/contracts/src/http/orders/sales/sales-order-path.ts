import { pathId } from '../../kit/path-parameters.js';
import { IdPrefix, orderIdOfSales } from '../../kit/prefixed-ids.js';
import { typeIdPattern } from '../../kit/type-id.js';

/** The id of an order in a path of the Sales API. Parsing converts it to the order's UUID. */
export const salesOrderPathId = pathId(
  'order',
  'The order’s id: `so_…`.',
  typeIdPattern(IdPrefix.Order),
  orderIdOfSales,
);
