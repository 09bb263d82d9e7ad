import { randomUUID } from 'node:crypto';

import { OrderSearchAttributes, orderWorkflowId } from '@oms/contracts/temporal';
import { eventually } from '@oms/stack';
import {
  orderBody,
  orderBodyTotalMinor,
  orderItem,
  placeAsClientsDo,
  stockOf,
  type OrderBody,
  type StockedAt,
} from '@oms/testing';
import { useSharedStack } from '@oms/testing/vitest';
import { beforeAll, describe, expect, it } from 'vitest';

describe('placing an order', () => {
  // Without long timeouts, an answer that comes too late would add events to the history.
  const stack = useSharedStack();

  async function place(overrides: Record<string, unknown>) {
    const answer = await placeAsClientsDo(stack.api, orderBody(overrides));
    return answer.body.order_id;
  }

  const ended = ['confirmed', 'cancelled'];

  describe('when it can be paid and there is stock', () => {
    let order: OrderBody;
    let level: StockedAt;
    let reference: string;

    beforeAll(async () => {
      level = await stack.stock(10);
      reference = await stack.simulator.authorization(orderBodyTotalMinor);
      const id = await place({ payment_reference: reference, items: [orderItem(level)] });
      order = await stack.orderReaching(id, ended);
    });

    it('confirms it, paid', () => {
      expect(order).toMatchObject({
        status: 'confirmed',
        payment_status: 'captured',
        total_amount: '179.98',
      });
    });

    it('captures the money once', async () => {
      expect(await stack.simulator.ledger(reference)).toMatchObject([
        { operation: 'authorize', amount: orderBodyTotalMinor },
        { operation: 'capture', amount: orderBodyTotalMinor },
      ]);
    });

    it('reserves exactly what was ordered', async () => {
      expect(await stockOf(stack, level)).toEqual({ onHand: 10, reserved: 2 });
    });

    it('shows its history without a gap', async () => {
      const { body } = await stack.api.getEvents(order.id);
      expect(body.events.map(({ sequence, type, from, to }) => [sequence, type, from, to])).toEqual([
        [1, 'order.placed', null, 'pending'],
        // Side by side: either may come first.
        ...body.events
          .slice(1, 3)
          .map(({ type }) =>
            type === 'payment.authorized'
              ? [2, type, 'pending', 'authorized']
              : [2, 'inventory.reserved', null, null],
          )
          .map(([, ...rest], index) => [index + 2, ...rest]),
        [4, 'payment.captured', 'authorized', 'captured'],
        [5, 'order.confirmed', 'pending', 'confirmed'],
      ]);
      expect(new Set(body.events.map(({ type }) => type)).size).toBe(5);
      expect(order.version).toBe(5);
    });

    it('is found by operators by its number and status, and shows its step in plain words', async () => {
      const query = `OrderNumber = '${order.number}' AND OrderStatus = 'confirmed' AND PaymentStatus = 'captured' AND TenantId = '${stack.tenantId}' AND OrgId = '${stack.orgId}' AND OrderId = '${order.id}'`;
      const [found] = await eventually('the order being searchable', async () => {
        const listed = [];
        for await (const workflow of stack.temporal.workflow.list({ query })) listed.push(workflow);
        return listed.length > 0 ? listed : undefined;
      });
      expect(found?.workflowId).toBe(orderWorkflowId(order.id));
      expect(found?.status.name).toBe('RUNNING');
      expect(found?.typedSearchAttributes.get(OrderSearchAttributes.orderNumber)).toBe(order.number);
    });
  });

  it('confirms an order with the total zero without a provider', async () => {
    const id = await place({ items: [orderItem({ unit_price: '0' })] });
    expect(await stack.orderReaching(id, ended)).toMatchObject({ status: 'confirmed', total_amount: '0.00' });
  });

  describe('when the same key is posted again', () => {
    it('answers with the same order, made once, to concurrent requests', async () => {
      const level = await stack.stock(100);
      const reference = await stack.simulator.authorization(orderBodyTotalMinor);
      const body = orderBody({ payment_reference: reference, items: [orderItem(level)] });
      const answers = await Promise.all(Array.from({ length: 100 }, () => stack.api.placeOrder(body)));
      const ids = new Set(answers.map((answer) => answer.body.order_id));
      expect(ids.size).toBe(1);
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
      const replays = answers.filter(({ status }) => status === 200);
      expect(replays).toHaveLength(99);
      expect(replays.every(({ headers }) => headers.get('idempotent-replayed') === 'true')).toBe(true);
      const [id = ''] = ids;
      await stack.orderReaching(id, ['confirmed']);
      expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture']);
      expect(await stockOf(stack, level)).toEqual({ onHand: 100, reserved: 2 });
    });

    it('refuses another body under the key, and changes nothing', async () => {
      const reference = await stack.simulator.authorization(orderBodyTotalMinor);
      const body = orderBody({ payment_reference: reference });
      const first = await stack.api.placeOrder(body);
      const other = await stack.api.placeOrder({ ...body, channel: 'pos' });
      expect(other).toMatchObject({ status: 400, body: { code: 'IDEMPOTENCY_CONFLICT' } });
      const order = await stack.orderReaching(first.body.order_id, ['confirmed']);
      expect(order).toMatchObject({ channel: 'web-storefront' });
    });

    it('treats the same key of another tenant as another order', async () => {
      const body = orderBody();
      const [mine, theirs] = await Promise.all([
        stack.api.placeOrder(body),
        stack.apiAs({ tenantId: randomUUID() }).placeOrder(body),
      ]);
      expect(mine.status).toBe(201);
      expect(theirs.status).toBe(201);
      expect(theirs.body.order_id).not.toBe(mine.body.order_id);
    });

    it('still answers the order when its workflow has ended', async () => {
      const body = orderBody();
      const { status, body: first } = await stack.api.placeOrder(body);
      expect(status).toBe(201);
      expect(first).toEqual({ order_id: expect.any(String) as string });
      await stack.orderReaching(first.order_id, ['cancelled']);
      await stack.temporal.workflow.getHandle(orderWorkflowId(first.order_id)).result();
      const again = await stack.api.placeOrder(body);
      expect(again.status).toBe(200);
      expect(again.body).toEqual(first);
      expect((await stack.api.placeOrder({ ...body, channel: 'pos' })).status).toBe(400);
    });
  });

  it('never sells more than there is: 200 orders for 50 units', async () => {
    const level = await stack.stock(50);
    const references = await stack.simulator.authorizations(200, 8_999);
    const placed = await Promise.all(
      references.map((payment_reference) =>
        placeAsClientsDo(
          stack.api,
          orderBody({ payment_reference, items: [orderItem({ ...level, quantity: 1 })] }),
        ),
      ),
    );
    const orders = await Promise.all(
      placed.map(({ body }) => stack.orderReaching(body.order_id, ended, 150_000)),
    );
    const confirmed = orders.filter(({ status }) => status === 'confirmed');
    const cancelled = orders.filter(({ cancellation_reason: reason }) => reason === 'out_of_stock');
    expect([confirmed.length, cancelled.length]).toEqual([50, 150]);
    expect(cancelled.every(({ payment_status: paid }) => paid === 'voided')).toBe(true);
    expect(await stockOf(stack, level)).toEqual({ onHand: 50, reserved: 50 });
    const ledger = (await stack.simulator.ledger()).filter((entry) =>
      references.includes(entry.payment_intent),
    );
    const count = (operation: string) => ledger.filter((entry) => entry.operation === operation).length;
    expect([count('capture'), count('void'), count('refund')]).toEqual([50, 150, 0]);
  });

  it('hides it from other tenants and other organisations', async () => {
    const id = await place({});
    for (const stranger of [stack.apiAs({ tenantId: randomUUID() }), stack.apiAs({ orgId: randomUUID() })]) {
      expect((await stranger.getOrder(id)).status).toBe(404);
      expect((await stranger.getEvents(id)).status).toBe(404);
      expect((await stranger.listOrders()).body.orders).toEqual([]);
    }
  });
});
