import { eventually } from '@oms/stack';
import {
  changeAsClientsDo,
  confirmedOrder,
  remainingImbalances,
  orderBody,
  orderBodyTotalMinor,
  orderItem,
} from '@oms/testing';
import { patient, useTestStack } from '@oms/testing/vitest';
import { afterEach, describe, expect, it } from 'vitest';

import { createOperatorStage, operatorEnv, question, total } from './operator-stage.js';

describe('operations of operators', () => {
  const stack = useTestStack({ env: { ...patient, ...operatorEnv } });
  const { away, captured, notCaptured, operate, pathOf, statement, waitingInDoubt, operator } =
    createOperatorStage(stack);

  afterEach(() => stack.simulator.clearFaults());

  it('a refund in doubt that is stated as refunded is not refunded again', async () => {
    const { id, reference } = await confirmedOrder(stack);
    const operation = 'refunds.create';
    await stack.simulator.fault({ operation, kind: 'hang_after', times: 1, paymentIntent: reference });
    await changeAsClientsDo(stack.api, `${pathOf(id)}/refunds`, { amount: '10.00' });
    await eventually('the refund', async () =>
      (await stack.simulator.hasFired(reference)) ? true : undefined,
    );
    await away(reference, question, 'refunds.list', operation);
    await waitingInDoubt(id);
    const refunded = { outcome: 'refunded', amount: '10.00', provider_object_id: 're_1', ...statement };
    expect(await operate(id, 'resolve-payment', captured)).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('refunded or not_refunded, not captured') as string },
    });
    expect(await operate(id, 'resolve-payment', { ...refunded, amount: '10.01' })).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('10.00 USD, not 10.01 USD') as string },
    });
    expect(await operate(id, 'resolve-payment', refunded)).toMatchObject({
      status: 200,
      body: { payment_status: 'partially_refunded' },
    });
    await eventually('the refund being done', async () => {
      const { body: list } = await stack.api.request<{ refunds: { status: string }[] }>(
        'GET',
        `${pathOf(id)}/refunds`,
      );
      return list.refunds.every(({ status }) => status === 'succeeded') ? true : undefined;
    });
    await stack.simulator.clearFaults();
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture', 'refund']);
    expect(await remainingImbalances(stack)).toEqual([]);
  });

  it('are refused for other roles, other tenants, orders that do not wait, and invalid bodies, and change nothing', async () => {
    const reference = await stack.simulator.authorization(orderBodyTotalMinor);
    const items = [orderItem(await stack.stock(10))];
    const { body } = await stack.api.placeOrder(orderBody({ payment_reference: reference, items }));
    const id = body.order_id;
    const { version } = await stack.orderReaching(id, ['confirmed']);
    const path = `${pathOf(id)}/operations`;
    for (const role of ['order_manager', 'service', 'viewer']) {
      const answer = await stack.apiAs({ role }).request('POST', `${path}/retry`, { reason: 'x' });
      expect(answer.status).toBe(403);
    }
    const other = stack.apiAs({ role: 'operator', tenantId: '00000000-0000-4000-8000-000000000001' });
    expect((await other.request('POST', `${path}/retry`, { reason: 'x' })).status).toBe(404);
    expect((await operator().request('POST', `${pathOf(id)}/cancel`, {})).status).toBe(403);
    const refusals = [
      ['give-up', {}, 'only an order that is pending can be given up; this one is confirmed'],
      ['resolve-payment', captured, 'only a payment whose outcome is unknown'],
      ['retry', { reason: '' }, 'reason'],
      ['resolve-payment', { ...captured, amount: undefined }, 'amount is required with captured'],
      ['resolve-payment', { ...notCaptured, amount: total }, 'amount goes only with captured or refunded'],
      ['resolve-payment', { ...captured, evidence: undefined }, 'evidence'],
      ['resolve-payment', { ...captured, evidence_url: 'javascript:1' }, 'evidence_url'],
    ] as const;
    for (const [operation, request, fault] of refusals) {
      expect(await operate(id, operation, request)).toMatchObject({
        status: 400,
        body: { error: expect.stringContaining(fault) as string },
      });
    }
    expect((await stack.api.getOrder(id)).body.version).toBe(version);
  });
});
