import { randomUUID } from 'node:crypto';

import { salesOrderId } from '@oms/contracts/http';
import { changeAsClientsDo, confirmedOrder } from '@oms/testing';
import { useSalesClient, useSharedStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

const home = { line1: '1 Main St', city: 'Austin', country: 'US', email: 'ada@example.com', phone: '1' };
const rest = { name: null, company: null, line2: null, state: null, postal_code: null };

describe('fields of an order that are changed after it was placed', () => {
  const stack = useSharedStack();
  const sales = useSalesClient(stack);

  const path = (id: string, part = ''): string => `/api/v1/oms/orders/${id}${part}`;
  const patch = (id: string, body: object, key: string = randomUUID()) =>
    stack.api.request('PATCH', path(id), body, { 'idempotency-key': key });
  const audited = (id: string) =>
    stack.database.prisma.auditEntry.findMany({
      where: { resourceId: id, action: 'order.edited' },
      orderBy: { id: 'asc' },
    });

  it('an address is corrected part by part, with its audit record, and its event has no personal data', async () => {
    const { id } = await confirmedOrder(stack);
    expect(await patch(id, { shipping_address: { ...home } })).toMatchObject({
      status: 200,
      body: { id, shipping_address: { ...rest, ...home }, billing_address: null },
    });
    expect(await patch(id, { shipping_address: { phone: '2', email: null } })).toMatchObject({
      status: 200,
      body: { shipping_address: { ...rest, ...home, phone: '2', email: null } },
    });
    const { email: _, ...withoutEmail } = home;
    expect((await audited(id)).map(({ data }) => data)).toEqual([
      {
        ...{ changed: ['shippingAddress'], totalMinor: 17_998 },
        ...{ before: { shippingAddress: null }, after: { shippingAddress: home } },
      },
      {
        ...{ changed: ['shippingAddress'], totalMinor: 17_998 },
        before: { shippingAddress: home },
        after: { shippingAddress: { ...withoutEmail, phone: '2' } },
      },
    ]);
    const { body } = await stack.api.getEvents(id);
    const edits = body.events.filter(({ type }) => type === 'order.edited');
    expect(edits.map((event) => event.data)).toEqual([
      { changed: ['shippingAddress'], total_minor: 17_998 },
      { changed: ['shippingAddress'], total_minor: 17_998 },
    ]);
    expect(JSON.stringify(body)).not.toContain('Austin');
  });

  it('an address of a partly shipped order is corrected, and of a shipped one it is refused', async () => {
    const { id, order } = await confirmedOrder(stack);
    const item = { item_id: String(order.items[0]?.['id']), quantity: 1 };
    await changeAsClientsDo(stack.api, path(id, '/fulfillments'), { items: [item] });
    expect(await patch(id, { shipping_address: home })).toMatchObject({ status: 200 });
    await changeAsClientsDo(stack.api, path(id, '/fulfillments'));
    const refusal = { code: 'NOTHING_LEFT_TO_SHIP', field: 'shipping_address' };
    expect(await patch(id, { shipping_address: { phone: '3' } })).toMatchObject({
      status: 400,
      body: refusal,
    });
    expect(
      await sales.patch(`/orders/${salesOrderId(id)}`, { shipping_address: { phone: '3' } }),
    ).toMatchObject({ status: 422, body: refusal });
    expect((await stack.api.getOrder(id)).body).toMatchObject({ shipping_address: { phone: '1' } });
  });

  it('note, tags and metadata of an ended order are changed on both APIs, once under a key', async () => {
    const { id } = await confirmedOrder(stack);
    await changeAsClientsDo(stack.api, path(id, '/cancel'), { reason: 'changed my mind' });
    await stack.orderReaching(id, ['cancelled']);
    const key = randomUUID();
    const body = { note: 'called twice\nno answer', tags: ['fraud', 'fraud'], metadata: { ticket: '7' } };
    const first = await patch(id, body, key);
    expect(first).toMatchObject({
      status: 200,
      body: { ...body, tags: ['fraud'], status: 'cancelled' },
    });
    const again = await patch(id, body, key);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.body['version']).toBe(first.body['version']);
    expect(await patch(id, { note: 'another' }, key)).toMatchObject({
      status: 400,
      body: { code: 'IDEMPOTENCY_CONFLICT' },
    });
    expect(
      await sales.patch(`/orders/${salesOrderId(id)}`, { metadata: { ticket: null, by: 'ada' }, note: null }),
    ).toMatchObject({ status: 200, body: { note: null, tags: ['fraud'], metadata: { by: 'ada' } } });
    expect((await stack.api.getOrder(id)).body).toMatchObject({ note: null, metadata: { by: 'ada' } });
    expect(await audited(id)).toHaveLength(2);
  });

  it('two changes of one version at once → one 200, one 409 STALE_VERSION', async () => {
    const { id } = await confirmedOrder(stack);
    const { version } = (await stack.api.getOrder(id)).body;
    const answers = await Promise.all(['a', 'b'].map((note) => patch(id, { version, note })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({
      code: 'STALE_VERSION',
      field: 'version',
    });
    expect(await audited(id)).toHaveLength(1);
  });

  it('a change to the values that the order has → writes nothing', async () => {
    const { id } = await confirmedOrder(stack);
    const { version } = (await patch(id, { note: 'x', shipping_address: home })).body;
    const again = await patch(id, { note: 'x', shipping_address: { country: 'US' }, tags: [] });
    expect(again).toMatchObject({ status: 200, body: { version } });
    expect(await audited(id)).toHaveLength(1);
  });
});
