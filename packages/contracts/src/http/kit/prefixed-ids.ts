import { v5 as uuidV5 } from 'uuid';
import { z } from 'zod';

import { fault } from './parse-request.js';
import { typeIdOf, typeIdPattern, uuidOfTypeId } from './type-id.js';

/** What the Sales API's ids begin with. */
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

/** The namespace of customers that have ids of their own making (RFC 9562 §5.5). */
const customerNamespace = '4b8f8a52-5f0e-5c1f-9d46-0f1f4a6a2c77';

/** What a customer's id looks like. */
export const customerPattern = /^cust_[0-9A-Za-z]{1,64}$/;
/** What a product's id looks like: the database takes no other. */
export const productPattern = /^prod_[0-9A-Za-z]{1,64}$/;

const wantedCustomer = 'must be a customer id, such as cust_01J9RPMNVK4W';
const wantedProduct = 'must be a product id, such as prod_01JM5XQVZ3K7';
const wantedVariant = 'must be a variant id, as the product shows it';

/** A customer's id as a client sends it. */
export const customerIdSchema = z
  .string({ error: fault(wantedCustomer) })
  .regex(customerPattern, { error: wantedCustomer });

/** A product's id as a client sends it. It is kept as it is. */
export const productIdSchema = z
  .string({ error: fault(wantedProduct) })
  .regex(productPattern, { error: wantedProduct });

/** A variant's id as a client sends it. */
export const variantIdSchema = z
  .string({ error: fault(wantedVariant) })
  .regex(typeIdPattern(IdPrefix.Variant), { error: wantedVariant });

/** A customer as orders keep them: an id that all APIs share, and the client's own words where those are another. */
export interface CustomerKey {
  readonly customerId: string;
  readonly customerRef?: string;
}

/**
 * The customer that a prefixed id names. A TypeID is the UUID that it stands for; any other id stands for a UUID that
 * is made from it, always the same one for a tenant.
 */
export function customerKeyOf(tenantId: string, text: string): CustomerKey {
  const uuid = uuidOfTypeId(IdPrefix.Customer, text);
  if (uuid !== undefined) return { customerId: uuid };
  return { customerId: uuidV5(`${tenantId}/${text}`, customerNamespace), customerRef: text };
}

/** A customer's id as the Sales API shows it: the client's own, or the TypeID of the UUID. */
export function renderCustomerId({ customerId, customerRef }: Partial<CustomerKey>): string | null {
  if (customerRef !== undefined) return customerRef;
  return customerId === undefined ? null : typeIdOf(IdPrefix.Customer, customerId);
}

/** The id of an order as the Sales API shows it. */
export const salesOrderId = (uuid: string): string => typeIdOf(IdPrefix.Order, uuid);

/** The id of a product that a path names; `undefined` where the text cannot be any product's. */
export const productIdOfSales = (text: string | undefined): string | undefined =>
  text !== undefined && productPattern.test(text) ? text : undefined;

/** The UUID of an order that the Sales API names so; `undefined` where it names none. */
export const orderIdOfSales = (text: string | undefined): string | undefined =>
  uuidOfTypeId(IdPrefix.Order, text ?? '');
