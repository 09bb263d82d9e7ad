import { orderIdOfCommerce, orderIdOfSales } from '@oms/contracts/http';
import { orderWorkflowId } from '@oms/contracts/temporal';
import { eventually } from '@oms/stack';
import {
  changeAsClientsDo,
  createCommerceClient,
  type CommerceClient,
  orderBody,
  orderItem,
  orderRequests,
  placeAsClientsDo,
  remainingImbalances,
  stockOf,
} from '@oms/testing';
import { patient, useSalesClient, useStarted, useTestStack } from '@oms/testing/vitest';
import { afterAll, describe, expect, it } from 'vitest';

const capture = 'payment_intents.capture';

describe('a payment that is captured when its order ships', () => {
  const stack = useTestStack({ env: { ...patient, WEBHOOK_RETRY_MS: '500' } });
  const { get, change, refused, refundsOf } = orderRequests(stack);
  const sales = useSalesClient(stack);
  const commerce = useStarted<CommerceClient>({ start: () => createCommerceClient(stack) });
  const some = (itemId: string, quantity: number) => ({ items: [{ item_id: itemId, quantity }] });
  const captured = async (reference: string) =>
    (await stack.simulator.ledger(reference))
      .filter(({ operation }) => operation === 'capture')
      .map(({ amount }) => amount);
  const withoutWebhooks = (reference: string) =>
    stack.simulator.fault({
      ...{ operation: 'webhooks', kind: 'delay', delayMs: 3_600_000, paymentIntent: reference },
    });
  const settings = (body: object) => stack.api.request('PATCH', '/api/v1/oms/settings', body);

  interface Wishes {
    readonly heldForSeconds?: number;
    readonly body?: Readonly<Record<string, unknown>>;
  }

  /** A confirmed order of 5 units at 10.00 with 5.00 for the shipping. Its stock is all that there is. */
  async function confirmed({ heldForSeconds, body = {} }: Wishes = {}) {
    const level = await stack.stock(5);
    const held = heldForSeconds === undefined ? {} : { heldForSeconds };
    const reference = await stack.simulator.authorization(5_500, held);
    const items = [orderItem({ ...level, quantity: 5, unit_price: 10 })];
    const placed = await placeAsClientsDo(
      stack.api,
      orderBody({
        ...{ payment_reference: reference, items, shipping_amount: 5, capture_policy: 'at_shipment' },
        ...body,
      }),
    );
    const id = placed.body.order_id;
    const order = await stack.orderReaching(id, ['confirmed']);
    return { id, level, reference, itemId: String(order.items[0]?.['id']) };
  }

  afterAll(async () => {
    expect(await remainingImbalances(stack)).toEqual([]);
  });

  it('is held until then, and captured once by the first of two shipments', async () => {
    const { id, reference, itemId } = await confirmed();
    expect(await get(id)).toMatchObject({ payment_status: 'authorized', capture_policy: 'at_shipment' });
    expect(await get(id, '/invoices')).toMatchObject({ invoices: [{ status: 'draft' }] });
    expect(await stack.api.settledProof(id)).toMatchObject({ balances: true, faults: [] });
    expect(await captured(reference)).toEqual([]);

    await change(id, '/fulfillments', some(itemId, 2));
    expect(await captured(reference)).toEqual([5_500]);
    expect(await get(id)).toMatchObject({ status: 'processing', payment_status: 'captured' });
    expect(await get(id, '/invoices')).toMatchObject({
      invoices: [{ status: 'paid', total_amount: '55.00', paid_amount: '55.00' }],
    });

    await change(id, '/fulfillments');
    expect(await captured(reference)).toEqual([5_500]);
    expect(await get(id)).toMatchObject({ status: 'shipped' });
    expect(await stack.api.settledProof(id)).toMatchObject({ balances: true, money: { kept: '55.00' } });
    const { body } = await stack.api.getEvents(id);
    const types = body.events.map(({ type }) => type);
    expect(types.slice(types.indexOf('order.confirmed'))).toEqual([
      ...['order.confirmed', 'payment.capture_requested', 'payment.captured', 'order.processing'],
      ...['shipment.created', 'shipment.created', 'order.shipped'],
    ]);
  });

  it('is not taken for units that were cancelled before', async () => {
    const { id, level, reference, itemId } = await confirmed();
    // Never captured, so nothing is given back.
    expect(await change(id, '/cancellations', some(itemId, 2))).toMatchObject({
      amount: '20.00',
      refund_id: null,
    });
    await change(id, '/fulfillments');
    // 5 × 10.00 + 5.00 − 2 × 10.00
    expect(await captured(reference)).toEqual([3_500]);
    expect(await stockOf(stack, level)).toEqual({ onHand: 2, reserved: 0 });
    expect(await get(id, '/invoices')).toMatchObject({
      invoices: [{ status: 'paid', total_amount: '55.00', paid_amount: '35.00' }],
    });
    expect(await stack.api.settledProof(id)).toMatchObject({
      ...{ balances: true, faults: [] },
      ...{ money: { captured: '35.00', kept: '35.00' }, invoice: { credited: '20.00' } },
    });
    // All that was captured can be given back, and no more.
    await change(id, '/refunds', { all: true });
    expect(await refundsOf(id)).toEqual(['35.00']);
    expect(await get(id)).toMatchObject({ payment_status: 'refunded' });
    expect(await stack.api.settledProof(id)).toMatchObject({ balances: true, money: { kept: '0.00' } });
  });

  it('units that are cancelled after the capture are given back', async () => {
    const { id, reference, itemId } = await confirmed();
    await change(id, '/fulfillments', some(itemId, 2));
    await change(id, '/cancellations', some(itemId, 3));
    expect(await refundsOf(id)).toEqual(['30.00']);
    expect(await captured(reference)).toEqual([5_500]);
    expect(await stack.api.settledProof(id)).toMatchObject({ balances: true, money: { kept: '25.00' } });
  });

  it('is released with the cancellation of the order, and of all of its units', async () => {
    const orders = [await confirmed(), await confirmed()] as const;
    await changeAsClientsDo(stack.api, `/api/v1/oms/orders/${orders[0].id}/cancel`);
    await change(orders[1].id, '/cancellations', some(orders[1].itemId, 5));
    for (const { id, reference, level } of orders) {
      expect(await stack.orderReaching(id, ['cancelled'])).toMatchObject({ payment_status: 'voided' });
      expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'void']);
      expect(await stockOf(stack, level)).toEqual({ onHand: 5, reserved: 0 });
      expect(await stack.api.settledProof(id)).toMatchObject({ balances: true });
    }
  });

  it('a declined capture ships nothing, is flagged, and can be tried again under another key', async () => {
    const { id, level, reference } = await confirmed();
    await stack.simulator.fault({
      ...{ operation: capture, kind: 'decline', declineCode: 'insufficient_funds', paymentIntent: reference },
    });
    const answer = await stack.api.request(
      'POST',
      `/api/v1/oms/orders/${id}/fulfillments`,
      {},
      {
        'idempotency-key': 'first',
      },
    );
    expect(answer).toMatchObject({ status: 400, body: { code: 'PAYMENT_FAILED' } });
    expect(answer.body['error']).toMatch(/^nothing was shipped: the payment provider declined the capture/);
    expect(await get(id)).toMatchObject({
      ...{ status: 'confirmed', payment_status: 'authorized', flags: ['capture_declined'] },
    });
    expect(await stockOf(stack, level)).toEqual({ onHand: 5, reserved: 5 });
    expect(await get(id, '/fulfillments')).toEqual({ fulfillments: [] });
    expect(await stack.api.settledProof(id)).toMatchObject({ balances: true });

    await stack.simulator.clearFaults(reference);
    await change(id, '/fulfillments');
    expect(await captured(reference)).toEqual([5_500]);
    expect(await get(id)).toMatchObject({ status: 'shipped', payment_status: 'captured', flags: [] });
  });

  it.each(['error_after', 'error_before', 'hang_after'])(
    'is captured once when the capture meets %s, and the shipment is made by itself',
    async (kind) => {
      const { id, reference } = await confirmed();
      await stack.simulator.fault({ operation: capture, kind, times: 2, paymentIntent: reference });
      await changeAsClientsDo(stack.api, `/api/v1/oms/orders/${id}/fulfillments`, {});
      expect(await stack.orderReaching(id, ['shipped'], 60_000)).toMatchObject({
        payment_status: 'captured',
      });
      expect(await captured(reference)).toEqual([5_500]);
      expect(await get(id, '/fulfillments')).toMatchObject({ fulfillments: [{ status: 'shipped' }] });
    },
  );

  it('is captured once when the worker dies in the middle of it', async () => {
    const { id, reference } = await confirmed();
    await withoutWebhooks(reference);
    await stack.simulator.fault({
      ...{ operation: capture, kind: 'hang_after', times: 1, paymentIntent: reference },
    });
    const shipping = changeAsClientsDo(stack.api, `/api/v1/oms/orders/${id}/fulfillments`, {});
    await eventually('the capture being made', async () =>
      (await captured(reference)).length > 0 ? true : undefined,
    );
    expect(await get(id, '/proof')).toMatchObject({
      balances: 'unsettled',
      unsettled: ['its payment is being captured for a shipment'],
    });
    await stack.service('payment-worker').stop('SIGKILL');
    await stack.service('order-worker').stop('SIGKILL');
    await stack.service('payment-worker').start();
    await stack.service('order-worker').start();
    await shipping;
    expect(await stack.orderReaching(id, ['shipped'], 60_000)).toMatchObject({ payment_status: 'captured' });
    expect(await captured(reference)).toEqual([5_500]);
    expect(await get(id, '/fulfillments')).toMatchObject({ fulfillments: [{}] });
    await stack.simulator.clearFaults(reference);
  });

  it('no units are cancelled and no money is refunded while the capture has no answer', async () => {
    const { id, reference, itemId } = await confirmed();
    expect(await refused(id, '/refunds', { all: true })).toEqual({
      status: 400,
      error: 'nothing is captured before the order ships; cancel what is not wanted',
    });
    await stack.simulator.fault({ operation: capture, kind: 'error_before', paymentIntent: reference });
    const shipping = changeAsClientsDo(stack.api, `/api/v1/oms/orders/${id}/fulfillments`, some(itemId, 1));
    await eventually('the order having waited', async () =>
      (await get(id, '/status'))['waiting'] ? true : undefined,
    );
    expect(await refused(id, '/cancellations', some(itemId, 1))).toMatchObject({
      status: 400,
      error: expect.stringMatching(
        /^the payment is being captured for a shipment; send the request again/,
      ) as unknown,
    });
    await stack.simulator.clearFaults(reference);
    await shipping;
    expect(await captured(reference)).toEqual([5_500]);
  });

  it('a cancellation while the capture has no answer does not wait for it, and ships nothing', async () => {
    const { id, reference, level } = await confirmed();
    await stack.simulator.fault({ operation: capture, kind: 'error_before', paymentIntent: reference });
    const shipping = stack.api.request('POST', `/api/v1/oms/orders/${id}/fulfillments`, {});
    await eventually('the order having waited', async () =>
      (await get(id, '/status'))['waiting'] ? true : undefined,
    );
    await changeAsClientsDo(stack.api, `/api/v1/oms/orders/${id}/cancel`);
    expect(await stack.orderReaching(id, ['cancelled'])).toMatchObject({ payment_status: 'voided' });
    expect([202, 400]).toContain((await shipping).status);
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'void']);
    expect(await get(id, '/fulfillments')).toEqual({ fulfillments: [] });
    expect(await stockOf(stack, level)).toEqual({ onHand: 5, reserved: 0 });
    expect(await stack.api.settledProof(id)).toMatchObject({ balances: true });
    await stack.simulator.clearFaults(reference);
  });

  it('a cancellation while the answer of the capture is lost gives back what was captured', async () => {
    const { id, reference } = await confirmed();
    await stack.simulator.fault({ operation: capture, kind: 'hang_after', paymentIntent: reference });
    const shipping = stack.api.request('POST', `/api/v1/oms/orders/${id}/fulfillments`, {});
    await eventually('the capture hanging', async () =>
      (await stack.simulator.hasFired(reference)) ? true : undefined,
    );
    await changeAsClientsDo(stack.api, `/api/v1/oms/orders/${id}/cancel`);
    const { status } = await stack.orderReaching(id, ['cancelled', 'shipped'], 60_000);
    // The provider's webhook may tell of the capture before the cancellation is decided.
    expect(await stack.simulator.operationsOn(reference)).toEqual(
      status === 'shipped' ? ['authorize', 'capture'] : ['authorize', 'capture', 'refund'],
    );
    expect([201, 202, 400]).toContain((await shipping).status);
    expect(await stack.api.settledProof(id)).toMatchObject({ balances: true });
    await stack.simulator.clearFaults(reference);
  });

  it('the capture and the shipment go on after the workflow of their order was ended', async () => {
    const { id, reference } = await confirmed();
    await stack.simulator.fault({ operation: capture, kind: 'error_before', paymentIntent: reference });
    const shipping = stack.api.request('POST', `/api/v1/oms/orders/${id}/fulfillments`, {});
    await eventually('the order having waited', async () =>
      (await get(id, '/status'))['waiting'] ? true : undefined,
    );
    await stack.temporal.workflow.getHandle(orderWorkflowId(id)).terminate('test');
    await stack.simulator.clearFaults(reference);
    await changeAsClientsDo(stack.api, `/api/v1/oms/orders/${id}/operations/retry`, { reason: 'ended' });
    // The gateway starts the workflow again, and sends the shipment again.
    expect([201, 202]).toContain((await shipping).status);
    expect(await stack.orderReaching(id, ['shipped'])).toMatchObject({ payment_status: 'captured' });
    expect(await captured(reference)).toEqual([5_500]);
  });

  it('captured at the provider itself before the order ships → the order has its money', async () => {
    const { id, reference, itemId } = await confirmed();
    await stack.simulator.captureByHand(reference);
    await eventually('the capture being heard of', async () =>
      (await get(id))['payment_status'] === 'captured' ? true : undefined,
    );
    await change(id, '/cancellations', some(itemId, 1));
    expect(await refundsOf(id)).toEqual(['10.00']);
    await change(id, '/fulfillments');
    expect(await captured(reference)).toEqual([5_500]);
    expect(await stack.api.settledProof(id)).toMatchObject({ balances: true, money: { kept: '45.00' } });
  });

  it('captured at the provider itself, of which nobody has heard when the order ships → is not captured again', async () => {
    const { id, reference } = await confirmed();
    await withoutWebhooks(reference);
    await stack.simulator.captureByHand(reference);
    await change(id, '/fulfillments');
    expect(await get(id)).toMatchObject({ status: 'shipped', payment_status: 'captured', flags: [] });
    expect(await captured(reference)).toEqual([5_500]);
    await stack.simulator.clearFaults(reference);
  });

  it('captured in part at the provider itself, of which nobody has heard → is not shipped, and its cancellation gives that back', async () => {
    const { id, reference } = await confirmed();
    await withoutWebhooks(reference);
    await stack.simulator.captureByHand(reference, 2_000);
    expect(await refused(id, '/fulfillments')).toEqual({
      status: 400,
      error:
        'somebody else captured 20.00 USD of 55.00 USD at the provider, which captures a payment once: cancel what the rest is for',
    });
    await changeAsClientsDo(stack.api, `/api/v1/oms/orders/${id}/cancel`);
    expect(await stack.orderReaching(id, ['cancelled'])).toMatchObject({ payment_status: 'refunded' });
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture', 'refund']);
    await stack.simulator.clearFaults(reference);
  });

  it('a capture that Adyen takes back after the first shipment blocks the second, until an operator has seen it again', async () => {
    const reference = await stack.simulator.adyenPayment(2_000);
    const body = orderBody({
      ...{ payment_provider: 'adyen', payment_reference: reference, capture_policy: 'at_shipment' },
      items: [orderItem({ ...(await stack.stock(2)), quantity: 2, unit_price: 10 })],
    });
    const id = (await placeAsClientsDo(stack.api, body)).body.order_id;
    const itemId = String((await stack.orderReaching(id, ['confirmed'])).items[0]?.['id']);
    await change(id, '/fulfillments', some(itemId, 1));
    const [made] = await stack.simulator.adyenModifications(reference);
    const captureId = made?.id ?? '';
    const complete = (outcome: string) =>
      stack.simulator.call('POST', `/adyen/modifications/${captureId}/complete`, { outcome });
    const flagged = (...flags: readonly string[]) =>
      eventually(`the flags ${flags.join()}`, async () =>
        JSON.stringify((await get(id))['flags']) === JSON.stringify(flags) ? true : undefined,
      );
    await complete('failed');
    await flagged('capture_failed');
    expect(await refused(id, '/fulfillments')).toMatchObject({
      status: 400,
      error: expect.stringContaining('the order is not paid for') as unknown,
    });
    expect(await get(id, '/invoices')).toMatchObject({
      invoices: [{ status: 'issued', due_amount: '20.00' }],
    });
    await complete('recaptured');
    await flagged('capture_failed', 'recapture_reported');
    await changeAsClientsDo(stack.api, `/api/v1/oms/orders/${id}/operations/resolve-payment`, {
      ...{ outcome: 'captured', amount: '20.00', provider_object_id: captureId },
      ...{ evidence: 'the Customer Area shows it as settled', reason: 'Adyen captured again' },
    });
    expect(await get(id)).toMatchObject({ flags: [], payment_status: 'captured' });
    await change(id, '/fulfillments');
    expect(await get(id)).toMatchObject({ status: 'shipped' });
    expect(await stack.api.settledProof(id)).toMatchObject({ balances: true, money: { kept: '20.00' } });
  });

  it.each(['stripe', 'adyen', 'paypal'] as const)('at %s, on each of the three APIs', async (provider) => {
    const authorise = async () => {
      const { simulator } = stack;
      if (provider === 'stripe') return simulator.authorization(1_000);
      return provider === 'adyen' ? simulator.adyenPayment(1_000) : simulator.paypalAuthorization(1_000);
    };
    const paidAtShipment = async () => ({
      ...{ payment_provider: provider, payment_reference: await authorise(), capture_policy: 'at_shipment' },
    });
    const items = [{ title: 'Mug', sku: (await commerce.stocked(1)).sku, quantity: 1, unit_price: '10.00' }];
    const bodies = {
      orders: { ...(await paidAtShipment()), items: [{ product_title: 'Mug', quantity: 1, unit_price: 10 }] },
      sales: {
        ...(await paidAtShipment()),
        customer_id: 'cust_01J9RPMNVK4W',
        line_items: [{ product_id: await sales.product(1), quantity: 1, unit_price: '10.00' }],
      },
      commerce: { ...(await paidAtShipment()), items },
    };
    const onOrders = (await placeAsClientsDo(stack.api, orderBody(bodies.orders))).body.order_id;
    const onSales = String((await sales.post('/orders', bodies.sales)).body['id']);
    await changeAsClientsDo(sales, `/orders/${onSales}/status`, { status: 'confirmed' }, 'PATCH');
    const onCommerce = String((await commerce.post(bodies.commerce)).body['id']);
    const references = Object.values(bodies).map((body) => body.payment_reference);
    const ids = [onOrders, orderIdOfSales(onSales), orderIdOfCommerce(onCommerce)].map(String);
    for (const id of ids) {
      expect(await stack.orderReaching(id, ['confirmed'])).toMatchObject({ payment_status: 'authorized' });
    }
    await changeAsClientsDo(sales, `/orders/${onSales}/status`, { status: 'processing' }, 'PATCH');
    const shipment = { status: 'shipped', tracking_number: '1Z-1', carrier: 'UPS' };
    await change(String(ids[0]), '/fulfillments');
    await changeAsClientsDo(sales, `/orders/${onSales}/status`, shipment, 'PATCH');
    await change(String(ids[2]), '/fulfillments');
    for (const [index, id] of ids.entries()) {
      expect(await stack.orderReaching(id, ['shipped'])).toMatchObject({ payment_status: 'captured' });
      expect(await stack.simulator.operationsOn(String(references[index]))).toEqual(['authorize', 'capture']);
      expect(await stack.api.settledProof(id)).toMatchObject({ balances: true, money: { kept: '10.00' } });
    }
  });

  describe('by the settings of the tenant', () => {
    it('is the default of orders that do not say otherwise', async () => {
      await settings({ capture_policy: 'at_shipment' });
      const { id } = await confirmed({ body: { capture_policy: null } });
      expect(await get(id)).toMatchObject({ payment_status: 'authorized' });
      const other = await confirmed({ body: { capture_policy: 'at_confirmation' } });
      expect(await get(other.id)).toMatchObject({ payment_status: 'captured' });
      await settings({ capture_policy: 'at_confirmation' });
    });

    it('a first shipment that leaves units behind is refused, and not where the others are cancelled', async () => {
      await settings({ split_shipments: 'refuse' });
      const { id, reference, itemId } = await confirmed();
      await settings({ split_shipments: 'capture_all' });
      const answer = await stack.api.request(
        ...(['POST', `/api/v1/oms/orders/${id}/fulfillments`, some(itemId, 2)] as const),
      );
      expect(answer).toMatchObject({ status: 400, body: { code: 'SPLIT_SHIPMENT_REFUSED' } });
      expect(await captured(reference)).toEqual([]);
      await change(id, '/cancellations', some(itemId, 3));
      await change(id, '/fulfillments', some(itemId, 2));
      // 2 × 10.00 + 5.00
      expect(await captured(reference)).toEqual([2_500]);
    });

    it('an authorisation that lapses within a day is flagged, until the order ships', async () => {
      const { id } = await confirmed({ heldForSeconds: 3_600 });
      await eventually('the flag', async () =>
        ((await get(id))['flags'] as string[]).includes('authorization_expiring') ? true : undefined,
      );
      expect(await get(id, '/status')).toMatchObject({
        authorization_expires_at: expect.any(String) as unknown,
      });
      await change(id, '/fulfillments');
      expect(await get(id)).toMatchObject({ flags: [], payment_status: 'captured' });
    });

    it('an authorisation that lapses within a day is captured', async () => {
      await settings({ lapsing_authorizations: 'capture' });
      const { id, reference, itemId } = await confirmed({ heldForSeconds: 3_600 });
      await settings({ lapsing_authorizations: 'flag' });
      await eventually('the capture', async () =>
        (await get(id))['payment_status'] === 'captured' ? true : undefined,
      );
      expect(await captured(reference)).toEqual([5_500]);
      expect(await get(id)).toMatchObject({ status: 'confirmed', flags: [] });
      await change(id, '/fulfillments', some(itemId, 1));
      expect(await captured(reference)).toEqual([5_500]);
    });
  });
});
