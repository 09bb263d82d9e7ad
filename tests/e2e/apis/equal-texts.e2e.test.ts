import { randomUUID } from 'node:crypto';

import { commerceOrderBody, orderBody } from '@oms/testing';
import { useCommerceClient, useSalesClient, useSharedStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

// "Ü" as one character, and as "U" with a combining diaeresis and spaces around it.
const composed = (text: string) => `\u00dc-${text}`;
const decomposed = (text: string) => ` U\u0308-${text} `;

describe('a text that identifies something, in two spellings', () => {
  const stack = useSharedStack();
  const sales = useSalesClient(stack);
  const commerce = useCommerceClient(stack);
  const productOf = (sku: string) => ({
    title: 'Lamp',
    variants: [{ sku, price: '10.00', stock_quantity: 5 }],
  });

  it('external_id → one order of all APIs, found by either spelling', async () => {
    const id = randomUUID();
    const { body: product } = await sales.post('/products', productOf(`SKU-${id}`));
    const order = { customer_id: 'cust_1', line_items: [{ product_id: product['id'], quantity: 1 }] };
    const first = await sales.post('/orders', { ...order, external_id: decomposed(id) });
    expect(first).toMatchObject({ status: 201, body: { external_id: composed(id) } });
    const inUse = { status: 422, body: { code: 'EXTERNAL_ID_IN_USE' } };
    expect(await sales.post('/orders', { ...order, external_id: composed(id) })).toMatchObject(inUse);
    const items = { external_id: composed(id) };
    expect(await commerce.post(commerceOrderBody(`SKU-${id}`, items))).toMatchObject(inUse);
    const { body: placed } = await stack.api.placeOrder(orderBody({ external_id: decomposed(id) }));
    const ended = await stack.orderReaching(placed.order_id, ['cancelled']);
    expect(ended).toMatchObject({ cancellation_reason: 'external_id_in_use', external_id: composed(id) });
    for (const spelling of [composed(id), decomposed(id)]) {
      const { body } = await stack.api.listOrders(
        `?status=draft&external_id=${encodeURIComponent(spelling)}`,
      );
      expect(body.orders).toHaveLength(1);
    }
  });

  it('SKU → one variant, which an order finds by either spelling', async () => {
    const sku = randomUUID();
    expect(await sales.post('/products', productOf(composed(sku)))).toMatchObject({ status: 201 });
    expect(await sales.post('/products', productOf(decomposed(sku)))).toMatchObject({
      ...{ status: 422, body: { error: expect.stringContaining(`SKU ${composed(sku)}`) as string } },
    });
    for (const spelling of [composed(sku), decomposed(sku)]) {
      expect(await commerce.post(commerceOrderBody(spelling))).toMatchObject({ status: 201 });
    }
  });

  it('idempotency_key → one order, and spaces alone are no key', async () => {
    const key = randomUUID();
    const body = orderBody({ idempotency_key: composed(key) });
    const first = await stack.api.placeOrder(body);
    const again = await stack.api.placeOrder({ ...body, idempotency_key: decomposed(key) });
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.body.order_id).toBe(first.body.order_id);
    expect(await stack.api.placeOrder(orderBody({ idempotency_key: ' ' }))).toMatchObject({
      status: 400,
      body: { error: 'idempotency_key must not be empty', field: 'idempotency_key' },
    });
  });
});
