import { pathId } from '../kit/path-parameters.js';
import { IdPrefix } from '../kit/prefixed-ids.js';
import { typeIdPattern, uuidOfTypeId } from '../kit/type-id.js';

/** The id of an invoice in a path. Parsing converts it to the invoice's UUID. */
export const invoicePathId = pathId(
  'invoice',
  'The invoice’s id: `inv_…`.',
  typeIdPattern(IdPrefix.Invoice),
  (text) => uuidOfTypeId(IdPrefix.Invoice, text),
);
