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

const example = 'pi_3Pqr4RLkdIwHu7ix0pQvA1bC';
const authorization = 'Bearer sk_test_1';
const send = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${simulator.url}${path}`, { ...init, headers: { authorization, ...init.headers } });

describe('authentication', () => {
  it('accepts a secret key as a bearer token or as the user of basic credentials', async () => {
    const basic = `Basic ${Buffer.from('sk_test_1:').toString('base64')}`;
    for (const header of [authorization, basic, 'Bearer rk_test_restricted']) {
      expect(
        (await send(`/v1/payment_intents/${example}`, { headers: { authorization: header } })).status,
      ).toBe(200);
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

  it('accepts only the configured keys, and no error repeats a key', async () => {
    const own = await startTestSimulator({ acceptedKeys: ['sk_test_one', 'sk_test_two'] });
    try {
      const read = (key: string) => stripeClient(own.url, key).paymentIntents.retrieve(example);
      await read('sk_test_two');
      const error = await failureOf(read('sk_test_another_secret'));
      expect(error).toMatchObject({ statusCode: 401, type: 'StripeAuthenticationError' });
      expect(error.message).not.toContain('another_secret');
    } finally {
      await own.close();
    }
  });
});

describe('every answer', () => {
  it('has a new request id and the requested API version', async () => {
    const { lastResponse } = await stripe.paymentIntents.retrieve(example);
    expect(lastResponse.requestId).toMatch(/^req_\w{14}$/);
    expect(lastResponse.apiVersion).toBe(stripe.getApiField('version'));
    const error = await failureOf(stripe.paymentIntents.retrieve('pi_unknown'));
    expect(error.requestId).toMatch(/^req_/);
    expect(error.raw).toMatchObject({
      doc_url: 'https://stripe.com/docs/error-codes/resource-missing',
      request_log_url: `https://dashboard.stripe.com/test/logs/${String(error.requestId)}`,
    });
  });
});

describe('an invalid request', () => {
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
      const options = { port, path: '/v1/payment_intents/%E0%A4%A', headers: { authorization } };
      httpRequest(options, (response) => {
        void text(response).then((body) => resolve([response.statusCode, JSON.parse(body)]));
      })
        .on('error', reject)
        .end();
    });
    expect(status).toMatchObject([400, { error: { type: 'invalid_request_error' } }]);
  });

  it('cannot change the prototype of parsed parameters', async () => {
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

describe("a list of a payment's refunds", () => {
  const ofAmounts = async (...amounts: readonly number[]): Promise<string> => {
    const id = await simulator.authorization();
    await stripe.paymentIntents.capture(id);
    for (const amount of amounts) await stripe.refunds.create({ payment_intent: id, amount });
    return id;
  };

  it('is newest first, in pages without gaps', async () => {
    const id = await ofAmounts(1, 2, 3);
    const other = await ofAmounts(9);
    const { data, ...page } = await stripe.refunds.list({ payment_intent: id, limit: 2 });
    expect(page).toMatchObject({ object: 'list', has_more: true, url: '/v1/refunds' });
    expect(data.map(({ amount }) => amount)).toEqual([3, 2]);
    const rest = await stripe.refunds.list({ payment_intent: id, starting_after: data[1]?.id ?? '' });
    expect(rest).toMatchObject({ has_more: false, data: [{ amount: 1 }] });
    const all = await stripe.refunds.list({ payment_intent: id, limit: 1 }).autoPagingToArray({ limit: 10 });
    expect(all.map(({ amount }) => amount)).toEqual([3, 2, 1]);
    expect((await stripe.refunds.list({ payment_intent: other })).data).toMatchObject([{ amount: 9 }]);
  });

  it('rejects an invalid limit and an unknown cursor', async () => {
    const id = await ofAmounts();
    const list = (params: Stripe.RefundListParams) =>
      failureOf(stripe.refunds.list({ payment_intent: id, ...params }));
    expect(await list({ limit: 101 })).toMatchObject({ param: 'limit' });
    expect(await list({ limit: 0 })).toMatchObject({ param: 'limit' });
    expect(await list({ starting_after: 're_unknown' })).toMatchObject({
      code: 'resource_missing',
      param: 'starting_after',
    });
  });
});
