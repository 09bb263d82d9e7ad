import { randomUUID } from 'node:crypto';

import { createSalesClient, remainingImbalances } from '@oms/testing';
import { useSalesClient, useSharedStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

describe('the Sales API', () => {
  const stack = useSharedStack();
  const sales = useSalesClient(stack);

  /** The body of the guide's example, of a product with so much stock. */
  async function guideOrder(stockQuantity: number, changes: Record<string, unknown> = {}) {
    const productId = await sales.product(stockQuantity);
    return {
      customer_id: 'cust_01J9RPMNVK4W',
      currency: 'USD',
      line_items: [{ product_id: productId, quantity: 2, unit_price: 129.99 }],
      shipping_address: {
        line1: '123 Commerce St',
        city: 'Austin',
        state: 'TX',
        postal_code: '78701',
        country: 'US',
      },
      ...changes,
    };
  }

  const stockOf = async (productId: unknown) =>
    (await sales.get(`/products/${String(productId)}`)).body['stock_quantity'];

  async function draft(stockQuantity: number, changes: Record<string, unknown> = {}) {
    const body = await guideOrder(stockQuantity, changes);
    const answer = await sales.post('/orders', body);
    expect(answer).toMatchObject({ status: 201 });
    const [line] = answer.body['line_items'] as { product_id: string }[];
    return { id: String(answer.body['id']), order: answer.body, productId: String(line?.product_id) };
  }

  it('creates a draft with an order number, prices locked and totals of its own', async () => {
    const answer = await sales.post('/orders', await guideOrder(5));
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      id: expect.stringMatching(/^so_[0-7][0-9a-hjkmnp-tv-z]{25}$/) as string,
      order_number: expect.stringMatching(/^[A-Z0-9]+-\d+$/) as string,
      status: 'draft',
      customer_id: 'cust_01J9RPMNVK4W',
      currency: 'USD',
      subtotal: '259.98',
      total: '259.98',
      line_items: [{ quantity: 2, unit_price: '129.99', total: '259.98' }],
      shipping_address: {
        line1: '123 Commerce St',
        city: 'Austin',
        state: 'TX',
        postal_code: '78701',
        country: 'US',
      },
    });
    expect(answer.headers.get('location')).toBe(`/api/v1/sales/orders/${String(answer.body['id'])}`);
    expect(await sales.get(`/orders/${String(answer.body['id'])}`)).toMatchObject({
      status: 200,
      body: answer.body,
    });
  });

  it('goes through all stages of the guide, and its stock with it', async () => {
    const { id, productId } = await draft(5);
    expect(await stockOf(productId)).toBe(5);
    expect(await sales.status(id, { status: 'confirmed' })).toMatchObject({
      status: 200,
      body: { id, status: 'confirmed', payment_status: 'pending' },
    });
    expect(await stockOf(productId)).toBe(3);
    expect(await sales.status(id, { status: 'processing' })).toMatchObject({
      body: { status: 'processing' },
    });
    expect(
      await sales.status(id, { status: 'shipped', tracking_number: '1Z999AA10123456784', carrier: 'UPS' }),
    ).toMatchObject({
      status: 200,
      body: { status: 'shipped', tracking_number: '1Z999AA10123456784', carrier: 'UPS' },
    });
    expect(await sales.status(id, { status: 'delivered' })).toMatchObject({ body: { status: 'delivered' } });
    expect(await sales.status(id, { status: 'closed' })).toMatchObject({ body: { status: 'closed' } });
    expect(await stockOf(productId)).toBe(3);
    expect(await remainingImbalances(stack)).toEqual([]);
  });

  describe('with digital goods', () => {
    async function processing(...requiresShipping: readonly boolean[]): Promise<string> {
      const variants = requiresShipping.map((requires_shipping, index) => ({
        ...{ title: `Edition ${index + 1}`, price: '10.00', stock_quantity: 5, requires_shipping },
      }));
      const { body: product } = await sales.post('/products', { title: 'Novel', variants });
      const { body } = await sales.post('/orders', {
        customer_id: 'cust_01J9RPMNVK4W',
        line_items: (product['variants'] as { id: string }[]).map(({ id }) => ({
          ...{ product_id: product['id'], variant_id: id, quantity: 1 },
        })),
      });
      const id = String(body['id']);
      for (const status of ['confirmed', 'processing']) await sales.status(id, { status });
      return id;
    }

    it('ships an order of digital goods alone without a tracking number', async () => {
      const id = await processing(false, false);
      expect(await sales.status(id, { status: 'shipped' })).toMatchObject({
        status: 200,
        body: { status: 'shipped', tracking_number: null, carrier: null },
      });
    });

    it('ships an order that is partly digital with tracking number and carrier only', async () => {
      const id = await processing(true, false);
      const why = 'is required: units are left that have to be shipped';
      expect(await sales.status(id, { status: 'shipped' })).toMatchObject({
        status: 400,
        body: {
          code: 'INVALID_REQUEST',
          error: `tracking_number ${why}; carrier ${why}`,
          errors: [
            { field: 'tracking_number', code: 'REQUIRED', message: `tracking_number ${why}` },
            { field: 'carrier', code: 'REQUIRED', message: `carrier ${why}` },
          ],
        },
      });
      expect((await sales.get(`/orders/${id}`)).body['status']).toBe('processing');
      expect(
        await sales.status(id, { status: 'shipped', tracking_number: '1Z', carrier: 'UPS' }),
      ).toMatchObject({ status: 200, body: { status: 'shipped' } });
    });
  });

  it('refuses to confirm what the stock does not suffice for, names the lines, and leaves the draft', async () => {
    const { id, order, productId } = await draft(1);
    const answer = await sales.status(id, { status: 'confirmed' });
    expect(answer.status).toBe(422);
    expect(answer.body).toEqual({
      ...{ error: expect.stringContaining('wanted 2, available 1') as string, code: 'OUT_OF_STOCK' },
    });
    expect((await sales.get(`/orders/${id}`)).body).toEqual(order);
    expect(await stockOf(productId)).toBe(1);
  });

  it.each(['draft', 'confirmed'])('cancels an order that is %s and gives its stock back', async (status) => {
    const { id, productId } = await draft(5);
    if (status === 'confirmed') await sales.status(id, { status });
    const reason = 'Customer requested cancellation';
    expect(await sales.status(id, { status: 'cancelled', reason })).toMatchObject({
      status: 200,
      body: { status: 'cancelled', cancellation_detail: reason },
    });
    expect(await stockOf(productId)).toBe(5);
  });

  it('refuses a step that the lifecycle does not have, naming those that it has', async () => {
    const { id } = await draft(5);
    const steps: [Record<string, unknown>, string][] = [
      [
        { status: 'processing' },
        'an order that is draft cannot become processing; allowed: confirmed, cancelled',
      ],
      [{ status: 'draft' }, 'an order that is draft cannot become draft; allowed: confirmed, cancelled'],
      [
        { status: 'shipped', tracking_number: 'T', carrier: 'C' },
        'an order that is draft cannot become shipped; allowed: confirmed, cancelled',
      ],
    ];
    for (const [body, error] of steps) {
      expect(await sales.status(id, body)).toMatchObject({ status: 422, body: { error } });
    }
    await sales.status(id, { status: 'confirmed' });
    await sales.status(id, { status: 'processing' });
    expect(await sales.status(id, { status: 'cancelled' })).toMatchObject({
      status: 422,
      body: {
        error:
          'an order that is processing cannot be cancelled as a whole; its units that have not shipped can be cancelled; allowed: shipped',
      },
    });
    expect(await sales.status(id, { status: 'confirmed' })).toMatchObject({ status: 422 });
  });

  it('edits a draft and computes its totals anew; nothing else can be edited', async () => {
    const { id, productId } = await draft(5);
    const edited = await sales.patch(`/orders/${id}`, {
      line_items: [{ product_id: productId, quantity: 3 }],
      shipping_amount: '10.00',
      shipping_address: { line1: '1 Other St', city: 'Dallas', country: 'US' },
    });
    expect(edited).toMatchObject({
      status: 200,
      body: {
        status: 'draft',
        subtotal: '300.00',
        shipping_amount: '10.00',
        total: '310.00',
        line_items: [{ quantity: 3, unit_price: '100.00' }],
        shipping_address: { line1: '1 Other St', state: null },
      },
    });
    await sales.status(id, { status: 'confirmed' });
    expect(await stockOf(productId)).toBe(2);
    expect(await sales.patch(`/orders/${id}`, { shipping_amount: '0' })).toMatchObject({
      status: 422,
      body: {
        error:
          'items, amounts and payment of an order that is confirmed cannot be changed; allowed: processing, cancelled',
      },
    });
    expect(await remainingImbalances(stack)).toEqual([]);
  });

  it("takes a discount at the catalogue's prices, and refuses more than the items cost", async () => {
    const priced = await guideOrder(5);
    const product_id = priced.line_items[0]?.product_id;
    // The catalogue's price is 100.00: 2 × 100.00 − 150.00 = 50.00.
    const body = { ...priced, line_items: [{ product_id, quantity: 2 }], discount_amount: '150.00' };
    const key = randomUUID();
    const made = await sales.post('/orders', body, key);
    expect(made).toMatchObject({
      status: 201,
      body: { subtotal: '200.00', discount_amount: '150.00', total: '50.00' },
    });
    expect(await sales.post('/orders', body, key)).toMatchObject({ body: { id: made.body['id'] } });
    expect(await sales.post('/orders', { ...body, discount_amount: '150.01' }, key)).toMatchObject({
      ...{ status: 422, body: { code: 'IDEMPOTENCY_CONFLICT' } },
    });
    const tooLarge = {
      error: 'the discount must not be larger than the sum of the items',
      field: 'discount_amount',
    };
    expect(await sales.post('/orders', { ...body, discount_amount: '200.01' })).toMatchObject({
      status: 400,
      body: tooLarge,
    });
    const mixed = {
      ...body,
      line_items: [...body.line_items, { product_id, quantity: 1, unit_price: '5.00' }],
    };
    // 2 × 100.00 + 5.00.
    expect(await sales.post('/orders', { ...mixed, discount_amount: '205.00' })).toMatchObject({
      ...{ status: 201, body: { total: '0.00' } },
    });
    const change = { line_items: [{ product_id, quantity: 1 }] };
    expect(await sales.patch(`/orders/${String(made.body['id'])}`, change)).toMatchObject({
      ...{ status: 422, body: tooLarge },
    });
  });

  it('keeps both addresses, changes each by itself, and takes one away that is null', async () => {
    const billing = {
      name: 'Ada',
      line1: '2 Billing Rd',
      city: 'Berlin',
      country: 'DE',
      email: 'a@b.example',
    };
    const { id, order } = await draft(5, { billing_address: billing });
    const shipping = order['shipping_address'];
    const kept = {
      ...billing,
      country: 'DE',
      company: null,
      line2: null,
      state: null,
      postal_code: null,
      phone: null,
    };
    expect(order['billing_address']).toEqual(kept);
    expect(shipping).toMatchObject({ line1: '123 Commerce St', postal_code: '78701' });
    const moved = await sales.patch(`/orders/${id}`, {
      billing_address: { line1: '3 Other Rd', city: 'Bonn', country: 'DE' },
    });
    expect(moved.body).toMatchObject({
      billing_address: { line1: '3 Other Rd' },
      shipping_address: shipping,
    });
    const { body } = await sales.patch(`/orders/${id}`, { billing_address: null });
    expect(body).toMatchObject({ billing_address: null, shipping_address: shipping });
    expect((await sales.get(`/orders/${id}`)).body).toEqual(body);
    expect(await sales.patch(`/orders/${id}`, { billing_address: { line1: 'x' } })).toMatchObject({
      status: 400,
      body: {
        error: 'billing_address.city is required; billing_address.country is required',
        errors: [{ field: 'billing_address.city' }, { field: 'billing_address.country' }],
      },
    });
  });

  it('makes an order once per Idempotency-Key, and refuses another body under it', async () => {
    const key = randomUUID();
    const body = await guideOrder(5);
    const first = await sales.post('/orders', body, key);
    const again = await sales.post('/orders', body, key);
    expect(again).toMatchObject({ status: 201, body: { id: first.body['id'] } });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await sales.post('/orders', { ...body, currency: 'EUR' }, key)).toMatchObject({ status: 422 });
    const [one, other] = [await sales.post('/orders', body), await sales.post('/orders', body)];
    expect(one.body['id']).not.toBe(other.body['id']);
  });

  it('lists the orders of a customer by status, oldest or newest first, page by page', async () => {
    const customer_id = `cust_${randomUUID().replaceAll('-', '')}`;
    const ids: string[] = [];
    for (const status of ['draft', 'confirmed', 'processing', 'cancelled']) {
      const { id } = await draft(5, { customer_id });
      if (status !== 'draft' && status !== 'cancelled') await sales.status(id, { status: 'confirmed' });
      if (status === 'processing' || status === 'cancelled') await sales.status(id, { status });
      ids.push(id);
    }
    const list = async (query: string) => {
      const { status, body } = await sales.get(`/orders?customer_id=${customer_id}&${query}`);
      expect(status).toBe(200);
      return (body['orders'] as { id: string }[]).map(({ id }) => id);
    };
    const [drafted, confirmed, processing] = ids;
    expect(await list('status[]=draft&status[]=confirmed&status[]=processing')).toEqual([
      processing,
      confirmed,
      drafted,
    ]);
    expect(await list('status=processing&sort=-created_at')).toEqual([processing]);
    expect(await list('sort=created_at')).toEqual(ids);
    expect(await list('sort=created_at&limit=2&offset=1')).toEqual(ids.slice(1, 3));
    const page = await sales.get(`/orders?customer_id=${customer_id}&sort=created_at&limit=3`);
    expect(await list(`sort=created_at&limit=3&cursor=${String(page.body['next_cursor'])}`)).toEqual(
      ids.slice(3),
    );
    expect(await list('sort=-order_number')).toEqual([...ids].reverse());
    // All of them cost the same.
    const walked: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const from = cursor === '' ? '' : `&cursor=${cursor}`;
      const path = `/orders?customer_id=${customer_id}&sort=-total&limit=1${from}`;
      const { body } = await sales.get(path);
      walked.push(...(body['orders'] as { id: string }[]).map(({ id }) => id));
      cursor = body['next_cursor'] as string | null; // As the documentation has it.
    }
    expect(walked).toHaveLength(4);
    expect([...walked].sort()).toEqual([...ids].sort());
    expect(await sales.get(`/orders?sort=total&cursor=${String(page.body['next_cursor'])}`)).toMatchObject({
      status: 400,
      body: { error: 'cursor is of a list that is sorted by created_at, not total' },
    });
    expect(await sales.get('/orders?sort=amount')).toMatchObject({
      status: 400,
      body: {
        error:
          'sort must be one of: created_at, -created_at, updated_at, -updated_at, order_number, -order_number, total, -total',
      },
    });
  });

  it('charges an order that names a provider when it is confirmed', async () => {
    const reference = await stack.simulator.authorization(25_998);
    const { id } = await draft(5, { payment_provider: 'stripe', payment_reference: reference });
    expect(await stack.simulator.ledger(reference)).toHaveLength(1);
    expect(await sales.status(id, { status: 'confirmed' })).toMatchObject({
      status: 200,
      body: { status: 'confirmed', payment_status: 'captured' },
    });
  });

  it('does not show or change what is not theirs', async () => {
    const { id } = await draft(5);
    const claims = { tenantId: randomUUID(), orgId: randomUUID() };
    const other = createSalesClient({ baseUrl: stack.gatewayUrl, token: stack.token(claims) });
    expect(await other.get(`/orders/${id}`)).toMatchObject({ status: 404 });
    expect(await other.status(id, { status: 'confirmed' })).toMatchObject({ status: 404 });
    expect(await sales.get('/orders/so_unknown')).toMatchObject({ status: 404 });
    const viewer = createSalesClient({ baseUrl: stack.gatewayUrl, token: stack.token({ role: 'viewer' }) });
    expect(await viewer.status(id, { status: 'confirmed' })).toMatchObject({ status: 403 });
    const nobody = createSalesClient({ baseUrl: stack.gatewayUrl, token: 'no token' });
    expect(await nobody.get(`/orders/${id}`)).toMatchObject({ status: 401 });
  });
});
