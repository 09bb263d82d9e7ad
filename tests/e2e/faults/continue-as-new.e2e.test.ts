import { randomUUID } from 'node:crypto';

import { orderProgressQuery, orderWorkflowId } from '@oms/contracts/temporal';
import { eventually } from '@oms/stack';
import {
  changeAsClientsDo,
  commerceOrderBody,
  confirmedOrder,
  createCommerceClient,
  lastingImbalances,
  payableOrder,
  placeAsClientsDo,
  type Requester,
} from '@oms/testing';
import { patient, useTemporal, useTestStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

describe('an order that waits for so long that its history is continued in a new run', () => {
  // More events than an order needs that waits for nothing: each round of waiting ends in a new run.
  const temporal = useTemporal({ dynamicConfig: { 'limit.historyCount.suggestContinueAsNew': '15' } });
  const stack = useTestStack({ temporal, env: { ...patient, ALLOCATION_TIMEOUT_MS: '60000' } });

  /** Places an order while the provider fails at this operation, and resolves when it waits in its third run. */
  async function placeAndWaitInThirdRun(operation: string, stockedUnits: number) {
    const { reference, body } = await payableOrder(stack, stockedUnits);
    await stack.simulator.fault({ operation, kind: 'error_before', paymentIntent: reference });
    const placed = await placeAsClientsDo(stack.api, body);
    const id = placed.body.order_id;
    const workflow = stack.temporal.workflow.getHandle(orderWorkflowId(id));
    const runs = new Set<string>();
    await eventually(
      'the order waiting in its third run',
      async () => {
        runs.add((await workflow.describe()).runId);
        return runs.size >= 3 ? (await workflow.query(orderProgressQuery)).waiting : undefined;
      },
      { timeoutMs: 120_000 },
    );
    return { id, body, reference, workflow };
  }

  async function eventsOf(id: string) {
    const { events } = (await stack.api.getEvents(id)).body;
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
    return events.map(({ type }) => type);
  }

  it.concurrent(
    'is confirmed and captured once when the provider is back, and is the same order all the time',
    async () => {
      const { id, body, reference, workflow } = await placeAndWaitInThirdRun('payment_intents.capture', 10);

      // The update of the first run has long been answered: this run answers the same.
      const again = await placeAsClientsDo(stack.api, body);
      expect(again).toMatchObject({ status: 200, body: { order_id: id } });
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      expect((await stack.api.placeOrder({ ...body, channel: 'pos' })).status).toBe(400);
      // Each further run begins with the steps before that one.
      await eventually('the order waiting for its capture', async () => {
        expect(await workflow.query(orderProgressQuery)).toMatchObject({
          status: 'pending',
          step: 'the payment is being captured',
        });
        return true;
      });

      await stack.simulator.clearFaults(reference);
      expect(await stack.orderReaching(id, ['confirmed', 'cancelled'], 90_000)).toMatchObject({
        status: 'confirmed',
        payment_status: 'captured',
      });
      expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture']);
      expect(await eventsOf(id)).toEqual([
        'order.placed',
        'payment.authorized',
        'inventory.reserved',
        'payment.unknown',
        'payment.captured',
        'order.confirmed',
      ]);
      expect(await stack.api.placeOrder(body)).toMatchObject({ status: 200, body: { order_id: id } });
    },
  );

  it.concurrent(
    'goes on undoing what was decided against in an earlier run, with the same reason',
    async () => {
      const { id, reference } = await placeAndWaitInThirdRun('payment_intents.cancel', 1);
      await stack.simulator.clearFaults(reference);
      expect(await stack.orderReaching(id, ['confirmed', 'cancelled'], 90_000)).toMatchObject({
        status: 'cancelled',
        cancellation_reason: 'out_of_stock',
        payment_status: 'voided',
      });
      expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'void']);
      expect((await eventsOf(id)).at(-1)).toBe('order.cancelled');
    },
  );

  it.concurrent('gives everything back when it is cancelled in a later run', async () => {
    const { id, reference, workflow } = await placeAndWaitInThirdRun('payment_intents.capture', 10);
    await workflow.cancel();
    expect(await stack.orderReaching(id, ['cancelled'], 60_000)).toMatchObject({
      cancellation_reason: 'cancellation_requested',
      payment_status: 'voided',
    });
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'void']);
    await stack.simulator.clearFaults(reference);
  });

  describe.concurrent('while somebody waits for a change', () => {
    const change = (id: string, path: string, body: object, key: string) =>
      stack.api.request('POST', `/api/v1/oms/orders/${id}${path}`, body, { 'idempotency-key': key });

    /** Resolves when the order's workflow has gone on in a run that began after this. */
    async function untilContinued(id: string, how: () => Promise<unknown>) {
      const workflow = stack.temporal.workflow.getHandle(orderWorkflowId(id));
      const { runId } = await workflow.describe();
      await how();
      await eventually(
        'the order going on in a new run',
        async () => ((await workflow.describe()).runId === runId ? undefined : true),
        { timeoutMs: 120_000 },
      );
    }

    it.concurrent.each([
      { path: '/cancel', reason: 'cancellation_requested' },
      { path: '/operations/give-up', reason: 'given_up_by_operator' },
    ])(
      'carries what $path began to its end in a later run, made once however often it is sent',
      async ({ path, reason }) => {
        const { id, reference } = await placeAndWaitInThirdRun('payment_intents.capture', 10);
        const fault = { operation: 'payment_intents.cancel', kind: 'error_before' } as const;
        await stack.simulator.fault({ ...fault, paymentIntent: reference });
        const [key, body] = [randomUUID(), { reason: 'no longer wanted' }];
        await untilContinued(id, async () => {
          expect((await change(id, path, body, key)).status).toBeLessThan(300);
        });
        // Sent again to a run that has not heard of it before.
        const again = change(id, path, body, key);
        await stack.simulator.clearFaults(reference);
        expect((await again).status).toBeLessThan(300);
        expect(await stack.orderReaching(id, ['cancelled'], 90_000)).toMatchObject({
          cancellation_reason: reason,
          cancellation_detail: 'no longer wanted',
          payment_status: 'voided',
        });
        expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'void']);
        const replayed = await change(id, path, body, key);
        expect(replayed).toMatchObject({ status: 200, body: { status: 'cancelled' } });
        expect(replayed.headers.get('idempotent-replayed')).toBe('true');
        expect((await change(id, path, { reason: 'another' }, key)).status).toBe(400);
        expect((await eventsOf(id)).filter((type) => type === 'order.cancelled')).toHaveLength(1);
      },
    );

    it.concurrent('refunds once what is asked for while one run ends and the next begins', async () => {
      const { id, reference } = await confirmedOrder(stack);
      const keys = Array.from({ length: 12 }, () => randomUUID());
      // Several at once, several times: some meet a run that is about to end, some the next.
      for (const key of [...keys, ...keys]) {
        const asked = [1, 2].map(() =>
          changeAsClientsDo(withKey(key), `/api/v1/oms/orders/${id}/refunds`, one),
        );
        const [first, second] = await Promise.all(asked);
        expect(first?.body['id']).toBe(second?.body['id']);
      }
      await eventually('every refund being given', async () => {
        const { body: given } = await stack.api.request('GET', `/api/v1/oms/orders/${id}/refunds`);
        const refunds = given['refunds'] as { status: string }[];
        expect(refunds).toHaveLength(keys.length);
        return refunds.every(({ status }) => status === 'succeeded') ? true : undefined;
      });
      const given = (await stack.simulator.operationsOn(reference)).filter(
        (operation) => operation === 'refund',
      );
      expect(given).toHaveLength(keys.length);
    });

    const one = { amount: '1.00' };
    /** A client that asks under the same key, however often it asks. */
    const withKey = (key: string): Requester => ({
      request: (method, path, body) => stack.api.request(method, path, body, { 'idempotency-key': key }),
    });

    it.concurrent(
      'tells a client of the Commerce API in a later run that the stock is reserved',
      async () => {
        const commerce = await createCommerceClient(stack);
        const { sku, reserved } = await commerce.stocked(1);
        const reference = await stack.simulator.authorization(1_000);
        const fault = { operation: 'payment_intents.retrieve', kind: 'error_before' } as const;
        await stack.simulator.fault({ ...fault, paymentIntent: reference });
        const externalId = randomUUID();
        const payment = { payment_provider: 'stripe', payment_reference: reference };
        const posted = commerce.post(commerceOrderBody(sku, { external_id: externalId, ...payment }));
        const id = await eventually('the order', async () => {
          const { body } = await stack.api.listOrders(`?external_id=${externalId}`);
          return body.orders[0]?.id;
        });
        await untilContinued(id, () => Promise.resolve());
        await stack.simulator.clearFaults(reference);
        expect(await posted).toMatchObject({ status: 201, body: { status: 'pending' } });
        expect(await reserved()).toEqual([1]);
        await stack.orderReaching(id, ['confirmed'], 90_000);
      },
    );
  });

  it('goes on in new runs also while there is always a refund to be given', async () => {
    const { id, reference } = await confirmedOrder(stack);
    const workflow = stack.temporal.workflow.getHandle(orderWorkflowId(id));
    await stack.service('payment-worker').stop();
    const amounts = ['1.00', '2.00', '3.00', '4.00'];
    for (const amount of amounts) {
      await changeAsClientsDo(stack.api, `/api/v1/oms/orders/${id}/refunds`, { amount });
    }
    const { runId: promising } = await workflow.describe();
    await stack.service('payment-worker').start();
    await eventually('every refund being given', async () => {
      const given = await stack.simulator.operationsOn(reference);
      return given.filter((operation) => operation === 'refund').length === amounts.length ? true : undefined;
    });
    const { events } = await stack.temporal.workflow.getHandle(orderWorkflowId(id), promising).fetchHistory();
    const asked = (events ?? []).filter(
      (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'refundPayment',
    );
    expect(asked).toHaveLength(1);
  });

  it('leaves books that balance', async () => {
    expect(await lastingImbalances(stack)).toEqual([]);
  });
});
