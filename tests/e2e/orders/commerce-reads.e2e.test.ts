import { randomUUID } from 'node:crypto';

import { changeAsClientsDo, createApiKeyOf, commerceOrderBody } from '@oms/testing';
import { useCommerceClient, useSharedStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

describe('reading orders on the Commerce API', () => {
  const stack = useSharedStack();
  const commerce = useCommerceClient(stack);

  it('projects the status and shows the tracking number while the order lives on, on the Orders API', async () => {
    const { sku } = await commerce.stocked(5);
    const externalId = randomUUID();
    const { body } = await commerce.post(
      commerceOrderBody(sku, { external_id: externalId, items: [{ sku, quantity: 2, unit_price: 1 }] }),
    );
    const oms = await stack.orderReaching(await commerce.omsIdOf(externalId), ['confirmed']);
    const change = (path: string, wanted: object = {}) =>
      changeAsClientsDo(stack.api, `/api/v1/oms/orders/${oms.id}${path}`, wanted);
    const shown = async () => (await commerce.get(body['id'])).body;
    const found = async (status: string) =>
      ((await commerce.list(`?status=${status}&external_id=${externalId}`)).body['orders'] as unknown[])
        .length;
    expect(await shown()).toMatchObject({ status: 'pending' });
    expect([await found('pending'), await found('processing')]).toEqual([1, 0]);
    const items = [{ item_id: String(oms.items[0]?.['id']), quantity: 1 }];
    await change('/fulfillments', { items, tracking_number: 'FIRST-1', carrier: 'UPS' });
    expect(await shown()).toMatchObject({ status: 'processing', tracking_number: 'FIRST-1' });
    await change('/fulfillments', { tracking_number: 'SECOND-2', carrier: 'UPS' });
    expect(await shown()).toMatchObject({ status: 'shipped', tracking_number: 'SECOND-2' });
    expect([await found('shipped'), await found('pending,shipped')]).toEqual([1, 1]);
    const { body: parts } = await stack.api.request('GET', `/api/v1/oms/orders/${oms.id}/fulfillments`);
    for (const { id } of parts['fulfillments'] as { id: string }[]) {
      await change(`/fulfillments/${id}/deliver`);
    }
    expect(await shown()).toMatchObject({ status: 'delivered' });
    await change('/close');
    expect(await shown()).toMatchObject({ status: 'delivered' });
    expect([await found('delivered'), await found('cancelled')]).toEqual([1, 0]);
  });

  it('shows what became of the payment: captured, and refunded once the order is cancelled', async () => {
    const { sku } = await commerce.stocked(5);
    const reference = await stack.simulator.authorization(1_000);
    const externalId = randomUUID();
    const created = await commerce.post(
      commerceOrderBody(sku, {
        external_id: externalId,
        payment_provider: 'stripe',
        payment_reference: reference,
      }),
    );
    expect(created.status).toBe(201);
    expect(['authorized', 'captured']).toContain(created.body['payment_status']);
    const omsId = await commerce.omsIdOf(externalId);
    await stack.orderReaching(omsId, ['confirmed']);
    expect((await commerce.get(created.body['id'])).body).toMatchObject({ payment_status: 'captured' });
    await changeAsClientsDo(stack.api, `/api/v1/oms/orders/${omsId}/cancel`);
    expect((await commerce.get(created.body['id'])).body).toMatchObject({
      status: 'cancelled',
      payment_status: 'refunded',
    });
  });

  it('lists the newest first, by customer, external id and date, page by page', async () => {
    const { sku } = await commerce.stocked(100);
    const customer = `cust_${randomUUID().replaceAll('-', '')}`;
    const from = new Date().toISOString();
    const ids: unknown[] = [];
    for (let count = 0; count < 3; count += 1) {
      const { body } = await commerce.post(
        commerceOrderBody(sku, { customer_id: customer, external_id: randomUUID() }),
      );
      ids.unshift(body['id']);
    }
    const of = async (query: string) => {
      const { status, body } = await commerce.list(`?customer_id=${customer}${query}`);
      expect(status).toBe(200);
      return { ...body, ids: (body['orders'] as { id: string }[]).map(({ id }) => id) };
    };
    expect(await of('')).toMatchObject({ ids, limit: 50, offset: 0, next_cursor: null });
    expect((await of('&limit=2')).ids).toEqual(ids.slice(0, 2));
    expect((await of('&limit=2&offset=2')).ids).toEqual(ids.slice(2));
    const { next_cursor: cursor } = (await commerce.list(`?customer_id=${customer}&limit=2`)).body;
    expect((await of(`&limit=2&cursor=${String(cursor)}`)).ids).toEqual(ids.slice(2));
    expect((await of(`&created_from=${from}`)).ids).toEqual(ids);
    expect((await of(`&created_before=${from}`)).ids).toEqual([]);
    expect((await commerce.list('?limit=101')).body).toMatchObject({ code: 'INVALID_REQUEST' });
    expect((await commerce.list('?status=confirmed')).body).toMatchObject({
      error: expect.stringContaining('pending, processing, shipped, delivered, cancelled') as string,
    });
  });

  it('404: another tenant’s order, and an invalid id', async () => {
    const { sku } = await commerce.stocked(1);
    const { body } = await commerce.post(commerceOrderBody(sku));
    const stranger = await createApiKeyOf(stack.apiAs({ tenantId: randomUUID() }));
    const answer = await commerce.request('GET', `/${String(body['id'])}`, undefined, {
      authorization: `Bearer ${stranger}`,
    });
    expect([answer.status, answer.body['code']]).toEqual([404, 'NOT_FOUND']);
    expect((await commerce.get('ord_01JGK9')).status).toBe(404);
    expect((await commerce.get(randomUUID())).status).toBe(404);
  });
});
