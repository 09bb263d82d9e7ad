import { randomUUID } from 'node:crypto';

import { commerceOrderId, salesOrderId } from '@oms/contracts/http';
import { eventually } from '@oms/stack';
import {
  changeAsClientsDo,
  confirmedOrder,
  orderBody,
  orderBodyTotalMinor,
  placeAsClientsDo,
} from '@oms/testing';
import { useCommerceClient, useSalesClient, useSharedStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

describe('the Orders API beyond create', () => {
  const stack = useSharedStack();
  const sales = useSalesClient(stack);
  const commerce = useCommerceClient(stack);

  async function confirmed() {
    const { id, reference, order } = await confirmedOrder(stack);
    return { id, reference, itemId: String(order.items[0]?.['id']) };
  }

  const post = (id: string, path: string, body: unknown = {}, key?: string) =>
    stack.api.request(
      'POST',
      `/api/v1/oms/orders/${id}${path}`,
      body,
      key === undefined ? {} : { 'idempotency-key': key },
    );
  const get = (id: string, path: string) => stack.api.request('GET', `/api/v1/oms/orders/${id}${path}`);

  it('corrects a shipment on two APIs, shows it on all three, and keeps the tracking that Sales needs', async () => {
    const { id } = await confirmed();
    const { body: shipped } = await post(id, '/fulfillments', { tracking_number: '1Z-1', carrier: 'UPS' });
    const path = `/fulfillments/${String(shipped['id'])}`;
    const correct = (body: object) =>
      stack.api.request('PATCH', `/api/v1/oms/orders/${id}${path}`, body, {
        'idempotency-key': randomUUID(),
      });
    const onSales = (body: object) => sales.patch(`/orders/${salesOrderId(id)}/shipment`, body);
    expect(await correct({ tracking_number: '1Z-2' })).toMatchObject({
      status: 200,
      body: { id: shipped['id'], status: 'shipped', tracking_number: '1Z-2', carrier: 'UPS' },
    });
    expect((await commerce.get(commerceOrderId(id))).body).toMatchObject({ tracking_number: '1Z-2' });
    expect(await onSales({ tracking_number: '1Z-3' })).toMatchObject({
      status: 200,
      body: { status: 'shipped', tracking_number: '1Z-3', carrier: 'UPS' },
    });
    expect(await onSales({ carrier: null })).toMatchObject({
      status: 400,
      body: { error: 'carrier is required: the shipment has units that have to be shipped' },
    });
    expect(await correct({})).toMatchObject({
      status: 400,
      body: { error: 'the body must name at least one field to change' },
    });
    await post(id, `${path}/deliver`);
    expect(await correct({ carrier: null })).toMatchObject({
      status: 200,
      body: { status: 'delivered', tracking_number: '1Z-3', carrier: null },
    });
    await post(id, '/close');
    expect(await correct({ carrier: 'UPS' })).toMatchObject({
      status: 400,
      body: { code: 'TRANSITION_NOT_ALLOWED' },
    });
    const { body } = await get(id, '/events');
    const corrected = (body['events'] as { type: string; data: object }[]).filter(
      ({ type }) => type === 'shipment.corrected',
    );
    expect(corrected.map(({ data }) => data)).toMatchObject([
      { before: { tracking_number: '1Z-1' }, after: { tracking_number: '1Z-2' } },
      { before: { tracking_number: '1Z-2' }, after: { tracking_number: '1Z-3' } },
      { before: { carrier: 'UPS' }, after: { carrier: null } },
    ]);
  });

  it('takes an order from its fulfilment to a return, a refund and its end, and proves that it balances', async () => {
    const { id, itemId } = await confirmed();
    const fulfillment = await post(id, '/fulfillments', {
      items: [{ item_id: itemId, quantity: 1 }],
      tracking_number: '1Z999AA10123456784',
      carrier: 'UPS',
    });
    expect(fulfillment.status).toBe(201);
    expect(fulfillment.body).toMatchObject({
      status: 'shipped',
      carrier: 'UPS',
      items: [{ item_id: itemId, quantity: 1 }],
    });
    expect((await stack.api.getOrder(id)).body.status).toBe('processing');
    const rest = await post(id, '/fulfillments', { carrier: 'UPS' });
    expect((await stack.api.getOrder(id)).body.status).toBe('shipped');
    for (const part of [fulfillment, rest]) {
      expect((await post(id, `/fulfillments/${String(part.body['id'])}/deliver`)).body).toMatchObject({
        status: 'delivered',
      });
    }
    expect((await stack.api.getOrder(id)).body.status).toBe('delivered');
    const returned = await post(id, '/returns', {
      items: [{ item_id: itemId, quantity: 1 }],
      reason: 'too small',
    });
    expect(returned.status).toBe(201);
    const returnId = String(returned.body['id']);
    expect((await post(id, `/returns/${returnId}/approve`)).body).toMatchObject({ status: 'approved' });
    expect((await post(id, `/returns/${returnId}/receive`)).body).toMatchObject({
      status: 'received',
      items: [{ item_id: itemId, quantity: 1, restocked: 1, damaged: 0, missing: 0 }],
    });
    const refund = await post(id, '/refunds', { return_id: returnId });
    expect(refund.status).toBe(201);
    expect(refund.body).toMatchObject({ amount: '89.99', return_id: returnId });
    await eventually('the refund', async () => {
      const { body } = await get(id, '/refunds');
      const [first] = body['refunds'] as { status: string }[];
      return first?.status === 'succeeded' ? true : undefined;
    });
    expect((await get(id, '/returns')).body).toMatchObject({ returns: [{ status: 'refunded' }] });
    const { body: billed } = await get(id, '/invoices');
    expect(billed).toMatchObject({
      invoices: [
        {
          ...{
            number: expect.stringMatching(/^INV-\d{6}$/) as string,
            status: 'paid',
            total_amount: '179.98',
          },
          ...{ paid_amount: '179.98', due_amount: '0.00', credited_amount: '89.99' },
          credit_notes: [{ reason: 'refund', refund_id: refund.body['id'], amount: '89.99' }],
        },
      ],
    });
    expect((await post(id, '/close')).body).toMatchObject({ status: 'closed' });
    const proof = await stack.api.settledProof(id);
    expect(proof).toMatchObject({
      status: 'closed',
      money: { captured: '179.98', refunded: '89.99', kept: '89.99' },
      invoice: { status: 'paid', total: '179.98', paid: '179.98', credited: '89.99' },
      stock: [{ ordered: 2, cancelled: 0, reserved: 2, released: 0, shipped: 2, restocked: 1 }],
      balances: true,
      faults: [],
    });
  });

  it('voids the invoice of an order that is cancelled, by a credit note', async () => {
    const { id } = await confirmed();
    await changeAsClientsDo(stack.api, `/api/v1/oms/orders/${id}/cancel`);
    expect((await get(id, '/invoices')).body).toMatchObject({
      invoices: [
        {
          ...{ status: 'void', due_amount: '0.00', credited_amount: '179.98' },
          credit_notes: [{ reason: 'order_cancelled', refund_id: null, amount: '179.98' }],
        },
      ],
    });
    expect(await stack.api.settledProof(id)).toMatchObject({ balances: true, faults: [] });
    expect((await get(randomUUID(), '/invoices')).status).toBe(404);
  });

  it('makes a change once per Idempotency-Key, and refuses another body under it', async () => {
    const { id } = await confirmed();
    const key = randomUUID();
    const first = await post(id, '/refunds', { amount: '10.00' }, key);
    expect(first.status).toBe(201);
    const again = await post(id, '/refunds', { amount: '10.00' }, key);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.body['id']).toBe(first.body['id']);
    const other = await post(id, '/refunds', { amount: '11.00' }, key);
    expect(other.status).toBe(400);
    expect(other.body).toEqual({
      ...{ error: expect.stringContaining('idempotency key') as string, code: 'IDEMPOTENCY_CONFLICT' },
    });
    expect(((await get(id, '/refunds')).body['refunds'] as unknown[]).length).toBe(1);
  });

  it('answers a cancellation again after the order has ended, and refuses any further change', async () => {
    const { id, reference } = await confirmed();
    const key = randomUUID();
    const first = await post(id, '/cancel', { reason: 'changed my mind' }, key);
    expect(first).toMatchObject({ status: 200, body: { status: 'cancelled', payment_status: 'refunded' } });
    const again = await post(id, '/cancel', { reason: 'changed my mind' }, key);
    expect(again).toMatchObject({ status: 200, body: { status: 'cancelled' } });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    const ship = await post(id, '/fulfillments');
    expect(ship.status).toBe(400);
    expect(ship.body['error']).toContain('cancelled');
    expect(
      (await stack.simulator.ledger(reference)).filter(({ operation }) => operation === 'refund'),
    ).toHaveLength(1);
  });

  it('cancels an order that waits for a provider which hangs, and holds no money', async () => {
    const reference = await stack.simulator.authorization(orderBodyTotalMinor);
    await stack.simulator.fault({
      operation: 'payment_intents.capture',
      kind: 'hang_after',
      paymentIntent: reference,
      times: 1,
    });
    const { body } = await placeAsClientsDo(stack.api, orderBody({ payment_reference: reference }));
    await eventually('the capture hanging', async () =>
      (await stack.simulator.hasFired(reference)) ? true : undefined,
    );
    const cancelled = await post(body.order_id, '/cancel');
    expect([200, 202]).toContain(cancelled.status);
    expect(await stack.orderReaching(body.order_id, ['cancelled'], 60_000)).toMatchObject({
      payment_status: 'refunded',
    });
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture', 'refund']);
  });

  it.each([
    ['/fulfillments', { items: [{ item_id: 'x', quantity: 1 }] }, 'items[0].item_id must be a UUID'],
    ['/fulfillments', { parcels: 1 }, 'parcels is not a known field'],
    ['/refunds', { amount: '1.001' }, 'amount must have at most 2 decimals in this currency'],
    ['/refunds', { amount: '1000' }, 'larger than what is left'],
    ['/returns', { items: [] }, 'items must have at least 1 entry'],
  ])('refuses %s with %j', async (path, body, message) => {
    const { id } = await confirmed();
    const before = (await stack.api.getOrder(id)).body;
    const answer = await post(id, path, body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ error: expect.stringContaining(message) as string });
    expect((await stack.api.getOrder(id)).body).toEqual(before);
  });

  it('does not let anyone change what is not theirs', async () => {
    const { id } = await confirmed();
    const other = stack.apiAs({ tenantId: randomUUID(), orgId: randomUUID() });
    expect((await other.request('POST', `/api/v1/oms/orders/${id}/cancel`, {})).status).toBe(404);
    expect((await other.request('GET', `/api/v1/oms/orders/${id}/proof`)).status).toBe(404);
    const viewer = stack.apiAs({ role: 'viewer' });
    expect((await viewer.request('POST', `/api/v1/oms/orders/${id}/cancel`, {})).status).toBe(403);
    expect((await stack.api.getOrder(id)).body.status).toBe('confirmed');
  });
});
