import { v5 as uuidV5 } from 'uuid';
import { z } from 'zod';

import { fault } from './parse-request.js';
import { typeIdOf, typeIdPattern, uuidOfTypeId } from './type-id.js';

/** The prefixes of the Sales API's ids. */
export const IdPrefix = {
  Order: 'so',
  Item: 'soi',
  Customer: 'cust',
  Product: 'prod',
  Variant: 'var',
  Invoice: 'inv',
  CreditNote: 'cn',
  Payment: 'pay',
} as const;

/** The namespace of the UUIDs that are derived from clients' own customer ids (RFC 9562 §5.5). */
const customerNamespace = '4b8f8a52-5f0e-5c1f-9d46-0f1f4a6a2c77';

/** The form of a customer's id. */
export const customerPattern = /^cust_[0-9A-Za-z]{1,64}$/;
/** The form of a product's id. A database constraint requires it too. */
export const productPattern = /^prod_[0-9A-Za-z]{1,64}$/;

const wantedCustomer = 'must be a customer id, such as cust_01J9RPMNVK4W';
const wantedProduct = 'must be a product id, such as prod_01JM5XQVZ3K7';
const wantedVariant = 'must be a variant id, as the product shows it';

/** The schema of a customer's id. */
export const customerIdSchema = z
  .string({ error: fault(wantedCustomer) })
  .regex(customerPattern, { error: wantedCustomer });

/** The schema of a product's id, which is stored unchanged. */
export const productIdSchema = z
  .string({ error: fault(wantedProduct) })
  .regex(productPattern, { error: wantedProduct });

/** The schema of a variant's id. */
export const variantIdSchema = z
  .string({ error: fault(wantedVariant) })
  .regex(typeIdPattern(IdPrefix.Variant), { error: wantedVariant });

/**
 * A customer as orders store it: a UUID that all APIs share, and the client's own id if that is not a TypeID of this
 * UUID.
 */
export interface CustomerKey {
  readonly customerId: string;
  readonly customerRef?: string;
}

/**
 * Converts a prefixed customer id. A TypeID stands for the UUID in it. Any other id stands for a UUID derived from
 * tenant and id, so that equal ids of a tenant give equal UUIDs.
 */
export function customerKeyOf(tenantId: string, text: string): CustomerKey {
  const uuid = uuidOfTypeId(IdPrefix.Customer, text);
  if (uuid !== undefined) return { customerId: uuid };
  return { customerId: uuidV5(`${tenantId}/${text}`, customerNamespace), customerRef: text };
}

/** A customer's id on the Sales API: the client's own, or else the TypeID of the UUID. */
export function renderCustomerId({ customerId, customerRef }: Partial<CustomerKey>): string | null {
  if (customerRef !== undefined) return customerRef;
  return customerId === undefined ? null : typeIdOf(IdPrefix.Customer, customerId);
}

/** An order's id on the Sales API: the TypeID of its UUID. */
export const salesOrderId = (uuid: string): string => typeIdOf(IdPrefix.Order, uuid);

/** The product id in a path of the Sales API; `undefined` for a text that cannot be one. */
export const productIdOfSales = (text: string | undefined): string | undefined =>
  text !== undefined && productPattern.test(text) ? text : undefined;

/** The UUID of an order, from its id on the Sales API; `undefined` for a text that is not such an id. */
export const orderIdOfSales = (text: string | undefined): string | undefined =>
  uuidOfTypeId(IdPrefix.Order, text ?? '');
