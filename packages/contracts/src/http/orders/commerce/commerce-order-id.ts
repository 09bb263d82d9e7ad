import { pathId } from '../../kit/path-parameters.js';
import { fault } from '../../kit/parse-request.js';
import { customerKeyOf, customerPattern, type CustomerKey } from '../../kit/prefixed-ids.js';
import { typeIdOf, typeIdPattern, uuidOfTypeId } from '../../kit/type-id.js';
import { isUuid, uuidPattern } from '../../kit/uuid-schema.js';
import { z } from 'zod';

const prefix = 'ord';

/** What the id of an order looks like in the Commerce API. */
export const commerceOrderIdPattern = typeIdPattern(prefix);

/** The id of an order as the Commerce API shows it. */
export const commerceOrderId = (uuid: string): string => typeIdOf(prefix, uuid);

/** The UUID of an order that the Commerce API names so; `undefined` where it names none. */
export const orderIdOfCommerce = (text: string | undefined): string | undefined =>
  uuidOfTypeId(prefix, text ?? '');

/** The id of an order in a path of the Commerce API; the order's UUID once it is parsed. */
export const commerceOrderPathId = pathId(
  'order',
  'As it was answered, such as `ord_…`.',
  commerceOrderIdPattern,
  orderIdOfCommerce,
);

const wantedCustomer = 'must be a customer id: a UUID, or one such as cust_01J9RPMNVK4W';

/** A customer's id as a client sends it: that of the Orders API or that of the Sales API. */
export const commerceCustomerId = z
  .string({ error: fault(wantedCustomer) })
  .regex(new RegExp(`${customerPattern.source}|${uuidPattern.source}`), { error: wantedCustomer });

/** The customer whom such an id names. */
export function commerceCustomerOf(tenantId: string, text: string): CustomerKey {
  return isUuid(text) ? { customerId: text.toLowerCase() } : customerKeyOf(tenantId, text);
}
