import { fault } from '../parse-request.js';
import { customerKeyOf, type CustomerKey } from '../sales/prefixed-ids.js';
import { typeIdOf, uuidOfTypeId } from '../type-id.js';
import { isUuid } from '../uuid-schema.js';
import { z } from 'zod';

const prefix = 'ord';

/** The id of an order as the Commerce API shows it. */
export const commerceOrderId = (uuid: string): string => typeIdOf(prefix, uuid);

/** The UUID of an order that the Commerce API names so; `undefined` where it names none. */
export const orderIdOfCommerce = (text: string | undefined): string | undefined =>
  uuidOfTypeId(prefix, text ?? '');

const wantedCustomer = 'must be a customer id: a UUID, or one such as cust_01J9RPMNVK4W';

/** A customer's id as a client sends it: that of the Orders API or that of the Sales API. */
export const commerceCustomerId = z
  .string({ error: fault(wantedCustomer) })
  .refine((text) => isUuid(text) || /^cust_[0-9A-Za-z]{1,64}$/.test(text), { error: wantedCustomer });

/** The customer whom such an id names. */
export function commerceCustomerOf(tenantId: string, text: string): CustomerKey {
  return isUuid(text) ? { customerId: text.toLowerCase() } : customerKeyOf(tenantId, text);
}
