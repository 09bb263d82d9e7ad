import { randomUUID } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { typeIdOf } from './type-id.js';
import { customerIdSchema, customerKeyOf, renderCustomerId } from './prefixed-ids.js';

const tenantId = randomUUID();

describe("a customer's id", () => {
  it('that is a TypeID is the UUID that it stands for, whatever the tenant', () => {
    const uuid = randomUUID();
    const key = customerKeyOf(tenantId, typeIdOf('cust', uuid));
    expect(key).toEqual({ customerId: uuid });
    expect(renderCustomerId(key)).toBe(typeIdOf('cust', uuid));
  });

  it('of any other making always stands for the same UUID in a tenant, and is given back as it was', () => {
    const key = customerKeyOf(tenantId, 'cust_01J9RPMNVK4W');
    expect(key).toEqual(customerKeyOf(tenantId, 'cust_01J9RPMNVK4W'));
    expect(key.customerId).not.toBe(customerKeyOf(randomUUID(), 'cust_01J9RPMNVK4W').customerId);
    expect(key.customerId).not.toBe(customerKeyOf(tenantId, 'cust_01j9rpmnvk4w').customerId);
    expect(renderCustomerId(key)).toBe('cust_01J9RPMNVK4W');
  });

  it.each(['cust_', 'cust_a-b', `cust_${'a'.repeat(65)}`, 'prod_1', '', 7])('is not %j', (text) => {
    expect(customerIdSchema.safeParse(text).success).toBe(false);
  });
});
