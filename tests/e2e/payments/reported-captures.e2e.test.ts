import { randomUUID } from 'node:crypto';

import { formatAmountMinor } from '@oms/domain';
import { eventually } from '@oms/stack';
import {
  changeAsClientsDo,
  remainingImbalances,
  orderBody,
  orderBodyTotalMinor,
  orderItem,
  placeAsClientsDo,
  sendAdyenWebhook,
} from '@oms/testing';
import { useSharedStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

describe('an order whose capture failed at Adyen, and for which Adyen reports a second capture', () => {
  const stack = useSharedStack();
  const path = (id: string) => `/api/v1/oms/orders/${id}`;
  const total = formatAmountMinor(orderBodyTotalMinor, 2);
  const reported = ['capture_failed', 'recapture_reported'];

  const flagged = (id: string, flags: readonly string[]) =>
    eventually(`order ${id} being flagged ${flags.join()}`, async () => {
      const { body } = await stack.api.getOrder(id);
      return JSON.stringify(body['flags']) === JSON.stringify(flags) ? body : undefined;
    });
  const complete = (capture: string, outcome: 'failed' | 'recaptured') =>
    stack.simulator.call('POST', `/adyen/modifications/${capture}/complete`, { outcome });
  const resolve = (id: string, capture: string, claim: object = {}) =>
    stack.api.request(
      'POST',
      `${path(id)}/operations/resolve-payment`,
      {
        ...{ outcome: 'captured', amount: total, provider_object_id: capture },
        ...{ evidence: 'the Customer Area shows it as settled', reason: 'Adyen captured again', ...claim },
      },
      { 'idempotency-key': randomUUID() },
    );

  async function failed() {
    const reference = await stack.simulator.adyenPayment(orderBodyTotalMinor);
    const items = [orderItem(await stack.stock(5))];
    const body = orderBody({ payment_provider: 'adyen', payment_reference: reference, items });
    const id = (await placeAsClientsDo(stack.api, body)).body.order_id;
    await stack.orderReaching(id, ['confirmed']);
    const [{ id: capture } = { id: '' }] = await stack.simulator.adyenModifications(reference);
    await complete(capture, 'failed');
    await flagged(id, ['capture_failed']);
    return { id, reference, capture };
  }

  /** Sends the signed item of the capture again, with other text in an unsigned field. */
  async function sendAgain({ reference, capture }: { reference: string; capture: string }, reason: string) {
    const [{ operation_key: merchantReference }] = await stack.database.prisma.$queryRaw<
      [{ operation_key: string }]
    >`SELECT operation_key FROM payment_notifications WHERE object_id = ${capture} AND kind = 'captured'`;
    return sendAdyenWebhook(stack, {
      ...{ pspReference: capture, originalReference: reference, merchantReference, reason },
      ...{ eventCode: 'CAPTURE', amountMinor: orderBodyTotalMinor },
    });
  }

  it('is paid once an operator confirms the second capture, not before', async () => {
    const { id, capture } = await failed();
    await complete(capture, 'recaptured');
    expect(await flagged(id, reported)).toMatchObject({ payment_status: 'failed' });
    expect((await stack.api.request('POST', `${path(id)}/fulfillments`, {})).status).toBe(400);

    expect(await resolve(id, capture)).toMatchObject({ status: 200 });
    expect(await flagged(id, [])).toMatchObject({ status: 'confirmed', payment_status: 'captured' });
    const { events } = (await stack.api.getEvents(id)).body;
    expect(events.slice(-3)).toMatchObject([
      { type: 'payment.capture_failed', from: 'captured', to: 'failed' },
      { type: 'payment.recapture_reported' },
      { type: 'payment.stated', from: 'failed', to: 'captured', data: { outcome: 'captured' } },
    ]);
    const { body } = await stack.api.request('GET', `${path(id)}/invoices`);
    expect(body['invoices']).toMatchObject([{ status: 'paid', paid_amount: total, due_amount: '0.00' }]);
    expect(await remainingImbalances(stack)).toEqual([]);

    // The confirmed capture is like any other: the order ships, and can be refunded.
    await changeAsClientsDo(stack.api, `${path(id)}/fulfillments`);
    await changeAsClientsDo(stack.api, `${path(id)}/refunds`, { all: true });
    await eventually('the refund', async () =>
      (await stack.api.getOrder(id)).body.payment_status === 'refunded' ? true : undefined,
    );
    expect(await remainingImbalances(stack)).toEqual([]);
  });

  it('can be confirmed only for the reported amount and capture', async () => {
    const { id, capture } = await failed();
    const early = await resolve(id, capture);
    expect(early).toMatchObject({
      ...{ status: 400, body: { error: expect.stringContaining('once the provider reports') as string } },
    });
    await complete(capture, 'recaptured');
    await flagged(id, reported);
    for (const [claim, words] of [
      [{ amount: '1.00' }, `was of ${total} USD, not of 1.00 USD`],
      [{ provider_object_id: 'ANOTHERCAPTURE01' }, `under the id ${capture}`],
    ] as const) {
      const answer = await resolve(id, capture, claim);
      expect(answer).toMatchObject({
        status: 400,
        body: { error: expect.stringContaining(words) as string },
      });
    }
    expect(await flagged(id, reported)).toMatchObject({ payment_status: 'failed' });
    expect(await resolve(id, capture)).toMatchObject({ status: 200 });
  });

  it('is not paid by the first notification of its capture, sent again with another text', async () => {
    const taken = await failed();
    expect((await sendAgain(taken, 'Transaction Recaptured')).status).toBe(200);
    expect(await flagged(taken.id, reported)).toMatchObject({ payment_status: 'failed' });
    expect((await stack.api.request('POST', `${path(taken.id)}/fulfillments`, {})).status).toBe(400);
    expect(await remainingImbalances(stack)).toEqual([]);
  });
});
