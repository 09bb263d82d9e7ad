import { request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';

import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  failureOf,
  startTestSimulator,
  stripeClient,
  type TestSimulator,
} from '../testing/test-simulator.js';

let simulator: TestSimulator;
let stripe: Stripe;
beforeAll(async () => {
  simulator = await startTestSimulator();
  ({ stripe } = simulator);
});
afterAll(() => simulator.close());

const authorization = 'Bearer sk_test_1';
const send = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${simulator.url}${path}`, { ...init, headers: { authorization, ...init.headers } });

describe('authentication', () => {
  it('takes a secret key as a bearer token or as the user of basic credentials', async () => {
    const basic = `Basic ${Buffer.from('sk_test_1:').toString('base64')}`;
    for (const header of [authorization, basic, 'Bearer rk_test_restricted']) {
      expect((await send('/v1/events', { headers: { authorization: header } })).status).toBe(200);
    }
  });

  it.each(['', 'Bearer', 'Bearer pk_test_1', 'Bearer nonsense', 'Digest sk_test_1', 'Basic ====='])(
    'refuses %j',
    async (header) => {
      const response = await send('/v1/payment_intents', { headers: { authorization: header } });
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error' } });
      expect(response.headers.get('request-id')).toMatch(/^req_/);
    },
  );

  it('takes exactly the configured keys, and repeats none', async () => {
    const own = await startTestSimulator({ acceptedKeys: ['sk_test_one', 'sk_test_two'] });
    try {
      await stripeClient(own.url, 'sk_test_two').events.list();
      const error = await failureOf(stripeClient(own.url, 'sk_test_another_secret').events.list());
      expect(error).toMatchObject({ statusCode: 401, type: 'StripeAuthenticationError' });
      expect(error.message).not.toContain('another_secret');
    } finally {
      await own.close();
    }
  });
});

describe('every answer', () => {
  it('has a request id of its own and the version that was asked for', async () => {
    const { lastResponse } = await stripe.events.list();
    expect(lastResponse.requestId).toMatch(/^req_\w{14}$/);
    expect(lastResponse.apiVersion).toBe(stripe.getApiField('version'));
    const error = await failureOf(stripe.refunds.retrieve('re_unknown'));
    expect(error.requestId).toMatch(/^req_/);
    expect(error.raw).toMatchObject({
      doc_url: 'https://stripe.com/docs/error-codes/resource-missing',
      request_log_url: `https://dashboard.stripe.com/test/logs/${String(error.requestId)}`,
    });
  });
});

describe('what is no request', () => {
  it('is 404 for an unknown path or method', async () => {
    for (const [method, path] of [
      ['GET', '/v1/unknown'],
      ['DELETE', '/v1/payment_intents/pi_1'],
      ['GET', '/v1/payment_intents/'],
    ] as const) {
      const response = await send(path, { method });
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({
        error: {
          message: expect.stringContaining(`Unrecognized request URL (${method}: ${path})`) as string,
        },
      });
    }
  });

  it('is 400 for JSON', async () => {
    const response = await send('/v1/payment_intents', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ amount: 100, currency: 'usd' }),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error' } });
  });

  it('is 413 for a body over a megabyte, and 400 for a path that cannot be decoded', async () => {
    const large = await send('/v1/refunds', { method: 'POST', body: 'a'.repeat(1_100_000) });
    expect(large.status).toBe(413);
    const status = await new Promise((resolve, reject) => {
      const { port } = new URL(simulator.url);
      const options = { port, path: '/v1/refunds/%E0%A4%A', headers: { authorization } };
      httpRequest(options, (response) => {
        void text(response).then((body) => resolve([response.statusCode, JSON.parse(body)]));
      })
        .on('error', reject)
        .end();
    });
    expect(status).toMatchObject([400, { error: { type: 'invalid_request_error' } }]);
  });

  it('does not reach into the objects that parameters are read into', async () => {
    const body = 'amount=1000&currency=usd&__proto__[admin]=1&metadata[__proto__]=x&metadata[constructor]=y';
    const response = await send('/v1/payment_intents', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body,
    });
    expect([200, 400]).toContain(response.status);
    expect(Reflect.get({}, 'admin')).toBeUndefined();
  });
});

describe('lists', () => {
  it('are newest first and can be walked forwards and backwards without a gap', async () => {
    const own = await startTestSimulator({ seedExample: false });
    try {
      const { ids } = await own.control<{ ids: string[] }>('POST', '/payment-intents', {
        count: 25,
        amount: 100,
      });
      const newestFirst = [...ids].reverse();
      const first = await own.stripe.paymentIntents.list();
      expect(first.data.map(({ id }) => id)).toEqual(newestFirst.slice(0, 10));
      expect(first).toMatchObject({ object: 'list', has_more: true, url: '/v1/payment_intents' });
      const all = await own.stripe.paymentIntents.list({ limit: 7 }).autoPagingToArray({ limit: 100 });
      expect(all.map(({ id }) => id)).toEqual(newestFirst);
      const last = await own.stripe.paymentIntents.list({ limit: 5, starting_after: newestFirst[19] ?? '' });
      expect(last).toMatchObject({ has_more: false });
      expect(last.data.map(({ id }) => id)).toEqual(newestFirst.slice(20));
      const back = await own.stripe.paymentIntents.list({ limit: 5, ending_before: newestFirst[20] ?? '' });
      expect(back.data.map(({ id }) => id)).toEqual(newestFirst.slice(15, 20));
      expect(back.has_more).toBe(true);
    } finally {
      await own.close();
    }
  });

  it('of refunds are those of the payment, expanded where asked for', async () => {
    const id = await simulator.authorization();
    await stripe.paymentIntents.capture(id);
    for (const amount of [1, 2, 3]) await stripe.refunds.create({ payment_intent: id, amount });
    const { data } = await stripe.refunds.list({ payment_intent: id, limit: 2, expand: ['data.charge'] });
    expect(data).toMatchObject([
      { amount: 3, charge: { object: 'charge', amount_refunded: 6 } },
      { amount: 2, charge: { object: 'charge' } },
    ]);
    const rest = await stripe.refunds.list({ payment_intent: id, starting_after: data[1]?.id ?? '' });
    expect(rest.data.map(({ amount }) => amount)).toEqual([1]);
    const charges = await stripe.charges.list({ payment_intent: id });
    expect(charges.data).toMatchObject([{ payment_intent: id }]);
  });

  it('refuse limits and cursors that cannot be', async () => {
    const { paymentIntents } = stripe;
    expect(await failureOf(paymentIntents.list({ limit: 101 }))).toMatchObject({ param: 'limit' });
    expect(await failureOf(paymentIntents.list({ limit: 0 }))).toMatchObject({ param: 'limit' });
    expect(await failureOf(paymentIntents.list({ starting_after: 'pi_unknown' }))).toMatchObject({
      code: 'resource_missing',
      param: 'starting_after',
    });
    const both = { starting_after: 'pi_1', ending_before: 'pi_2' };
    expect(await failureOf(paymentIntents.list(both))).toMatchObject({ statusCode: 400 });
  });

  it('can be limited in time', async () => {
    const id = await simulator.authorization();
    const { created } = await stripe.paymentIntents.retrieve(id);
    const found = await stripe.paymentIntents.list({ created: { gte: created }, limit: 100 });
    expect(found.data.map((intent) => intent.id)).toContain(id);
    expect((await stripe.paymentIntents.list({ created: { gt: created + 60 } })).data).toEqual([]);
  });
});
