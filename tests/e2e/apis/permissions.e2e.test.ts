import { randomUUID } from 'node:crypto';

import { changeAsClientsDo, confirmedOrder, createSalesClient } from '@oms/testing';
import { useSharedStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

describe('the permissions of a token on the Sales API', () => {
  const stack = useSharedStack();

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

  it.each(['viewer', 'operator', 'service'])(
    'a %s cannot refund, cancel units or decide about returns',
    async (role) => {
      const { id } = await confirmedOrder(stack);
      const path = `/api/v1/oms/orders/${id}`;
      const api = stack.apiAs({ role });
      expect(await api.request('POST', `${path}/refunds`, { amount: '1.00' })).toMatchObject(
        forbidden('refunds:write'),
      );
      expect(await api.request('POST', `${path}/cancellations`, {})).toMatchObject(
        forbidden('refunds:write'),
      );
      for (const step of ['approve', 'decline', 'receive']) {
        expect(await api.request('POST', `${path}/returns/${randomUUID()}/${step}`)).toMatchObject(
          forbidden('returns:write'),
        );
      }
      expect((await stack.api.request('GET', `${path}/refunds`)).body).toEqual({ refunds: [] });
    },
  );

  it('a service requests returns, and may do the rest with single permissions in its token', async () => {
    const { id, order } = await confirmedOrder(stack);
    const path = `/api/v1/oms/orders/${id}`;
    const plain = stack.apiAs({ role: 'service' });
    const trusted = stack.apiAs({ role: 'service', permissions: ['refunds:write', 'returns:write'] });
    const parcel = await changeAsClientsDo(plain, `${path}/fulfillments`, {
      carrier: 'UPS',
      tracking_number: '1Z9',
    });
    await changeAsClientsDo(plain, `${path}/fulfillments/${String(parcel.body['id'])}/deliver`);
    const items = [{ item_id: order.items[0]?.id, quantity: 1 }];
    const asked = await changeAsClientsDo(plain, `${path}/returns`, { items });
    const one = `${path}/returns/${String(asked.body['id'])}`;
    expect(await plain.request('POST', `${one}/approve`)).toMatchObject(forbidden('returns:write'));
    await changeAsClientsDo(trusted, `${one}/approve`);
    await changeAsClientsDo(trusted, `${one}/receive`);
    const amount = { amount: '1.00' };
    expect(await plain.request('POST', `${path}/refunds`, amount)).toMatchObject(forbidden('refunds:write'));
    await changeAsClientsDo(trusted, `${path}/refunds`, amount);
    expect((await stack.api.request('GET', `${path}/refunds`)).body).toMatchObject({ refunds: [amount] });
  });

  it('an order_manager writes both', async () => {
    const sales = as('order_manager');
    expect((await sales.post('/products', product())).status).toBe(201);
    expect((await sales.post('/payments', {})).status).toBe(400);
    expect((await sales.post('/invoices/inv_1/issue', {})).status).toBe(404);
  });
});
