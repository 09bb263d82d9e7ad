import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import type Stripe from 'stripe';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { startTestSimulator, type TestSimulator } from '../testing/test-simulator.js';
import type { SimulatorOptions } from '../start-simulator.js';

const secret = 'whsec_test';

interface Endpoint {
  readonly url: string;
  /** The received requests, in order. */
  readonly received: { readonly payload: string; readonly headers: IncomingHttpHeaders }[];
  /** The statuses to answer with, in turn; 200 when none is left. */
  readonly answers: number[];
  close(): Promise<void>;
}

async function startEndpoint(): Promise<Endpoint> {
  const received: Endpoint['received'] = [];
  const answers: number[] = [];
  const server = createServer((request, response) => {
    void text(request).then((payload) => {
      received.push({ payload, headers: request.headers });
      response.writeHead(answers.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`, // It listens on TCP.
    received,
    answers,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

let endpoint: Endpoint;
let simulator: TestSimulator;
let start: (options?: Partial<SimulatorOptions>) => Promise<TestSimulator>;
beforeEach(async () => {
  endpoint = await startEndpoint();
  start = (options) =>
    startTestSimulator({ seedExample: false, webhookEndpoint: { url: endpoint.url, secret }, ...options });
  simulator = await start();
});
afterEach(async () => {
  await simulator.close();
  await endpoint.close();
});

const events = (): readonly Stripe.Event[] =>
  endpoint.received.map(({ payload, headers }) =>
    simulator.stripe.webhooks.constructEvent(payload, String(headers['stripe-signature']), secret),
  );
const types = (): readonly string[] => events().map(({ type }) => type);
const webhooks = () => simulator.control<{ pending: number; deliveries: object[] }>('GET', '/webhooks');

/** The events of a payment that is made and captured. */
const captureEvents = [
  'payment_intent.created',
  'charge.succeeded',
  'payment_intent.amount_capturable_updated',
  'charge.captured',
  'payment_intent.succeeded',
];

describe('an event', () => {
  it('has a signature that the SDK accepts, a snapshot of its object and the request that caused it', async () => {
    const id = await simulator.authorization();
    const idempotencyKey = `key-of-${id}`;
    await simulator.stripe.paymentIntents.capture(id, {}, { idempotencyKey });
    await expect.poll(() => [...types()].sort()).toEqual([...captureEvents].sort());
    expect(events().find(({ type }) => type === 'payment_intent.succeeded')).toMatchObject({
      object: 'event',
      type: 'payment_intent.succeeded',
      api_version: '2026-10-28.endive',
      data: { object: { id, object: 'payment_intent', status: 'succeeded', amount_received: 24_500 } },
      request: { id: expect.stringMatching(/^req_/) as string, idempotency_key: idempotencyKey },
    });
    const { payload, headers } = endpoint.received[0] ?? { payload: '', headers: {} };
    expect(() =>
      simulator.stripe.webhooks.constructEvent(payload, String(headers['stripe-signature']), 'whsec_other'),
    ).toThrow(/signature/);
  });

  it('is sent for each change of a payment and its refunds', async () => {
    const { stripe } = simulator;
    const { id } = await stripe.paymentIntents.create({
      amount: 1_000,
      currency: 'usd',
      capture_method: 'manual',
    });
    await stripe.paymentIntents
      .confirm(id, { payment_method: 'pm_card_visa_chargeDeclined' })
      .catch(() => undefined);
    await stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' });
    await stripe.paymentIntents.capture(id);
    const refund = await stripe.refunds.create({ payment_intent: id, amount: 400 });
    await simulator.control('POST', `/refunds/${refund.id}/complete`, { outcome: 'failed' });
    await stripe.paymentIntents.cancel(await simulator.authorization());
    const expected = [
      'payment_intent.created',
      'charge.failed',
      'payment_intent.payment_failed',
      'charge.succeeded',
      'payment_intent.amount_capturable_updated',
      'charge.captured',
      'payment_intent.succeeded',
      'charge.refunded',
      'refund.created',
      'refund.updated',
      'refund.failed',
      'charge.refund.updated',
      ...captureEvents.slice(0, 3),
      'payment_intent.canceled',
    ];
    await expect.poll(() => [...types()].sort()).toEqual([...expected].sort());
  });

  it('is sent again until the endpoint accepts it', async () => {
    endpoint.answers.push(500, 302, 404);
    const id = await simulator.authorization();
    await expect.poll(() => endpoint.received.length).toBe(6);
    expect(new Set(types())).toEqual(new Set(captureEvents.slice(0, 3)));
    await expect.poll(webhooks).toMatchObject({ pending: 0 });
    expect((await webhooks()).deliveries).toContainEqual(
      expect.objectContaining({ payment_intent: id, outcome: 'failed', status: 500, attempt: 1 }),
    );
  });

  it('that is undelivered is delivered after a restart', async () => {
    const unreachable = { url: 'http://127.0.0.1:1/', secret };
    const timing = { retryMs: 3_600_000, timeoutMs: 1_000 };
    const stateFile = `${simulator.stateFile}.kept`;
    const before = await start({ stateFile, webhookEndpoint: unreachable, webhookTiming: timing });
    await before.authorization();
    await before.close();
    expect(endpoint.received).toEqual([]);
    const after = await start({ stateFile });
    try {
      await expect.poll(() => [...types()].sort()).toEqual(captureEvents.slice(0, 3).sort());
    } finally {
      await after.close();
    }
  });

  it('without an endpoint is not stored: a new endpoint gets only later events', async () => {
    await simulator.control('DELETE', '/webhooks');
    await simulator.authorization();
    await simulator.control('PUT', '/webhooks', { url: endpoint.url, secret });
    await simulator.stripe.paymentIntents.create({ amount: 777, currency: 'usd' });
    await expect.poll(types).toEqual(['payment_intent.created']);
    expect(events()[0]).toMatchObject({ data: { object: { amount: 777 } } });
  });

  it('is sent only if the endpoint wants its type', async () => {
    const events = ['payment_intent.succeeded', 'payment_intent.canceled'];
    const selective = await start({
      stateFile: `${simulator.stateFile}.selective`,
      webhookEndpoint: { url: endpoint.url, secret, events },
    });
    try {
      await selective.stripe.paymentIntents.capture(await selective.authorization());
      await selective.stripe.paymentIntents.cancel(await selective.authorization());
      await expect.poll(() => [...types()].sort()).toEqual([...events].sort());
      await expect.poll(() => selective.control('GET', '/webhooks')).toMatchObject({ pending: 0 });
    } finally {
      await selective.close();
    }
  });
});

describe('a fault of webhooks', () => {
  it('of kind duplicate delivers an event several times', async () => {
    await simulator.fault({ operation: 'webhooks.charge.captured', kind: 'duplicate', copies: 2, times: 1 });
    await simulator.stripe.paymentIntents.capture(await simulator.authorization());
    await expect.poll(types).toHaveLength(captureEvents.length + 2);
    const captured = events().filter(({ type }) => type === 'charge.captured');
    expect(new Set(captured.map(({ id }) => id)).size).toBe(1);
    expect(captured).toHaveLength(3);
  });

  it('of kind reorder delivers an event after the next one', async () => {
    const id = await simulator.authorization();
    await expect.poll(types).toHaveLength(3);
    await simulator.fault({ operation: 'webhooks.charge.captured', kind: 'reorder', paymentIntent: id });
    await simulator.stripe.paymentIntents.capture(id);
    await expect.poll(() => types().slice(3)).toEqual(['payment_intent.succeeded', 'charge.captured']);
  });

  it('of kind delay delivers an event after its delay, or when it is flushed', async () => {
    await simulator.fault({ operation: 'webhooks', kind: 'delay', delayMs: 3_600_000, times: 3 });
    await simulator.authorization();
    await simulator.stripe.paymentIntents.create({ amount: 777, currency: 'usd' });
    await expect.poll(types).toHaveLength(1);
    expect(await webhooks()).toMatchObject({ pending: 3 });
    expect(await simulator.control('POST', '/webhooks/flush')).toEqual({ sent: 3 });
    await expect.poll(types).toHaveLength(4);
  });

  it('of kind drop never delivers an event', async () => {
    const fault = { operation: 'webhooks.charge.succeeded', kind: 'drop', times: 1 };
    await simulator.fault(fault);
    await simulator.authorization();
    await simulator.authorization();
    await expect.poll(types).toHaveLength(5);
    expect((await webhooks()).deliveries).toContainEqual(expect.objectContaining({ outcome: 'dropped' }));
  });
});
