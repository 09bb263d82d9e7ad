import { randomUUID } from 'node:crypto';

import { orderWorkflowId } from '@oms/contracts/temporal';
import { eventually } from '@oms/stack';
import {
  changeAsClientsDo,
  confirmedOrder,
  holdCommits,
  remainingImbalances,
  orderBody,
  orderBodyTotalMinor,
  orderItem,
  payableOrder,
  placeAsClientsDo,
  progressOf,
  sendAdyenWebhook,
} from '@oms/testing';
import { patient, usePostgres, useTemporal, useTestStack } from '@oms/testing/vitest';
import pg from 'pg';
import { describe, expect, it } from 'vitest';

/** Temporal's numbers of event types. */
const [taskScheduled, taskStarted, taskCompleted] = [5, 6, 7];
const [activityScheduled, activityStarted, activityCompleted, signaled, attributesUpserted] = [
  10, 11, 12, 26, 40,
];

describe('a notification of a payment provider', () => {
  const postgres = usePostgres();
  const temporal = useTemporal({ isDurable: true });
  const stack = useTestStack({ postgres, temporal, env: patient });

  const pathOf = (id: string) => `/api/v1/oms/orders/${id}`;
  const handleOf = (id: string) => stack.temporal.workflow.getHandle(orderWorkflowId(id));
  const statusOf = async (id: string) => (await handleOf(id).describe()).status.name;

  async function confirmedAdyenOrder() {
    const reference = await stack.simulator.adyenPayment(orderBodyTotalMinor);
    const items = [orderItem(await stack.stock(10))];
    const body = orderBody({ payment_provider: 'adyen', payment_reference: reference, items });
    const { order_id: id } = (await placeAsClientsDo(stack.api, body)).body;
    await stack.orderReaching(id, ['confirmed']);
    return { id, reference };
  }

  /** A chargeback of an order's payment. Sent twice, it is the same one. */
  function chargebackOf(reference: string) {
    const pspReference = `DISPUTE${randomUUID()}`;
    return () =>
      sendAdyenWebhook(stack, {
        ...{ pspReference, originalReference: reference, merchantReference: 'a chargeback' },
        ...{ eventCode: 'CHARGEBACK', amountMinor: orderBodyTotalMinor },
      });
  }

  const untilFlagged = (id: string, flag = 'disputed') =>
    eventually(`order ${id} being flagged ${flag}`, async () =>
      ((await stack.api.getOrder(id)).body['flags'] as readonly string[]).includes(flag) ? true : undefined,
    );
  const countOf = async (id: string, type: string) =>
    (await stack.api.getEvents(id)).body.events.filter((event) => event.type === type).length;
  const disputesOf = (id: string) => countOf(id, 'payment.dispute_opened');
  const keptOf = (reference: string) =>
    stack.database.prisma.paymentNotification.findMany({ where: { reference, kind: 'dispute_withdrawn' } });
  const untilSettled = (reference: string) =>
    eventually('the notification being settled', async () => {
      const [row, ...others] = await keptOf(reference);
      expect(others).toEqual([]);
      return row?.settledAt ?? undefined;
    });

  const unavailable = {
    error: 'the webhook cannot be taken now; send it again',
    code: 'UNAVAILABLE',
  };

  it('while Temporal is away → 503 and kept; sent again → settled once', async () => {
    const { id, reference } = await confirmedAdyenOrder();
    const send = chargebackOf(reference);
    await temporal.stop('SIGKILL');
    const refused = await send();
    expect([refused.status, await refused.json()]).toEqual([503, unavailable]);
    expect(await keptOf(reference)).toMatchObject([{ settledAt: null }]);
    await temporal.start();
    await eventually('the notification being taken', async () =>
      (await send()).status === 200 ? true : undefined,
    );
    await untilFlagged(id);
    await untilSettled(reference);
    expect(await disputesOf(id)).toBe(1);
  });

  it('while PostgreSQL is away → 503; sent again → settled once', async () => {
    const { id, reference } = await confirmedAdyenOrder();
    const send = chargebackOf(reference);
    await postgres.stop('kill');
    const refused = await send();
    expect([refused.status, await refused.json()]).toEqual([503, unavailable]);
    await postgres.start();
    await eventually('the notification being taken', async () =>
      (await send()).status === 200 ? true : undefined,
    );
    await untilFlagged(id);
    await untilSettled(reference);
    expect(await disputesOf(id)).toBe(1);
  });

  it('kept by a gateway that is killed before it tells the order → settled once it is sent again', async () => {
    const { id, reference } = await confirmedAdyenOrder();
    const send = chargebackOf(reference);
    // The gateway looks for the order by the claim of its payment, after it has kept the notification.
    const holder = new pg.Client({ connectionString: stack.databaseUrl });
    await holder.connect();
    await holder.query('BEGIN; LOCK TABLE payments IN ACCESS EXCLUSIVE MODE');
    const cut = send().catch((error: unknown) => error);
    await eventually('the notification being kept', async () =>
      (await keptOf(reference)).length === 1 ? true : undefined,
    );
    await stack.service('gateway').stop('SIGKILL');
    expect(await cut).toBeInstanceOf(Error);
    await holder.end();
    await stack.service('gateway').start();
    expect(await disputesOf(id)).toBe(0);
    expect((await send()).status).toBe(200);
    await untilFlagged(id);
    expect(await disputesOf(id)).toBe(1);
  });

  it('with a lost signal → settled by the next run of the order’s workflow', async () => {
    const { id, reference } = await confirmedAdyenOrder();
    const send = chargebackOf(reference);
    await temporal.stop('SIGKILL');
    expect((await send()).status).toBe(503);
    await temporal.start();
    await eventually('the workflow being terminated', async () =>
      handleOf(id)
        .terminate('by a test')
        .then(() => true)
        .catch(() => undefined),
    );
    // A change starts the order from its records, and knows nothing of the notification.
    await changeAsClientsDo(stack.api, `${pathOf(id)}/fulfillments`, {});
    await untilFlagged(id);
    await untilSettled(reference);
    expect(await disputesOf(id)).toBe(1);
  });

  it('of an open order whose workflow is gone → the workflow runs again and settles it', async () => {
    const { id, reference } = await confirmedAdyenOrder();
    await handleOf(id).terminate('by a test');
    expect((await chargebackOf(reference)()).status).toBe(200);
    await untilFlagged(id);
    expect(await statusOf(id)).toBe('RUNNING');
    await changeAsClientsDo(stack.api, `${pathOf(id)}/fulfillments`, {});
  });

  it('of an order that has ended → the workflow runs again, settles it and ends', async () => {
    const { id, reference } = await confirmedAdyenOrder();
    await changeAsClientsDo(stack.api, `${pathOf(id)}/cancel`);
    const ended = { orderId: id, status: 'cancelled', cancellationReason: 'cancellation_requested' };
    expect(await handleOf(id).result()).toMatchObject(ended);
    const [first] = [(await handleOf(id).describe()).runId];
    expect((await chargebackOf(reference)()).status).toBe(200);
    await untilSettled(reference);
    expect(await handleOf(id).result()).toMatchObject(ended);
    expect((await handleOf(id).describe()).runId).not.toBe(first);
    expect(await disputesOf(id)).toBe(1);
  });

  it('that is settled → sent again, it signals nobody', async () => {
    const { id, reference } = await confirmedAdyenOrder();
    const send = chargebackOf(reference);
    await send();
    await untilSettled(reference);
    await changeAsClientsDo(stack.api, `${pathOf(id)}/cancel`);
    await handleOf(id).result();
    const { runId, historyLength } = await handleOf(id).describe();
    expect((await send()).status).toBe(200);
    expect(await handleOf(id).describe()).toMatchObject({ runId, historyLength });
    expect(await disputesOf(id)).toBe(1);
  });

  it('of a dispute of a pending order → is settled after the order’s own capture', async () => {
    await stack.simulator.call('PUT', '/adyen/settlement', { mode: 'hold' });
    const reference = await stack.simulator.adyenPayment(orderBodyTotalMinor);
    const items = [orderItem(await stack.stock(10))];
    const body = orderBody({ payment_provider: 'adyen', payment_reference: reference, items });
    const { order_id: id } = (await placeAsClientsDo(stack.api, body)).body;
    await eventually('the capture being asked for', async () =>
      (await stack.simulator.adyenModifications(reference)).length === 1 ? true : undefined,
    );
    expect((await chargebackOf(reference)()).status).toBe(200);
    expect((await stack.api.getOrder(id)).body).toMatchObject({ status: 'pending', flags: [] });
    await stack.simulator.call('POST', '/adyen/settle', { pspReference: reference });
    await stack.simulator.call('PUT', '/adyen/settlement', { mode: 'auto', delayMs: 100 });
    await stack.orderReaching(id, ['confirmed']);
    await untilFlagged(id);
    const types = (await stack.api.getEvents(id)).body.events.map(({ type }) => type);
    expect(types.indexOf('payment.dispute_opened')).toBeGreaterThan(types.indexOf('payment.captured'));
  });

  it('of a refund by hand of a pending order → is settled after the order’s own capture', async () => {
    const { reference, body } = await payableOrder(stack);
    const capture = { table: 'payment_ledger', when: "NEW.operation = 'capture'" };
    const row = () =>
      stack.database.prisma.paymentNotification.findFirst({ where: { reference, kind: 'refunded' } });
    const id = await holdCommits(stack.databaseUrl, capture, async (commits) => {
      const { order_id: placed } = (await placeAsClientsDo(stack.api, body)).body;
      await commits.untilOneStands();
      await stack.simulator.refundByHand(reference, 500);
      await eventually('the refund being kept', async () => (await row()) ?? undefined);
      return placed;
    });
    await stack.orderReaching(id, ['confirmed']);
    await eventually('the refund being settled', async () => (await row())?.settledAt ?? undefined);
    const types = (await stack.api.getEvents(id)).body.events.map(({ type }) => type);
    expect(types.indexOf('payment.refunded_elsewhere')).toBeGreaterThan(types.indexOf('order.confirmed'));
    expect(await countOf(id, 'payment.refunded_elsewhere')).toBe(1);
  });

  it('that cannot be settled while its provider is away → the order waits findably, changes, and settles it', async () => {
    const { id, reference } = await confirmedOrder(stack);
    const operation = 'refunds.list';
    await stack.simulator.fault({ operation, kind: 'error_before', paymentIntent: reference });
    await stack.simulator.refundByHand(reference, 500);
    await eventually(`order ${id} waiting`, async () => {
      const { step, waiting } = await progressOf(stack, id);
      return waiting?.since && step === "the payment provider's notifications are being settled"
        ? true
        : undefined;
    });
    const query = `WaitingFor = 'stripe' AND OrderId = '${id}'`;
    await eventually('the order being found', async () =>
      (await stack.temporal.workflow.count(query)).count === 1 ? true : undefined,
    );
    await changeAsClientsDo(stack.api, `${pathOf(id)}/fulfillments`, {});
    expect((await stack.api.getOrder(id)).body).toMatchObject({
      status: 'shipped',
      payment_status: 'captured',
    });
    await stack.simulator.clearFaults(reference);
    const operator = stack.apiAs({ role: 'operator' });
    await changeAsClientsDo(operator, `${pathOf(id)}/operations/retry`, { reason: 'Stripe is back' });
    await eventually('the refund being recorded', async () =>
      (await countOf(id, 'payment.refunded_elsewhere')) === 1 ? true : undefined,
    );
    await eventually('the order not waiting any more', async () =>
      (await stack.temporal.workflow.count(query)).count === 0 ? true : undefined,
    );
  });

  it('that is recorded by a worker that dies before it marks it → changes nothing twice', async () => {
    const { id, reference } = await confirmedAdyenOrder();
    await stack.simulator.fault({ operation: 'webhooks', kind: 'delay', delayMs: 3_600_000 });
    const dispute = { table: 'order_events', when: "NEW.type = 'payment.dispute_opened'" };
    await holdCommits(stack.databaseUrl, dispute, async (commits) => {
      expect((await chargebackOf(reference)()).status).toBe(200);
      await commits.untilOneStands();
      await stack.service('payment-worker').stop('SIGKILL');
      await commits.letGo();
      await untilFlagged(id);
    });
    expect(await keptOf(reference)).toMatchObject([{ settledAt: null }]);
    await stack.service('payment-worker').start();
    await untilSettled(reference);
    expect(await disputesOf(id)).toBe(1);
    await stack.simulator.clearFaults();
  });

  it('→ ten events and two tasks of its order, one write of its flag, and no workflow of its own', async () => {
    const { id, reference } = await confirmedAdyenOrder();
    /** The types of the events after the first ones, once the order is at rest: it then writes its attributes last. */
    const eventsAtRest = (first = 0) =>
      eventually('the order being at rest', async () => {
        const types = ((await handleOf(id).fetchHistory()).events ?? []).map(({ eventType }) =>
          Number(eventType),
        );
        return types.slice(first).at(-1) === attributesUpserted ? types.slice(first) : undefined;
      });
    const before = (await eventsAtRest()).length;
    await chargebackOf(reference)();
    await untilSettled(reference);
    const after = await eventsAtRest(before);
    expect(after).toEqual([
      ...[signaled, taskScheduled, taskStarted, taskCompleted],
      ...[activityScheduled, activityStarted, activityCompleted, taskScheduled, taskStarted, taskCompleted],
      attributesUpserted,
    ]);
    for await (const { type } of stack.temporal.workflow.list()) expect(type).toBe('orderWorkflow');
  });

  it('leaves ledgers that balance', async () => {
    expect(await remainingImbalances(stack)).toEqual([]);
  });
});
