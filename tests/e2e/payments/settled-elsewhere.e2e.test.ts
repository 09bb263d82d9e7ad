import { randomUUID } from 'node:crypto';

import { orderChangeUpdates, orderWorkflowId } from '@oms/contracts/temporal';
import { formatAmountMinor } from '@oms/domain';
import { eventually } from '@oms/stack';
import {
  changeAsClientsDo,
  remainingImbalances,
  holdCommits,
  orderBody,
  orderBodyTotalMinor,
  orderItem,
  placeAsClientsDo,
} from '@oms/testing';
import { patient, useTestStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

describe('a processing order whose capture is reversed by its provider', () => {
  const stack = useTestStack({ env: { ...patient, WEBHOOK_RETRY_MS: '500' } });

  const path = (id: string) => `/api/v1/oms/orders/${id}`;
  const order = async (id: string) => (await stack.api.getOrder(id)).body;
  const flagged = (id: string, flag: string) =>
    eventually(`order ${id} being flagged ${flag}`, async () => {
      const body = await order(id);
      return JSON.stringify(body['flags']) === JSON.stringify([flag]) ? body : undefined;
    });
  const total = formatAmountMinor(orderBodyTotalMinor, 2);
  async function invoice(id: string): Promise<unknown> {
    const { body } = await stack.api.request('GET', `${path(id)}/invoices`);
    return (body['invoices'] as unknown[])[0];
  }
  const complete = (capture: string, outcome: 'failed' | 'recaptured') =>
    stack.simulator.call('POST', `/adyen/modifications/${capture}/complete`, { outcome });

  async function processed() {
    const reference = await stack.simulator.adyenPayment(orderBodyTotalMinor);
    const items = [orderItem(await stack.stock(5))];
    const body = orderBody({ payment_provider: 'adyen', payment_reference: reference, items });
    const id = (await placeAsClientsDo(stack.api, body)).body.order_id;
    await stack.orderReaching(id, ['confirmed']);
    const { name } = orderChangeUpdates.start_processing;
    await stack.temporal.workflow.getHandle(orderWorkflowId(id)).executeUpdate(name, { args: [{}] });
    const [capture] = await stack.simulator.adyenModifications(reference);
    return { id, reference, capture: capture?.id ?? '' };
  }

  async function reversedCapture() {
    const placed = await processed();
    await complete(placed.capture, 'failed');
    await flagged(placed.id, 'capture_failed');
    return placed;
  }

  const statement = (outcome: string) => ({
    outcome,
    evidence: 'a transfer of 179.98 USD came in on 21 November, with the order’s number',
    reason: 'the customer paid by bank transfer',
  });
  const state = (id: string, outcome = 'settled_elsewhere') =>
    stack.api.request('POST', `${path(id)}/operations/resolve-payment`, statement(outcome), {
      'idempotency-key': randomUUID(),
    });

  it('is shipped once an operator states that its money came another way, and keeps that flag', async () => {
    const { id } = await reversedCapture();
    expect(await invoice(id)).toMatchObject({ status: 'issued', paid_amount: '0.00', due_amount: total });
    const refused = await stack.api.request('POST', `${path(id)}/fulfillments`, {});
    expect(refused.body).toMatchObject({ error: expect.stringContaining('not paid for') as string });

    const change = statement('settled_elsewhere');
    await changeAsClientsDo(stack.api, `${path(id)}/operations/resolve-payment`, change);
    expect(await order(id)).toMatchObject({
      ...{ status: 'processing', payment_status: 'failed', flags: ['settled_elsewhere'] },
    });
    expect((await stack.api.getEvents(id)).body.events.at(-1)).toMatchObject({
      type: 'payment.stated',
      actor: { type: 'operator' },
      reason: change.reason,
      data: { outcome: 'settled_elsewhere', evidence: change.evidence },
    });
    expect(await invoice(id)).toMatchObject({ status: 'paid', paid_amount: total, due_amount: '0.00' });
    await changeAsClientsDo(stack.api, `${path(id)}/fulfillments`);
    expect(await order(id)).toMatchObject({ status: 'shipped' });
    expect(await stack.api.settledProof(id)).toMatchObject({ balances: true });
    // No provider holds the payment, so there is nothing to refund there.
    expect((await stack.api.request('POST', `${path(id)}/refunds`, { all: true })).status).toBe(400);
  });

  it('is flagged as paid twice when the provider then captures again and an operator confirms it', async () => {
    const { id, capture } = await reversedCapture();
    expect(await state(id)).toMatchObject({ status: 200 });
    await complete(capture, 'recaptured');
    expect(
      await eventually('the report', async () => {
        const body = await order(id);
        return JSON.stringify(body['flags']) === '["settled_elsewhere","recapture_reported"]'
          ? body
          : undefined;
      }),
    ).toMatchObject({ payment_status: 'failed' });
    expect(await state(id)).toMatchObject({
      ...{ status: 400, body: { error: expect.stringContaining('stated already') as string } },
    });
    await changeAsClientsDo(stack.api, `${path(id)}/operations/resolve-payment`, {
      ...{ ...statement('captured'), amount: total, provider_object_id: capture },
    });
    expect(await flagged(id, 'paid_twice')).toMatchObject({ payment_status: 'captured' });
    expect(await stack.api.settledProof(id)).toMatchObject({ balances: true });
    await changeAsClientsDo(stack.api, `${path(id)}/refunds`, { all: true });
    await stack.orderReaching(id, ['cancelled']);
    await eventually('the refund', async () =>
      (await order(id)).payment_status === 'refunded' ? true : undefined,
    );
    expect(await stack.api.settledProof(id)).toMatchObject({ balances: true });
  });

  it.each(['captured', 'not_captured', 'voided', 'refunded'])(
    'refuses any other statement: %s',
    async (outcome) => {
      const { id } = await reversedCapture();
      const money = { amount: '179.98', provider_object_id: 'x' };
      const isOfMoney = outcome === 'captured' || outcome === 'refunded';
      const body = { ...statement(outcome), ...(isOfMoney ? money : {}) };
      const answer = await stack.api.request('POST', `${path(id)}/operations/resolve-payment`, body);
      expect(answer.status).toBe(400);
      expect(answer.body['error']).toContain('settled_elsewhere');
      expect(await order(id)).toMatchObject({ flags: ['capture_failed'] });
    },
  );

  it('refuses an invalid statement with the newest reason, also before its workflow learns of it', async () => {
    const { id, capture } = await processed();
    const failure = { table: 'payment_ledger', when: "NEW.operation = 'capture_failed'" };
    await holdCommits(stack.databaseUrl, failure, async (commits) => {
      await complete(capture, 'failed');
      await commits.untilOneStands();
      await stack.service('payment-worker').stop('SIGKILL');
      await commits.letGo();
      await flagged(id, 'capture_failed');
    });
    // The records have it, and nobody has told the order.
    await stack.service('payment-worker').start();
    expect(await state(id, 'not_captured')).toMatchObject({
      ...{ status: 400, body: { error: expect.stringContaining('settled_elsewhere') as string } },
    });
    await changeAsClientsDo(
      stack.api,
      `${path(id)}/operations/resolve-payment`,
      statement('settled_elsewhere'),
    );
    await flagged(id, 'settled_elsewhere');
  });

  it('is the only kind of order with this statement', async () => {
    const { id } = await processed();
    const answer = await state(id);
    expect(answer.status).toBe(400);
    expect(answer.body['error']).toContain('whose capture was taken back');
    expect(await order(id)).toMatchObject({ flags: [], payment_status: 'captured' });
  });

  it('leaves ledgers that balance with the provider', async () => {
    expect(await remainingImbalances(stack)).toEqual([]);
  });
});
