import { randomUUID } from 'node:crypto';

import { createSalesClient } from '@oms/testing';
import { patient, useTestStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

describe('what a token permits on the Sales API', () => {
  const stack = useTestStack({ env: patient });

  const as = (role: string) => createSalesClient({ baseUrl: stack.gatewayUrl, token: stack.token({ role }) });
  const product = () => ({ title: 'Lamp', variants: [{ sku: randomUUID(), price: '1.00' }] });
  const forbidden = (permission: string) => ({
    status: 403,
    body: { error: `the token does not carry the permission ${permission}` },
  });

  it.each(['viewer', 'service'])('a %s reads products and invoices, and writes neither', async (role) => {
    const sales = as(role);
    for (const path of ['/products', '/invoices', '/payments']) {
      expect((await sales.get(path)).status, path).toBe(200);
    }
    expect(await sales.post('/products', product())).toMatchObject(forbidden('products:write'));
    expect(await sales.patch('/products/prod_1', { title: 'x' })).toMatchObject(forbidden('products:write'));
    expect(await sales.post('/products/prod_1/stock', {})).toMatchObject(forbidden('products:write'));
    expect(await sales.post('/invoices/inv_1/issue', {})).toMatchObject(forbidden('invoices:write'));
    expect(await sales.post('/invoices/inv_1/void', {})).toMatchObject(forbidden('invoices:write'));
    expect(await sales.post('/payments', {})).toMatchObject(forbidden('invoices:write'));
  });

  it('an order_manager writes both', async () => {
    const sales = as('order_manager');
    expect((await sales.post('/products', product())).status).toBe(201);
    expect((await sales.post('/payments', {})).status).toBe(400);
    expect((await sales.post('/invoices/inv_1/issue', {})).status).toBe(404);
  });
});
