import { eventually } from '@oms/stack';
import { changeAsClientsDo, orderBody, orderBodyTotalMinor, orderItem, progressOf } from '@oms/testing';
import { patient, useSalesClient, useTestStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

const draftAtRest = 'the order is a draft: it waits to be confirmed';

describe('the status of an order under way', () => {
  const stack = useTestStack({ env: patient });
  const sales = useSalesClient(stack);

  it('with a changed draft → is the same as before the change', async () => {
    const product_id = await sales.product(10);
    const drafted = await sales.post('/orders', {
      customer_id: 'cust_01J9RPMNVK4W',
      currency: 'USD',
      line_items: [{ product_id, quantity: 2, unit_price: 10 }],
    });
    expect(drafted.status).toBe(201);
    const id = String(drafted.body['id']);
    const { id: orderId } = await stack.database.prisma.order.findFirstOrThrow({
      where: { number: String(drafted.body['order_number']) },
      select: { id: true },
    });
    expect((await progressOf(stack, orderId)).step).toBe(draftAtRest);

    const line_items = [{ product_id, quantity: 3, unit_price: 10 }];
    expect((await sales.patch(`/orders/${id}`, { line_items })).status).toBe(200);
    expect((await progressOf(stack, orderId)).step).toBe(draftAtRest);

    expect((await sales.status(id, { status: 'confirmed' })).status).toBe(200);
    expect((await progressOf(stack, orderId)).step).toBe('the order is open: the warehouse has it');
  });

  it('with a change while it waits → still shows the wait', async () => {
    const reference = await stack.simulator.authorization(orderBodyTotalMinor);
    const items = [orderItem(await stack.stock(10))];
    const { body } = await stack.api.placeOrder(orderBody({ payment_reference: reference, items }));
    const path = `/api/v1/oms/orders/${body.order_id}`;
    await stack.orderReaching(body.order_id, ['confirmed']);
    await stack.simulator.fault({
      operation: 'refunds.create',
      kind: 'error_before',
      paymentIntent: reference,
    });
    await changeAsClientsDo(stack.api, `${path}/refunds`, { amount: '1.00' });
    const waiting = await eventually('the refund waiting', async () => {
      const progress = await progressOf(stack, body.order_id);
      return progress.waiting ? progress : undefined;
    });

    expect((await stack.api.request('POST', `${path}/fulfillments`, {})).status).toBe(201);

    // The status is `unknown` while the worker does not answer in time.
    const status = await eventually('the order saying what it does', async () => {
      const { body: said } = await stack.api.request('GET', `${path}/status`);
      return said['step'] === 'unknown' ? undefined : said;
    });
    expect(status).toMatchObject({
      status: 'shipped',
      step: 'money is being given back',
      waiting: { since: waiting.waiting?.since },
    });
    await stack.simulator.clearFaults();
    await eventually(
      'the refund',
      async () => {
        const { body: refunds } = await stack.api.request<{ refunds: { status: string }[] }>(
          'GET',
          `${path}/refunds`,
        );
        return refunds.refunds.every(({ status }) => status === 'succeeded') ? true : undefined;
      },
      { timeoutMs: 60_000 },
    );
    await eventually('the order at rest', async () =>
      (await progressOf(stack, body.order_id)).step.startsWith('the order is on its way') ? true : undefined,
    );
  });
});
