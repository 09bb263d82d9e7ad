import { randomUUID } from 'node:crypto';

import { orderWorkflowId, paymentNotifiedSignal } from '@oms/contracts/temporal';
import { eventually } from '@oms/stack';
import { changeAsClientsDo, confirmedOrder, remainingImbalances, type Requester } from '@oms/testing';
import { patient, useTemporal, useTestStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

describe('an order whose history is continued in a new run', () => {
  // About as many events as an order needs until it is confirmed.
  const temporal = useTemporal({ dynamicConfig: { 'limit.historyCount.suggestContinueAsNew': '15' } });
  const stack = useTestStack({ temporal, env: patient });

  it('stays the same order in every run, and keeps its answers', async () => {
    const { id, reference } = await confirmedOrder(stack);
    const workflow = stack.temporal.workflow.getHandle(orderWorkflowId(id));
    const { runId: confirming } = await eventually('the order going on in a new run', async () => {
      const description = await workflow.describe();
      const [first] = (await workflow.fetchHistory()).events ?? [];
      return first?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId
        ? description
        : undefined;
    });
    const key = randomUUID();
    const ship = () =>
      stack.api.request('POST', `/api/v1/oms/orders/${id}/fulfillments`, {}, { 'idempotency-key': key });
    const first = await ship();
    expect(first.status).toBe(201);
    // Signals fill the history until the run is continued.
    await eventually('the next run', async () => {
      if ((await workflow.describe()).runId !== confirming) return true;
      await workflow.signal(paymentNotifiedSignal, { owesSettlement: false });
      return undefined;
    });
    const again = await ship();
    expect(again).toMatchObject({ status: 201, body: { id: first.body['id'] } });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture']);
    const { events } = (await stack.api.getEvents(id)).body;
    expect(events.filter(({ type }) => type === 'shipment.created')).toHaveLength(1);
  });

  it('refunds once for requests that arrive while one run ends and the next begins', async () => {
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

  it('continues in new runs even if a refund is always pending', async () => {
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
      (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'giveRefund',
    );
    expect(asked).toHaveLength(1);
  });

  it('leaves ledgers that balance', async () => {
    expect(await remainingImbalances(stack)).toEqual([]);
  });
});
