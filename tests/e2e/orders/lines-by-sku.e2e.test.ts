import { randomUUID } from 'node:crypto';

import { receiveStock } from '@oms/database';
import { eventually } from '@oms/stack';
import {
  commerceOrderBody,
  orderBody,
  orderBodyTotalMinor,
  orderItem,
  orderRequests,
  remainingImbalances,
  stockOf,
} from '@oms/testing';
import { useCommerceClient, useSalesClient, useSharedStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

const ended = ['confirmed', 'cancelled'];

describe('lines that name only a SKU', () => {
  const stack = useSharedStack();
  const sales = useSalesClient(stack);
  const commerce = useCommerceClient(stack);
  const requests = orderRequests(stack);

  /** The body of an order with one line of 2 × 89.99 USD, by SKU. */
  const bySku = async (sku: string, line: object = {}, key: string = randomUUID()) =>
    orderBody({
      idempotency_key: key,
      payment_reference: await stack.simulator.authorization(orderBodyTotalMinor),
      items: [orderItem({ sku, ...line })],
    });

  async function ordered(body: object) {
    const { status, body: placed } = await stack.api.placeOrder(body);
    expect(status).toBe(201);
    return stack.orderReaching(placed.order_id, ended);
  }

  const newOrdersOf = async (external_id: string) =>
    (await stack.api.listOrders(`?external_id=${external_id}`)).body.orders;

  describe('on the Orders API', () => {
    it('one location → reserved there, shown with variant and location, and shipped, cancelled and restocked by unit', async () => {
      const { sku, variantId, locationIds } = await commerce.stocked(5);
      const level = { variant_id: variantId, location_id: locationIds[0] ?? '' };
      const order = await ordered(await bySku(sku));
      expect(order).toMatchObject({
        status: 'confirmed',
        items: [{ sku, variant_id: variantId, location_id: locationIds[0], quantity: 2 }],
      });
      expect(await stockOf(stack, level)).toEqual({ onHand: 5, reserved: 2 });
      const lineId = String(order.items[0]?.['id']);
      const one = { items: [{ item_id: lineId, quantity: 1 }] };
      await requests.change(order.id, '/cancellations', { ...one, reason: 'one too many' });
      expect(await stockOf(stack, level)).toEqual({ onHand: 5, reserved: 1 });
      const shipment = await requests.change(order.id, '/fulfillments', {
        ...one,
        tracking_number: '1Z',
        carrier: 'UPS',
      });
      expect(await stockOf(stack, level)).toEqual({ onHand: 4, reserved: 0 });
      await requests.change(order.id, `/fulfillments/${String(shipment['id'])}/deliver`);
      const back = await requests.change(order.id, '/returns', { ...one, reason: 'too small' });
      await requests.change(order.id, `/returns/${String(back['id'])}/approve`);
      await requests.change(order.id, `/returns/${String(back['id'])}/receive`);
      expect(await stockOf(stack, level)).toEqual({ onHand: 5, reserved: 0 });
      expect(await stack.api.settledProof(order.id)).toMatchObject({ balances: true });
    });

    it('two locations → 400 that lists them and changes nothing; with one of them, reserved there', async () => {
      const { sku, variantId, locationIds, reserved } = await commerce.stocked(5, 5);
      const external_id = randomUUID();
      const body = { ...(await bySku(sku)), external_id };
      const refused = await stack.api.placeOrder(body);
      const field = 'items[0].location_id';
      expect(refused).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST', field } });
      expect(refused.body.error).toBe(
        `${field} is required: several locations stock the SKU of its line: ${[...locationIds].sort().join(', ')}`,
      );
      expect([await newOrdersOf(external_id), await reserved()]).toEqual([[], [0, 0]]);
      // The key is free, since no order was made.
      const items = [orderItem({ sku, location_id: locationIds[1] })];
      expect(await ordered({ ...body, items })).toMatchObject({
        status: 'confirmed',
        items: [{ variant_id: variantId, location_id: locationIds[1] }],
      });
      expect(await reserved()).toEqual([0, 2]);
    });

    it('a location that does not stock the SKU → 400 that lists those that do', async () => {
      const { sku, locationIds, reserved } = await commerce.stocked(5);
      const external_id = randomUUID();
      const refused = await stack.api.placeOrder({
        ...(await bySku(sku, { location_id: randomUUID() })),
        external_id,
      });
      expect(refused).toMatchObject({ status: 400, body: { field: 'items[0].location_id' } });
      expect(refused.body.error).toContain(`these do: ${locationIds[0]}`);
      const unknown = await stack.api.placeOrder(await bySku(randomUUID(), { location_id: locationIds[0] }));
      expect(unknown).toMatchObject({ status: 400, body: { field: 'items[0].location_id' } });
      expect([await newOrdersOf(external_id), await reserved()]).toEqual([[], [0]]);
    });

    it('a SKU that no location stocks → confirmed as a line without stock', async () => {
      const sku = `FREE-${randomUUID()}`;
      expect(await ordered(await bySku(sku))).toMatchObject({
        status: 'confirmed',
        items: [{ sku, variant_id: null, location_id: null }],
      });
    });

    it('a SKU of a product that was made without units → cancelled as out of stock', async () => {
      const sku = `EMPTY-${randomUUID()}`;
      const made = await sales.post('/products', {
        title: 'Sweater',
        variants: [{ sku, price: '10.00', stock_quantity: 0 }],
      });
      expect(made.status).toBe(201);
      expect(await ordered(await bySku(sku))).toMatchObject({
        ...{ status: 'cancelled', cancellation_reason: 'out_of_stock' },
        cancellation_detail: expect.stringContaining('wanted 2, available 0') as string,
      });
    });

    it('too few units → cancelled as out of stock, and nothing is reserved', async () => {
      const { sku, reserved } = await commerce.stocked(1);
      expect(await ordered(await bySku(sku))).toMatchObject({
        ...{ status: 'cancelled', cancellation_reason: 'out_of_stock' },
        cancellation_detail: expect.stringContaining('wanted 2, available 1') as string,
      });
      expect(await reserved()).toEqual([0]);
    });

    it('a retry after a second location got stock → the answer of the first request', async () => {
      const { tenantId, orgId } = stack;
      const { sku, variantId, reserved } = await commerce.stocked(5);
      const body = await bySku(sku);
      const first = await stack.api.placeOrder(body);
      const level = { tenantId, orgId, variantId, locationId: randomUUID() };
      await receiveStock(stack.database, { ...level, sku, quantity: 5, reason: 'test' });
      const again = await stack.api.placeOrder(body);
      expect([first.status, again.status]).toEqual([201, 200]);
      expect(again.body).toEqual(first.body);
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      const other = await stack.api.placeOrder({ ...body, channel: 'another' });
      expect(other).toMatchObject({ status: 400, body: { code: 'IDEMPOTENCY_CONFLICT' } });
      await stack.orderReaching(first.body.order_id, ['confirmed']);
      expect(await reserved()).toEqual([2]);
    });

    it('two buyers of the last units, by SKU and by variant → exactly one gets them, and a cancellation frees them', async () => {
      const { sku, variantId, locationIds, reserved } = await commerce.stocked(2);
      const bodies = [
        await bySku(sku),
        await bySku(sku, { variant_id: variantId, location_id: locationIds[0] }),
      ];
      const orders = await Promise.all(bodies.map(ordered));
      expect(orders.map(({ status }) => status).sort()).toEqual(['cancelled', 'confirmed']);
      expect(await reserved()).toEqual([2]);
      const winner = orders.find(({ status }) => status === 'confirmed');
      await requests.change(winner?.id ?? '', '/cancel', { reason: 'changed my mind' });
      await stack.orderReaching(winner?.id ?? '', ['cancelled']);
      expect(await reserved()).toEqual([0]);
      expect(await ordered(await bySku(sku))).toMatchObject({ status: 'confirmed' });
    });

    it('Ü in two spellings, with spaces around → the stock of one SKU', async () => {
      const id = randomUUID();
      const { body: product } = await sales.post('/products', {
        title: 'Lamp',
        variants: [{ sku: `U\u0308-${id}`, price: '10.00', stock_quantity: 4 }],
      });
      for (const sku of [`\u00dc-${id}`, ` U\u0308-${id} `]) {
        expect(await ordered(await bySku(sku))).toMatchObject({
          ...{ status: 'confirmed', items: [{ sku: `\u00dc-${id}` }] },
        });
      }
      const { body } = await sales.get(`/products/${String(product['id'])}`);
      expect(body['variants']).toMatchObject([{ stock_quantity: 0 }]);
    });
  });

  it('on the Sales API, a draft → reserves the variant of its product when it is confirmed, or is a 422 and stays', async () => {
    const product = await sales.product(3);
    const stockQuantity = async () =>
      ((await sales.get(`/products/${product}`)).body['variants'] as { stock_quantity: number }[])[0]
        ?.stock_quantity;
    const draftOf = async (quantity: number) => {
      const line_items = [{ product_id: product, quantity }];
      return String((await sales.post('/orders', { customer_id: 'cust_1', line_items })).body['id']);
    };
    const [first, second] = [await draftOf(2), await draftOf(2)];
    expect(await stockQuantity()).toBe(3);
    expect(await sales.status(first, { status: 'confirmed' })).toMatchObject({ status: 200 });
    expect(await stockQuantity()).toBe(1);
    const refused = await sales.status(second, { status: 'confirmed' });
    expect(refused).toMatchObject({ status: 422, body: { code: 'OUT_OF_STOCK' } });
    const line_items = [{ product_id: product, quantity: 1 }];
    expect(await sales.patch(`/orders/${second}`, { line_items })).toMatchObject({ status: 200 });
    expect(await sales.status(second, { status: 'confirmed' })).toMatchObject({ status: 200 });
    expect(await stockQuantity()).toBe(0);
  });

  describe('on the Commerce API', () => {
    it('a retry after the SKU moved to another variant, or is unknown → the answer of the first request', async () => {
      const sku = `MOVED-${randomUUID()}`;
      const { body: product } = await sales.post('/products', {
        title: 'Lamp',
        variants: [{ sku, price: '10.00', stock_quantity: 4 }],
      });
      const [key, body] = [randomUUID(), commerceOrderBody(sku)];
      const first = await commerce.post(body, key);
      expect(first.status).toBe(201);
      const renamed = { variants: [{ sku: `${sku}-NEW` }] };
      expect(await sales.patch(`/products/${String(product['id'])}`, renamed)).toMatchObject({ status: 200 });
      expect(await commerce.post(body)).toMatchObject({ status: 422, body: { code: 'UNKNOWN_SKU' } });
      const again = await commerce.post(body, key);
      expect(again).toMatchObject({ status: 200, body: { id: first.body['id'] } });
    });

    it('a named location → reserved there; one that does not stock the SKU → 400 that lists those that do', async () => {
      const { sku, locationIds, reserved } = await commerce.stocked(1, 1);
      const at = (location_id: unknown) => ({ items: [{ sku, location_id, quantity: 1, unit_price: 1 }] });
      expect(await commerce.post(at(locationIds[1]))).toMatchObject({ status: 201 });
      const refused = await commerce.post(at(randomUUID()));
      expect(refused).toMatchObject({
        ...{ status: 400, body: { code: 'INVALID_REQUEST', field: 'items[0].location_id' } },
      });
      expect(refused.body['error']).toContain(`these do: ${[...locationIds].sort().join(', ')}`);
      expect(await commerce.post(at(locationIds[1]))).toMatchObject({
        status: 422,
        body: { code: 'OUT_OF_STOCK' },
      });
      expect(await reserved()).toEqual([0, 1]);
    });

    it('one line with a location and one without → each is reserved', async () => {
      const { sku, locationIds, reserved } = await commerce.stocked(2, 1);
      const line = { sku, quantity: 1, unit_price: 1 };
      const items = [line, { ...line, location_id: locationIds[1] }];
      expect(await commerce.post({ items })).toMatchObject({ status: 201 });
      expect(await reserved()).toEqual([1, 1]);
    });

    it('several locations → allocated where there is stock, and a cancellation frees it', async () => {
      const { sku, reserved } = await commerce.stocked(1, 1);
      const items = [{ sku, quantity: 2, unit_price: 1 }];
      const external_id = randomUUID();
      expect(await commerce.post({ external_id, items })).toMatchObject({ status: 201 });
      expect(await reserved()).toEqual([1, 1]);
      const id = await commerce.omsIdOf(external_id);
      await stack.orderReaching(id, ['confirmed']);
      await requests.change(id, '/cancel', { reason: 'changed my mind' });
      await eventually('the stock being free', async () =>
        (await reserved()).every((units) => units === 0) ? true : undefined,
      );
    });
  });

  it('leaves orders, ledgers and levels in balance', async () => {
    expect(await remainingImbalances(stack)).toEqual([]);
  });
});
