import { randomUUID } from 'node:crypto';

import { createSalesClient, orderBody, orderBodyTotalMinor, placeAsClientsDo } from '@oms/testing';
import { useSalesClient, useSharedStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

describe('invoices and payments of the Sales API', () => {
  const stack = useSharedStack();
  const sales = useSalesClient(stack);

  async function draft(changes: Record<string, unknown> = {}, client = sales) {
    const productId = await client.product(10);
    const { status, body } = await client.post('/orders', {
      customer_id: 'cust_01J9RPMNVK4W',
      currency: 'USD',
      line_items: [{ product_id: productId, quantity: 2, unit_price: 129.99 }],
      ...changes,
    });
    expect(status).toBe(201);
    return String(body['id']);
  }

  async function invoiceOf(orderId: string, client = sales) {
    const { body } = await client.get(`/invoices?order_id=${orderId}`);
    const [invoice, ...others] = body['invoices'] as Record<string, unknown>[];
    expect(others).toEqual([]);
    return invoice;
  }

  async function confirmed(changes: Record<string, unknown> = {}, client = sales) {
    const orderId = await draft(changes, client);
    expect(await client.status(orderId, { status: 'confirmed' })).toMatchObject({ status: 200 });
    const invoice = await invoiceOf(orderId, client);
    return { orderId, invoiceId: String(invoice?.['id']), invoice };
  }

  async function deliver(orderId: string) {
    for (const body of [
      { status: 'processing' },
      { status: 'shipped', tracking_number: '1Z999AA10123456784', carrier: 'UPS' },
      { status: 'delivered' },
      { status: 'closed' },
    ]) {
      expect(await sales.status(orderId, body)).toMatchObject({ status: 200, body: { status: body.status } });
    }
  }

  const payment = (invoiceId: string, changes: Record<string, unknown> = {}) => ({
    invoice_id: invoiceId,
    amount: 259.98,
    currency: 'USD',
    payment_method: 'bank_transfer',
    reference: `TXN-${randomUUID()}`,
    ...changes,
  });

  it('an order has an invoice once it is confirmed, and not before', async () => {
    const orderId = await draft();
    expect(await invoiceOf(orderId)).toBeUndefined();
    await sales.status(orderId, { status: 'confirmed' });
    const invoice = await invoiceOf(orderId);
    expect(invoice).toMatchObject({
      id: expect.stringMatching(/^inv_[0-7][0-9a-hjkmnp-tv-z]{25}$/) as string,
      order_id: orderId,
      customer_id: 'cust_01J9RPMNVK4W',
      status: 'draft',
      currency: 'USD',
      total: '259.98',
      amount_paid: '0.00',
      amount_due: '259.98',
    });
    expect(await sales.get(`/invoices/${String(invoice?.['id'])}`)).toMatchObject({
      status: 200,
      body: invoice,
    });
  });

  it('concurrent confirmations number the invoices of an organisation without gaps', async () => {
    const claims = { tenantId: randomUUID(), orgId: randomUUID() };
    const other = createSalesClient({ baseUrl: stack.gatewayUrl, token: stack.token(claims) });
    const ids = await Promise.all(Array.from({ length: 8 }, () => draft({}, other)));
    await Promise.all(ids.map((id) => other.status(id, { status: 'confirmed' })));
    const { body } = await other.get('/invoices');
    const numbers = (body['invoices'] as { invoice_number: string }[]).map(
      (invoice) => invoice.invoice_number,
    );
    expect(numbers).toEqual([8, 7, 6, 5, 4, 3, 2, 1].map((number) => `INV-00000${number}`));
  });

  it('open invoices that are paid page by page, while others come, are read once each; so are payments', async () => {
    const claims = { tenantId: randomUUID(), orgId: randomUUID() };
    const other = createSalesClient({ baseUrl: stack.gatewayUrl, token: stack.token(claims) });
    const issued = async () => {
      const { invoiceId } = await confirmed({}, other);
      expect((await other.post(`/invoices/${invoiceId}/issue`, {})).status).toBe(200);
      return invoiceId;
    };
    const open: string[] = [];
    for (let count = 0; count < 6; count += 1) open.unshift(await issued());
    const pages = async (path: string, name: string, between: (ids: readonly string[]) => Promise<void>) => {
      const read: string[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const { status, body } = await other.get(`${path}limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
        expect({ status, limit: body['limit'] }).toEqual({ status: 200, limit: 2 });
        const ids = (body[name] as { id: string }[]).map(({ id }) => id);
        await between(ids);
        read.push(...ids);
        cursor = body['next_cursor'] as string | null; // As the documentation has it.
      }
      return read;
    };
    const pay = async (id: string) =>
      expect((await other.post('/payments', payment(id))).status, id).toBe(201);
    const read = await pages('/invoices?status=issued&', 'invoices', async (ids) => {
      for (const id of ids) await pay(id);
      await issued();
    });
    expect(read).toEqual(open);
    const paid = await pages('/payments?', 'payments', async () => {
      const { body } = await other.get('/invoices?status=issued&limit=1');
      for (const { id } of body['invoices'] as { id: string }[]) await pay(id);
    });
    const { body: all } = await other.get('/payments?limit=100');
    // Three more came while the six were read.
    expect(paid).toEqual((all['payments'] as { id: string }[]).slice(3).map(({ id }) => id));
    expect(paid).toHaveLength(6);
    for (const path of ['/invoices', '/payments', '/products']) {
      expect(await other.get(`${path}?cursor=eyJpZCI6MX0`)).toMatchObject({
        ...{ status: 400, body: { field: 'cursor' } },
      });
      expect(await other.get(`${path}?offset=2`)).toMatchObject({ status: 400, body: { field: 'offset' } });
    }
  });

  it('payments in parts pay the invoice once their sum reaches its total', async () => {
    const { invoiceId } = await confirmed();
    const first = await sales.post('/payments', payment(invoiceId, { amount: '100.00' }));
    expect(first).toMatchObject({
      status: 201,
      body: { invoice_id: invoiceId, amount: '100.00', currency: 'USD', payment_method: 'bank_transfer' },
    });
    expect((await sales.get(`/invoices/${invoiceId}`)).body).toMatchObject({
      status: 'issued',
      amount_paid: '100.00',
      amount_due: '159.98',
    });
    expect(await sales.post('/payments', payment(invoiceId))).toMatchObject({
      status: 422,
      body: { error: 'the payment is more than what is due' },
    });
    expect(await sales.post('/payments', payment(invoiceId, { amount: 159.98 }))).toMatchObject({
      status: 201,
    });
    expect((await sales.get(`/invoices/${invoiceId}`)).body).toMatchObject({
      status: 'paid',
      amount_due: '0.00',
    });
    const { body } = await sales.get(`/payments?invoice_id=${invoiceId}`);
    expect((body['payments'] as { amount: string }[]).map(({ amount }) => amount)).toEqual([
      '159.98',
      '100.00',
    ]);
  });

  it('equal references are one payment, and concurrent payments never exceed the amount due', async () => {
    const { invoiceId } = await confirmed();
    const once = payment(invoiceId, { amount: '59.98', reference: 'TXN-20260128-001' });
    const answers = await Promise.all([sales.post('/payments', once), sales.post('/payments', once)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 201]);
    expect(new Set(answers.map(({ body }) => body['id'])).size).toBe(1);
    expect(await sales.post('/payments', { ...once, amount: '1.00' })).toMatchObject({
      ...{ status: 422, body: { code: 'REFERENCE_IN_USE', field: 'reference' } },
    });
    const many = await Promise.all(
      Array.from({ length: 4 }, () => sales.post('/payments', payment(invoiceId, { amount: '100.00' }))),
    );
    expect(many.map(({ status }) => status).sort()).toEqual([201, 201, 422, 422]);
    expect((await sales.get(`/invoices/${invoiceId}`)).body).toMatchObject({
      status: 'paid',
      amount_paid: '259.98',
    });
  });

  it('an idempotency key records one payment, and refuses another body', async () => {
    const { invoiceId } = await confirmed();
    const key = randomUUID();
    const body = payment(invoiceId, { amount: '10.00', reference: undefined });
    const first = await sales.post('/payments', body, key);
    const again = await sales.post('/payments', body, key);
    expect(again).toMatchObject({ status: 201, body: { id: first.body['id'] } });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await sales.post('/payments', { ...body, amount: '11.00' }, key)).toMatchObject({ status: 422 });
    expect((await sales.get(`/invoices/${invoiceId}`)).body).toMatchObject({ amount_paid: '10.00' });
  });

  it('a closed order can have an open invoice, which a later payment pays', async () => {
    const { orderId, invoiceId } = await confirmed();
    await deliver(orderId);
    expect((await sales.get(`/invoices/${invoiceId}`)).body).toMatchObject({
      status: 'issued',
      amount_due: '259.98',
    });
    expect(await sales.post('/payments', payment(invoiceId))).toMatchObject({ status: 201 });
    expect((await sales.get(`/invoices/${invoiceId}`)).body).toMatchObject({ status: 'paid' });
  });

  it('a cancellation voids an issued invoice with a credit note over its total', async () => {
    const { orderId, invoiceId } = await confirmed();
    await sales.post('/payments', payment(invoiceId, { amount: '100.00' }));
    await sales.status(orderId, { status: 'cancelled', reason: 'Customer requested cancellation' });
    expect((await sales.get(`/invoices/${invoiceId}`)).body).toMatchObject({
      status: 'void',
      amount_due: '0.00',
      amount_paid: '100.00',
      amount_credited: '259.98',
      credit_notes: [
        {
          id: expect.stringMatching(/^cn_[0-7][0-9a-hjkmnp-tv-z]{25}$/) as string,
          credit_note_number: expect.stringMatching(/^CN-\d{6}$/) as string,
          reason: 'order_cancelled',
          amount: '259.98',
        },
      ],
    });
    expect(await sales.post('/payments', payment(invoiceId))).toMatchObject({
      status: 422,
      body: { error: 'an invoice that is void takes no payments' },
    });
    const { body: page } = await sales.get(`/invoices/${invoiceId}/document`);
    expect(page['text']).toMatch(/Credit note CN-\d{6}[^]*-259\.98 USD/);
  });

  it('a cancellation voids a draft invoice without a credit note', async () => {
    const { orderId, invoiceId } = await confirmed();
    await sales.status(orderId, { status: 'cancelled' });
    expect((await sales.get(`/invoices/${invoiceId}`)).body).toMatchObject({
      ...{ status: 'void', amount_credited: '0.00', credit_notes: [] },
    });
  });

  it('an invoice is issued and voided by hand only in an allowed status', async () => {
    const { invoiceId } = await confirmed();
    const post = (what: string) => sales.post(`/invoices/${invoiceId}/${what}`, {});
    expect(await post('issue')).toMatchObject({ status: 200, body: { status: 'issued' } });
    expect(await post('issue')).toMatchObject({
      status: 422,
      body: { error: 'an invoice that is issued cannot be issued' },
    });
    expect(await post('void')).toMatchObject({
      status: 200,
      body: { status: 'void', credit_notes: [{ reason: 'invoice_voided', amount: '259.98' }] },
    });
    expect(await post('void')).toMatchObject({ status: 422 });
    expect(await sales.post('/invoices/inv_01JNABCDEF/issue', {})).toMatchObject({ status: 404 });
  });

  it('the goods have shipped → the void is refused, and the invoice can still be paid', async () => {
    const { orderId, invoiceId } = await confirmed();
    await sales.status(orderId, { status: 'processing' });
    await sales.status(orderId, {
      ...{ status: 'shipped', tracking_number: '1Z999AA10123456784', carrier: 'UPS' },
    });
    const unchanged = (await sales.get(`/invoices/${invoiceId}`)).body;
    const refused = { status: 422, body: { code: 'GOODS_NOT_RETURNED' } };
    expect(await sales.post(`/invoices/${invoiceId}/void`, {})).toMatchObject(refused);
    expect((await sales.get(`/invoices/${invoiceId}`)).body).toEqual(unchanged);
    await sales.status(orderId, { status: 'delivered' });
    await sales.status(orderId, { status: 'closed' });
    expect(await sales.post(`/invoices/${invoiceId}/void`, {})).toMatchObject(refused);
    // Two units of 129.99.
    expect(await sales.post('/payments', payment(invoiceId))).toMatchObject({ status: 201 });
    expect((await sales.get(`/invoices/${invoiceId}`)).body).toMatchObject({
      ...{ status: 'paid', amount_paid: '259.98', credit_notes: [] },
    });
  });

  it('a capture at the provider pays the invoice of its order', async () => {
    const reference = await stack.simulator.authorization(orderBodyTotalMinor);
    const { body } = await placeAsClientsDo(stack.api, orderBody({ payment_reference: reference }));
    await stack.orderReaching(body.order_id, ['confirmed']);
    const { body: list } = await sales.get('/orders?limit=1');
    const [order] = list['orders'] as { id: string; status: string }[];
    const invoice = await invoiceOf(String(order?.id));
    expect(invoice).toMatchObject({ status: 'paid', amount_paid: '179.98' });
    const { body: payments } = await sales.get(`/payments?invoice_id=${String(invoice?.['id'])}`);
    expect(payments['payments']).toMatchObject([{ payment_method: 'stripe', reference }]);
  });

  it("an invoice's page escapes texts of clients and loads no resources", async () => {
    const { invoiceId } = await confirmed({
      shipping_address: { line1: '<script>alert("1")</script>', city: 'Aus&tin', country: 'US' },
      billing_address: { line1: '<b>"x"</b>', city: 'Berlin', country: 'DE' },
    });
    const page = await sales.get(`/invoices/${invoiceId}/document`);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const text = String(page.body['text']);
    expect(text).toContain('<h1>Invoice INV-');
    expect(text).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;');
    expect(text).toContain('Aus&amp;tin');
    expect(text).toMatch(/Bill to[^]*&lt;b&gt;&quot;x&quot;[^]*Berlin/);
    expect(text).toContain('259.98 USD');
    expect(text).not.toMatch(/<script|<img|<link|src=|href=/);
  });

  it.each([
    [{ currency: 'EUR' }, 422, 'the invoice is in USD, the payment in EUR'],
    [{ amount: '1.001' }, 400, 'amount must have at most 2 decimals in this currency'],
    [{ amount: -1 }, 400, 'amount must be a decimal number'],
    [{ amount: 0 }, 422, 'the amount must be more than nothing'],
    [{ invoice_id: 'inv_01JNABCDEF' }, 404, 'there is no such invoice'],
    [{ payment_method: undefined }, 400, 'payment_method is required'],
  ])('a payment with %j is refused', async (changes, status, message) => {
    const { invoiceId, invoice } = await confirmed();
    const answer = await sales.post('/payments', payment(invoiceId, changes));
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ error: expect.stringContaining(message) as string });
    expect((await sales.get(`/invoices/${invoiceId}`)).body).toEqual(invoice);
  });

  it("another tenant's invoice is hidden and takes no payments", async () => {
    const { invoiceId } = await confirmed();
    const claims = { tenantId: randomUUID(), orgId: randomUUID() };
    const other = createSalesClient({ baseUrl: stack.gatewayUrl, token: stack.token(claims) });
    expect(await other.get(`/invoices/${invoiceId}`)).toMatchObject({ status: 404 });
    expect(await other.get(`/invoices/${invoiceId}/document`)).toMatchObject({ status: 404 });
    expect(await other.post('/payments', payment(invoiceId))).toMatchObject({ status: 404 });
    expect((await other.get('/invoices')).body['invoices']).toEqual([]);
  });
});
