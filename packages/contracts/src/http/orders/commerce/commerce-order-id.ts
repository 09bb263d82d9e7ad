import { pathId } from '../../kit/path-parameters.js';
import { fault } from '../../kit/parse-request.js';
import { customerKeyOf, customerPattern, type CustomerKey } from '../../kit/prefixed-ids.js';
import { typeIdOf, typeIdPattern, uuidOfTypeId } from '../../kit/type-id.js';
import { isUuid, uuidPattern } from '../../kit/uuid-schema.js';
import { z } from 'zod';

const prefix = 'ord';

/** The form of an order's id on the Commerce API. */
export const commerceOrderIdPattern = typeIdPattern(prefix);

/** An order's id on the Commerce API: the TypeID of its UUID. */
export const commerceOrderId = (uuid: string): string => typeIdOf(prefix, uuid);

/** The UUID of an order, from its id on the Commerce API; `undefined` for a text that is not such an id. */
export const orderIdOfCommerce = (text: string | undefined): string | undefined =>
  uuidOfTypeId(prefix, text ?? '');

/** The id of an order in a path of the Commerce API. Parsing converts it to the order's UUID. */
export const commerceOrderPathId = pathId(
  'order',
  'As it was answered, such as `ord_…`.',
  commerceOrderIdPattern,
  orderIdOfCommerce,
);

const wantedCustomer = 'must be a customer id: a UUID, or one such as cust_01J9RPMNVK4W';

/** The schema of a customer's id, in the form of the Orders API or of the Sales API. */
export const commerceCustomerId = z
  .string({ error: fault(wantedCustomer) })
  .regex(new RegExp(`${customerPattern.source}|${uuidPattern.source}`), { error: wantedCustomer });

/** Converts a customer's id of either form. */
export function commerceCustomerOf(tenantId: string, text: string): CustomerKey {
  return isUuid(text) ? { customerId: text.toLowerCase() } : customerKeyOf(tenantId, text);
}
