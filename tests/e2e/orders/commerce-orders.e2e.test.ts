import { randomUUID } from 'node:crypto';

import { eventually } from '@oms/stack';
import { commerceOrderBody } from '@oms/testing';
import { useCommerceClient, useSalesClient, useSharedStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

const fields = [
  'id',
  'number',
  'external_id',
  'created_at',
  'currency',
  'total_amount',
  'tax_amount',
  'payment_status',
  'status',
  'shipping_method',
  'tracking_number',
  'erp',
];

describe('placing an order on the Commerce API', () => {
  const stack = useSharedStack();
  const commerce = useCommerceClient(stack);
  const sales = useSalesClient(stack);

  it('creates an order with every field of the table, and shows it under exactly these', async () => {
    const { tenantId } = stack;
    await stack.database.prisma.tenantSettings.upsert({
      where: { tenantId },
      create: { tenantId, orderNumberPrefix: 'BS' },
      update: { orderNumberPrefix: 'BS' },
    });
    const { sku, variantId, reserved } = await commerce.stocked(10);
    const externalId = `9928120-${randomUUID()}`;
    const customerId = randomUUID();
    const created = await commerce.post({
      external_id: externalId,
      currency: 'USD',
      tax_amount: '15.02',
      shipping_amount: 60,
      discount_amount: '10.00',
      shipping_method: 'fedex_ground',
      customer_id: customerId,
      items: [{ sku, quantity: 2, unit_price: 89.99, title: 'Classic Wool Sweater', variant_title: 'Blue' }],
      shipping_address: { line1: '1 Main St', city: 'Springfield', country: 'US' },
      metadata: { basket: '42' },
    });
    expect(created.status).toBe(201);
    expect(Object.keys(created.body).sort()).toEqual([...fields].sort());
    expect(created.body).toMatchObject({
      id: expect.stringMatching(/^ord_[0-9a-hjkmnp-tv-z]{26}$/) as string,
      number: expect.stringMatching(/^BS-\d{5,}$/) as string,
      external_id: externalId,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
      currency: 'USD',
      total_amount: '245.00',
      tax_amount: '15.02',
      payment_status: null,
      status: 'pending',
      shipping_method: 'fedex_ground',
      tracking_number: null,
      erp: null,
    });
    expect(created.headers.get('location')).toBe(`/v1/orders/${String(created.body['id'])}`);
    expect(await reserved()).toEqual([2]);

    const oms = await stack.orderReaching(await commerce.omsIdOf(externalId), ['confirmed']);
    expect(oms).toMatchObject({
      number: created.body['number'],
      customer_id: customerId,
      total_amount: '245.00',
      discount_amount: '10.00',
      shipping_amount: '60.00',
      metadata: { basket: '42' },
      shipping_address: { line1: '1 Main St', city: 'Springfield', country: 'US' },
      items: [{ sku, variant_id: variantId, product_title: 'Classic Wool Sweater', quantity: 2 }],
    });
    expect((await commerce.get(created.body['id'])).body).toEqual(created.body);
    const { body: events } = await stack.api.getEvents(oms.id);
    expect(events.events[0]).toMatchObject({ actor: { type: 'api_key' } });
  });

  it('takes titles and the need to be shipped from the catalogue, unless the client states them', async () => {
    const [physical, digital] = [`SWTR-${randomUUID()}`, `CARD-${randomUUID()}`];
    for (const [title, variant] of [
      ['Wool sweater', { title: 'Blue', sku: physical, price: '89.99', stock_quantity: 5 }],
      ['Gift card', { sku: digital, price: '20.00', stock_quantity: 5, requires_shipping: false }],
    ] as const) {
      expect((await sales.post('/products', { title, variants: [variant] })).status).toBe(201);
    }
    const external_id = randomUUID();
    const { status } = await commerce.post({
      external_id,
      items: [
        { sku: physical, quantity: 1, unit_price: 80 },
        { sku: digital, quantity: 1, unit_price: 20 },
        { sku: digital, quantity: 1, unit_price: 20, title: 'A present', requires_shipping: true },
      ],
    });
    expect(status).toBe(201);
    const order = await stack.orderReaching(await commerce.omsIdOf(external_id), ['confirmed']);
    expect(order.items).toMatchObject([
      { product_title: 'Wool sweater', variant_title: 'Blue', requires_shipping: true },
      { product_title: 'Gift card', variant_title: null, requires_shipping: false },
      { product_title: 'A present', variant_title: null, requires_shipping: true },
    ]);
  });

  it('allocates lines that name no location, also where no one location has enough', async () => {
    const { sku, reserved } = await commerce.stocked(3, 4);
    expect(
      (await commerce.post(commerceOrderBody(sku, { items: [{ sku, quantity: 6, unit_price: 1 }] }))).status,
    ).toBe(201);
    expect((await reserved()).reduce((sum = 0, units = 0) => sum + units, 0)).toBe(6);
    const other = await commerce.stocked(3, 4);
    const [, second] = other.locationIds;
    const item = { variant_id: other.variantId, location_id: second, quantity: 1, unit_price: 1 };
    expect((await commerce.post({ items: [item] })).status).toBe(201);
    expect(await other.reserved()).toEqual([0, 1]);
  });

  it('422: OUT_OF_STOCK names the SKUs, reserves nothing, and is the same for a repeated request', async () => {
    const [short, enough] = [await commerce.stocked(1), await commerce.stocked(5)];
    const items = [
      { variant_id: short.variantId, quantity: 2, unit_price: 1 },
      { sku: enough.sku, quantity: 2, unit_price: 1 },
    ];
    const key = randomUUID();
    const first = await commerce.post({ items }, key);
    expect(first.status).toBe(422);
    expect(first.body).toEqual({
      error: expect.stringContaining(
        'One or more SKUs in the request are no longer available in the required quantity',
      ) as string,
      code: 'OUT_OF_STOCK',
      skus: [short.sku],
    });
    await eventually('the cancellation', async () => {
      const { body } = await commerce.get(first.headers.get('location')?.split('/').at(-1));
      return body['status'] === 'cancelled' ? true : undefined;
    });
    expect([await short.reserved(), await enough.reserved()]).toEqual([[0], [0]]);
    const again = await commerce.post({ items }, key);
    expect(again.status).toBe(422);
    expect(again.body).toMatchObject({ code: 'OUT_OF_STOCK', skus: [short.sku] });
  });

  it('gives the external id free with the answer OUT_OF_STOCK, also while the provider does not answer the release', async () => {
    const { sku } = await commerce.stocked(1);
    const reference = await stack.simulator.authorization(3_000);
    await stack.simulator.fault({
      ...{ operation: 'payment_intents.cancel', kind: 'error_before', paymentIntent: reference, times: 3 },
    });
    const external_id = `shopify-${randomUUID()}`;
    const first = await commerce.post({
      ...{ external_id, payment_provider: 'stripe', payment_reference: reference },
      items: [{ sku, quantity: 3, unit_price: '10.00' }],
    });
    expect(first).toMatchObject({ status: 422, body: { code: 'OUT_OF_STOCK' } });
    const second = await commerce.post(commerceOrderBody(sku, { external_id }));
    expect(second).toMatchObject({ status: 201, body: { external_id } });
    const third = await commerce.post(commerceOrderBody(sku, { external_id }));
    expect(third).toMatchObject({ status: 422, body: { code: 'EXTERNAL_ID_IN_USE' } });
    await eventually('the cancellation', async () => {
      const { body } = await commerce.get(first.headers.get('location')?.split('/').at(-1));
      return body['status'] === 'cancelled' ? true : undefined;
    });
    expect((await commerce.get(second.body['id'])).body['status']).not.toBe('cancelled');
  });

  it('lets exactly as many of 60 racing orders in as there are units', async () => {
    const { sku, reserved } = await commerce.stocked(20);
    const answers = await Promise.all(
      Array.from({ length: 60 }, () => commerce.post(commerceOrderBody(sku))),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(20);
    const lost = answers.filter(({ status }) => status === 422);
    expect(lost).toHaveLength(40);
    for (const { body } of lost) expect(body).toMatchObject({ code: 'OUT_OF_STOCK', skus: [sku] });
    expect(await reserved()).toEqual([20]);
  });

  it('422: a payment that is declined is known in the answer', async () => {
    const { sku, reserved } = await commerce.stocked(5);
    const payment = { payment_provider: 'stripe', payment_reference: `pi_${randomUUID()}` };
    const answer = await commerce.post(commerceOrderBody(sku, payment));
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ code: 'PAYMENT_REFERENCE_NOT_FOUND' });
    await expect.poll(reserved).toEqual([0]);
  });

  it('422: PAYMENT_DECLINED, once the decline is known; before that, the stock that was reserved is a 201', async () => {
    const { sku, reserved } = await commerce.stocked(5);
    const reference = await stack.simulator.authorization(1_000);
    await stack.simulator.fault({
      ...{ operation: 'payment_intents.capture', kind: 'decline', declineCode: 'insufficient_funds' },
      ...{ paymentIntent: reference, times: 1 },
    });
    const payment = { payment_provider: 'stripe', payment_reference: reference };
    const [key, body] = [randomUUID(), commerceOrderBody(sku, payment)];
    const first = await commerce.post(body, key);
    expect([201, 422]).toContain(first.status);
    await eventually('the cancellation', async () => {
      const { body: order } = await commerce.get(first.headers.get('location')?.split('/').at(-1));
      return order['status'] === 'cancelled' ? true : undefined;
    });
    expect(await commerce.post(body, key)).toMatchObject({ status: 422, body: { code: 'PAYMENT_DECLINED' } });
    expect(await reserved()).toEqual([0]);
  });

  it('422: an external_id is unique per tenant', async () => {
    const { sku } = await commerce.stocked(5);
    const order = commerceOrderBody(sku, { external_id: `shopify ${randomUUID()}` });
    expect((await commerce.post(order)).status).toBe(201);
    const second = await commerce.post(order);
    expect(second.status).toBe(422);
    expect(second.body).toEqual({
      error: expect.stringContaining('external id') as string,
      code: 'EXTERNAL_ID_IN_USE',
    });
  });

  it('makes one order per Idempotency-Key, and shares no key with the Orders API', async () => {
    const { sku, reserved } = await commerce.stocked(5);
    const key = randomUUID();
    const first = await commerce.post(commerceOrderBody(sku), key);
    const again = await commerce.post(commerceOrderBody(sku), key);
    expect(again.status).toBe(200);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.body['id']).toBe(first.body['id']);
    expect(await reserved()).toEqual([1]);
    const other = await commerce.post(commerceOrderBody(sku, { currency: 'EUR' }), key);
    expect([other.status, other.body['code']]).toEqual([422, 'IDEMPOTENCY_CONFLICT']);
    const oms = { idempotency_key: key, payment_provider: 'stripe', payment_reference: `pi_${randomUUID()}` };
    const items = [{ quantity: 1, unit_price: 1 }];
    expect((await stack.api.placeOrder({ ...oms, items })).status).toBe(201);
    const control = await stack.api.placeOrder({ ...oms, items, idempotency_key: `commerce\u001f${key}` });
    expect(control.status).toBe(400);
  });

  it.each([
    [{}, 'items is required'],
    [{ items: [] }, 'items must have at least 1 entry'],
    [{ items: [{ quantity: 1, unit_price: 1 }] }, 'items[0].sku or variant_id is required'],
    [{ items: [{ sku: 'A', quantity: 0, unit_price: 1 }] }, 'items[0].quantity'],
    [{ items: [{ sku: 'A', quantity: 1, unit_price: '1.001' }] }, 'items[0].unit_price'],
    [
      { items: [{ sku: 'A', quantity: 1, unit_price: 1, colour: 'red' }] },
      'items[0].colour is not a known field',
    ],
    [
      { items: [{ sku: 'A', quantity: 1, unit_price: 1 }], total_amount: '1' },
      'total_amount is not a known field',
    ],
    [{ items: [{ sku: 'A', quantity: 1, unit_price: 1 }], currency: 'usd' }, 'currency'],
    [{ items: [{ sku: 'A', quantity: 1, unit_price: 1 }], customer_id: '42' }, 'customer_id'],
    [{ items: [{ sku: 'A', quantity: 1, unit_price: 1 }], payment_provider: 'stripe' }, 'payment_reference'],
  ])('400: refuses %j', async (body, words) => {
    const answer = await commerce.post(body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      error: expect.stringContaining(words) as string,
      code: 'INVALID_REQUEST',
      errors: [{ message: expect.stringContaining(words) as string }],
    });
  });

  it('422: a SKU that no variant has is named', async () => {
    const sku = `NONE-${randomUUID()}`;
    const answer = await commerce.post(commerceOrderBody(sku));
    expect(answer.status).toBe(422);
    expect(answer.body).toEqual({
      error: expect.stringContaining(sku) as string,
      code: 'UNKNOWN_SKU',
      skus: [sku],
    });
  });
});
