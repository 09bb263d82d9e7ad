import { createHmac } from 'node:crypto';

import { orderWorkflowId, paymentNotifiedSignal } from '@oms/contracts/temporal';
import { eventually } from '@oms/stack';
import {
  adyenLogin,
  changeAsClientsDo,
  remainingImbalances,
  holdCommits,
  orderBody,
  orderBodyTotalMinor,
  orderItem,
  placeAsClientsDo,
} from '@oms/testing';
import { patient, useTestStack } from '@oms/testing/vitest';
import { WorkflowNotFoundError } from '@temporalio/client';
import { afterEach, describe, expect, it } from 'vitest';

describe('webhooks of payment providers', () => {
  // A long timeout, so that a request still hangs when the test stops the provider, also on a busy machine.
  const stack = useTestStack({ env: { ...patient, WEBHOOK_RETRY_MS: '500', PAYMENT_TIMEOUT_MS: '8000' } });

  afterEach(async () => {
    await stack.simulator.clearFaults();
  });

  const post = (path: string, body: string, headers: Record<string, string> = {}) =>
    fetch(`${stack.gatewayUrl}/webhooks/${path}`, { method: 'POST', body, headers });

  async function place(provider: string, reference: string) {
    const items = [orderItem(await stack.stock(10))];
    const order = orderBody({ payment_provider: provider, payment_reference: reference, items });
    return (await placeAsClientsDo(stack.api, order)).body.order_id;
  }

  async function confirmedAdyenOrder() {
    const reference = await stack.simulator.adyenPayment(orderBodyTotalMinor);
    const id = await place('adyen', reference);
    await stack.orderReaching(id, ['confirmed']);
    const [capture] = await stack.simulator.adyenModifications(reference);
    return { id, reference, capture: capture?.id ?? '' };
  }

  const failCapture = (capture: string) =>
    stack.simulator.call('POST', `/adyen/modifications/${capture}/complete`, { outcome: 'failed' });

  const flagged = (id: string) =>
    eventually(`order ${id} being flagged`, async () => {
      const { body } = await stack.api.getOrder(id);
      return JSON.stringify(body['flags']) === '["capture_failed"]' ? body : undefined;
    });

  const countOf = async (id: string, type: string) =>
    (await stack.api.getEvents(id)).body.events.filter((event) => event.type === type).length;

  /** The received notifications of a payment, after all were delivered and processed. */
  const received = (provider: string, reference: string) =>
    stack.database.prisma.paymentNotification.findMany({
      where: { provider, reference },
      select: { eventId: true, kind: true },
      orderBy: { id: 'asc' },
    });

  const untilAllAreTaken = () =>
    eventually('the webhooks of Stripe being taken', async () => {
      const { pending } = (await stack.simulator.call('GET', '/webhooks')) as { pending: number };
      return pending === 0 ? true : undefined;
    });

  describe('with a signature of the provider', () => {
    const item = {
      additionalData: { hmacSignature: Buffer.alloc(32).toString('base64') },
      amount: { currency: 'USD', value: orderBodyTotalMinor },
      eventCode: 'AUTHORISATION',
      eventDate: '2026-11-21T10:00:00+01:00',
      merchantAccountCode: 'SimulatorECOM',
      merchantReference: 'forged',
      pspReference: 'FORGED0000000001',
      success: 'true',
    };
    const adyen = JSON.stringify({ live: 'false', notificationItems: [{ NotificationRequestItem: item }] });
    const stripe = JSON.stringify({ id: 'evt_1', type: 'payment_intent.succeeded', created: 1, data: {} });
    const stripeSignature = (seconds: number, secret: string) =>
      `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${stripe}`).digest('hex')}`;

    it.each([
      ['adyen', adyen, {}],
      ['adyen', 'not json', {}],
      ['adyen', '', {}],
      ['stripe', stripe, {}],
      ['stripe', stripe, { 'stripe-signature': 't=1,v1=00' }],
      [
        'stripe',
        stripe,
        { 'stripe-signature': stripeSignature(Math.floor(Date.now() / 1000), 'whsec_other') },
      ],
      ['paypal', '{}', {}],
    ])('are refused, and change nothing: %s %s', async (provider, body, headers) => {
      const login = provider === 'adyen' ? adyenLogin(stack) : {};
      const answer = await post(provider, body, { ...login, ...headers });
      expect(answer.status).toBe(400);
      expect(await answer.json()).toEqual({
        ...{ error: expect.not.stringContaining('password') as string, code: 'INVALID_REQUEST' },
      });
      expect(await received('adyen', 'FORGED0000000001')).toEqual([]);
    });

    it('are refused if their certificate is not at the provider’s address', async () => {
      const answer = await post('paypal', '{}', {
        'paypal-auth-algo': 'SHA256withRSA',
        'paypal-cert-url': 'http://127.0.0.1:1/cert.pem',
        'paypal-transmission-id': 'id',
        'paypal-transmission-sig': 'AAAA',
        'paypal-transmission-time': new Date().toISOString(),
      });
      expect(answer.status).toBe(400);
    });

    it('are refused without a password or when they are too large, and unknown where there is no provider', async () => {
      expect(await (await post('adyen', adyen)).text()).toContain('password');
      expect((await post('adyen', 'x'.repeat(256 * 1024 + 1), adyenLogin(stack))).status).toBe(413);
      expect((await post('square', '{}')).status).toBe(404);
      expect((await fetch(`${stack.gatewayUrl}/webhooks/adyen`)).status).toBe(404);
    });
  });

  it.each([
    ['adyen', ['authorized', 'captured'], () => stack.simulator.adyenPayment(orderBodyTotalMinor)],
    ['paypal', ['authorized', 'captured'], () => stack.simulator.paypalAuthorization(orderBodyTotalMinor)],
  ])('are kept once, also when every one of them comes three times: %s', async (provider, kinds, pay) => {
    await stack.simulator.fault({ operation: 'webhooks', kind: 'duplicate', copies: 2 });
    const reference = await pay();
    const id = await place(provider, reference);
    await stack.orderReaching(id, ['confirmed']);
    const kept = await eventually('the notifications', async () => {
      const all = await received(provider, reference);
      return kinds.every((wanted) => all.some(({ kind }) => kind === wanted)) ? all : undefined;
    });
    expect(kept.map(({ kind }) => kind).sort()).toEqual(kinds);
    expect(await countOf(id, 'payment.captured')).toBe(1);
  });

  it('are recorded once, also when each is delivered three times: stripe', async () => {
    await stack.simulator.fault({ operation: 'webhooks', kind: 'duplicate', copies: 2 });
    const reference = await stack.simulator.authorization(orderBodyTotalMinor);
    const id = await place('stripe', reference);
    await stack.orderReaching(id, ['confirmed']);
    await stack.simulator.refundByHand(reference, 100);
    await eventually('the refund', async () =>
      (await countOf(id, 'payment.refunded_elsewhere')) > 0 ? true : undefined,
    );
    await untilAllAreTaken();
    expect(await countOf(id, 'payment.refunded_elsewhere')).toBe(1);
    expect((await received('stripe', reference)).map(({ kind }) => kind).sort()).toEqual([
      'authorized',
      'captured',
      'refunded',
    ]);
  });

  const isTold = async (id: string) => {
    const { events } = await stack.temporal.workflow.getHandle(orderWorkflowId(id)).fetchHistory();
    return events?.some((event) => event.workflowExecutionSignaledEventAttributes) === true;
  };

  it('do not signal an order whose step has the answer already', async () => {
    const reference = await stack.simulator.authorization(orderBodyTotalMinor);
    const capture = { table: 'payment_ledger', when: "NEW.operation = 'capture'" };
    const id = await holdCommits(stack.databaseUrl, capture, async (commits) => {
      const placed = await place('stripe', reference);
      await commits.untilOneStands();
      await untilAllAreTaken();
      return placed;
    });
    await stack.orderReaching(id, ['confirmed']);
    expect((await received('stripe', reference)).map(({ kind }) => kind).sort()).toEqual([
      'authorized',
      'captured',
    ]);
    expect(await isTold(id)).toBe(false);
  });

  it('wake an order whose capture is in doubt', async () => {
    const reference = await stack.simulator.authorization(orderBodyTotalMinor);
    await stack.simulator.fault({ operation: 'webhooks', kind: 'delay', delayMs: 3_600_000, times: 9 });
    const [capture, question] = ['payment_intents.capture', 'payment_intents.retrieve'];
    const paymentIntent = reference;
    await stack.simulator.fault({ operation: capture, kind: 'hang_after', times: 1, paymentIntent });
    const id = await place('stripe', reference);
    await eventually('the capture', async () =>
      (await stack.simulator.hasFired(reference)) ? true : undefined,
    );
    for (const operation of [capture, question])
      await stack.simulator.fault({ operation, kind: 'error_before', paymentIntent });
    await eventually('the payment being unknown', async () =>
      (await stack.api.getOrder(id)).body.payment_status === 'unknown' ? true : undefined,
    );
    await stack.simulator.call('POST', '/webhooks/flush');
    await eventually('the order being told', async () => ((await isTold(id)) ? true : undefined));
    await stack.simulator.clearFaults();
    await stack.orderReaching(id, ['confirmed']);
    expect(await countOf(id, 'payment.captured')).toBe(1);
  });

  it('may arrive in another sequence than the events', async () => {
    const { id, capture } = await confirmedAdyenOrder();
    await stack.simulator.fault({ operation: 'webhooks.CAPTURE_FAILED', kind: 'reorder', times: 1 });
    await failCapture(capture);
    await stack.simulator.call('POST', `/adyen/modifications/${capture}/complete`, { outcome: 'recaptured' });
    // The repetition of the capture is told before its failure: by both together it is for an operator to confirm.
    const flags = ['capture_failed', 'recapture_reported'];
    const flagged = await eventually('both being known', async () => {
      const { body } = await stack.api.getOrder(id);
      return JSON.stringify(body['flags']) === JSON.stringify(flags) ? body : undefined;
    });
    expect(flagged).toMatchObject({ status: 'confirmed', payment_status: 'failed' });
    await failCapture(capture);
  });

  it('may arrive before their order', async () => {
    const reference = await stack.simulator.adyenPayment(orderBodyTotalMinor);
    await eventually('the authorisation being received', async () =>
      (await received('adyen', reference)).length === 1 ? true : undefined,
    );
    const id = await place('adyen', reference);
    expect(await stack.orderReaching(id, ['confirmed', 'cancelled'])).toMatchObject({ status: 'confirmed' });
  });

  it('may arrive after the end of the order, and then change only its payment', async () => {
    const { id, reference } = await confirmedAdyenOrder();
    await changeAsClientsDo(stack.api, `/api/v1/oms/orders/${id}/cancel`);
    const before = await stack.orderReaching(id, ['cancelled']);
    await stack.simulator.call('POST', `/adyen/payments/${reference}/chargeback`, {
      amount: orderBodyTotalMinor,
    });
    const after = await eventually('the dispute', async () => {
      const { body } = await stack.api.getOrder(id);
      return JSON.stringify(body['flags']) === '["disputed"]' ? body : undefined;
    });
    expect(after).toMatchObject({ status: 'cancelled', payment_status: 'refunded' });
    // The dispute is opened, and the money is withdrawn: the customer has it twice.
    expect(after.version).toBe(before.version + 2);
    expect(await stack.api.settledProof(id)).toMatchObject({ money: { kept: `-${after.total_amount}` } });
  });

  describe('a process killed between a webhook and its effect', () => {
    it('loses none: the gateway is away when they are delivered', async () => {
      const { id, capture } = await confirmedAdyenOrder();
      await stack.service('gateway').stop('SIGKILL');
      await failCapture(capture);
      await stack.service('gateway').start();
      expect(await flagged(id)).toMatchObject({ status: 'confirmed', payment_status: 'failed' });
      expect(await countOf(id, 'payment.capture_failed')).toBe(1);
    });

    it('loses none: the payment worker is away when they are accepted', async () => {
      const { id, capture } = await confirmedAdyenOrder();
      await stack.service('payment-worker').stop('SIGKILL');
      await failCapture(capture);
      await eventually('the webhook being taken', async () => {
        const { pending } = (await stack.simulator.call('GET', '/adyen/webhooks')) as { pending: number };
        return pending === 0 ? true : undefined;
      });
      await stack.service('payment-worker').start();
      expect(await flagged(id)).toMatchObject({ status: 'confirmed', payment_status: 'failed' });
      expect(await countOf(id, 'payment.capture_failed')).toBe(1);
    });

    it('loses none: an order waits for a capture while no worker can signal it', async () => {
      await stack.simulator.call('PUT', '/adyen/settlement', { mode: 'hold' });
      const reference = await stack.simulator.adyenPayment(orderBodyTotalMinor);
      const id = await place('adyen', reference);
      await eventually('the capture being asked for', async () =>
        (await stack.simulator.adyenModifications(reference)).length === 1 ? true : undefined,
      );
      await Promise.all([
        stack.service('gateway').stop('SIGKILL'),
        stack.service('order-worker').stop('SIGKILL'),
      ]);
      await stack.simulator.call('POST', '/adyen/settle', { pspReference: reference });
      await stack.simulator.call('PUT', '/adyen/settlement', { mode: 'auto', delayMs: 100 });
      await Promise.all([stack.service('gateway').start(), stack.service('order-worker').start()]);
      expect(await stack.orderReaching(id, ['confirmed', 'cancelled'])).toMatchObject({
        status: 'confirmed',
      });
    });
  });

  it('that arrive while an order ends → the client that ended it is answered', async () => {
    const reference = await stack.simulator.authorization(orderBodyTotalMinor);
    const id = await place('stripe', reference);
    await stack.orderReaching(id, ['confirmed']);
    const change = (path: string) => changeAsClientsDo(stack.api, `/api/v1/oms/orders/${id}${path}`);
    const { body: parcel } = await change('/fulfillments');
    await change(`/fulfillments/${String(parcel['id'])}/deliver`);
    const workflow = stack.temporal.workflow.getHandle(orderWorkflowId(id));
    const told = Array.from({ length: 30 }, () =>
      workflow.signal(paymentNotifiedSignal).catch((error: unknown) => {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      }),
    );
    const [closed] = await Promise.all([change('/close'), ...told]);
    expect(closed).toMatchObject({ status: 200, body: { status: 'closed' } });
  });

  it('leave ledgers that balance', async () => {
    expect(await remainingImbalances(stack)).toEqual([]);
  });
});
