import Stripe from 'stripe';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import {
  failureOf,
  abortableClient,
  newKey,
  startTestSimulator,
  stripeClient,
  type AskedFault,
  type TestSimulator,
} from '../testing/test-simulator.js';

let simulator: TestSimulator;
let stripe: Stripe;
beforeAll(async () => {
  simulator = await startTestSimulator();
  ({ stripe } = simulator);
});
afterEach(() => simulator.control('DELETE', '/faults'));
afterAll(() => simulator.close());

const held = ['authorize 24500'];
const captured = ['authorize 24500', 'capture 24500'];

/** An authorisation with a fault on its capture, and a function that captures it under one key. */
async function captureWith(
  fault: Omit<AskedFault, 'operation'>,
  client = stripe,
): Promise<{
  id: string;
  faultId: string;
  capture: (using?: Stripe) => Promise<Stripe.Response<Stripe.PaymentIntent>>;
}> {
  const id = await simulator.authorization();
  const idempotencyKey = newKey();
  const asked = { operation: 'payment_intents.capture', kind: String(fault['kind']), times: 1 };
  const { id: faultId } = await simulator.fault({ ...asked, match: { paymentIntent: id }, ...fault });
  return {
    id,
    faultId,
    capture: (using = client) => using.paymentIntents.capture(id, {}, { idempotencyKey }),
  };
}

/** Captures, and closes the connection once the simulator has the request. */
async function captureAndLeave(fault: Omit<AskedFault, 'operation'>) {
  const { client, abort } = abortableClient(simulator.url);
  const { id, capture } = await captureWith(fault, client);
  const call = failureOf(capture());
  await expect.poll(heldRequests).toBe(1);
  abort();
  expect(await call).toBeInstanceOf(Stripe.errors.StripeConnectionError);
  return { id, capture };
}

const fired = async (faultId: string): Promise<number> =>
  (await simulator.control<{ fired: number }>('GET', `/faults/${faultId}`)).fired;
const heldRequests = async (): Promise<number> =>
  (await simulator.control<{ held: number }>('GET', '/faults')).held;
const replayed = ({ lastResponse }: Stripe.Response<object>): boolean =>
  lastResponse.headers['idempotent-replayed'] === 'true';

describe('an error before the effect', () => {
  it('changes nothing, and a retry with the same key is executed', async () => {
    const { id, capture } = await captureWith({ kind: 'error_before', status: 503 });
    expect(await failureOf(capture())).toMatchObject({ statusCode: 503, rawType: 'api_error' });
    expect(await simulator.movements(id)).toEqual(held);
    expect(replayed(await capture())).toBe(false);
    expect(await simulator.movements(id)).toEqual(captured);
  });

  it('that is stored → every retry with the key gets the error and changes nothing', async () => {
    const { id, capture } = await captureWith({ kind: 'error_before', stored: true });
    expect((await failureOf(capture())).headers?.['idempotent-replayed']).toBeUndefined();
    expect((await failureOf(capture())).headers?.['idempotent-replayed']).toBe('true');
    expect(await simulator.movements(id)).toEqual(held);
  });
});

describe('an error after the effect', () => {
  it('is stored by default: the money is captured, and every retry with the key gets the 500', async () => {
    const { id, capture } = await captureWith({ kind: 'error_after' });
    expect(await failureOf(capture())).toMatchObject({ statusCode: 500, type: 'StripeAPIError' });
    expect(await simulator.movements(id)).toEqual(captured);
    const second = await failureOf(capture());
    expect(second).toMatchObject({ statusCode: 500 });
    expect(second.headers?.['idempotent-replayed']).toBe('true');
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({ status: 'succeeded' });
  });

  it('that is not stored → a retry with the key gets the real outcome', async () => {
    const { id, capture } = await captureWith({ kind: 'error_after', stored: false, status: 502 });
    expect(await failureOf(capture())).toMatchObject({ statusCode: 502 });
    const second = await capture();
    expect(second.status).toBe('succeeded');
    expect(replayed(second)).toBe(true);
    expect(await simulator.movements(id)).toEqual(captured);
  });

  it('of a refund leaves exactly one refund, and every retry with the key gets the 500', async () => {
    const id = await simulator.authorization();
    await stripe.paymentIntents.capture(id);
    await simulator.fault({ operation: 'refunds.create', kind: 'error_after', paymentIntent: id, times: 1 });
    const params = { payment_intent: id, amount: 500 };
    const options = { idempotencyKey: newKey() };
    for (let round = 0; round < 3; round += 1) {
      expect(await failureOf(stripe.refunds.create(params, options))).toMatchObject({ statusCode: 500 });
    }
    expect((await stripe.refunds.list({ payment_intent: id })).data).toHaveLength(1);
  });
});

describe('a connection that is reset', () => {
  // By default the SDK retries a request whose connection was closed, even with `maxNetworkRetries: 0`.
  const onceOnly = (): Stripe =>
    stripeClient(simulator.url, 'sk_test_once', { httpClient: Stripe.createFetchHttpClient() });

  it('before the effect changes nothing', async () => {
    const { id, capture } = await captureWith({ kind: 'reset_before' }, onceOnly());
    expect(await failureOf(capture())).toBeInstanceOf(Stripe.errors.StripeConnectionError);
    expect(await simulator.movements(id)).toEqual(held);
    expect(replayed(await capture(stripe))).toBe(false);
  });

  it('after the effect keeps the effect, and a retry with the key gets the lost answer', async () => {
    const { id, capture } = await captureWith({ kind: 'reset_after' }, onceOnly());
    expect(await failureOf(capture())).toBeInstanceOf(Stripe.errors.StripeConnectionError);
    expect(await simulator.movements(id)).toEqual(captured);
    expect(replayed(await capture(stripe))).toBe(true);
    expect(await simulator.movements(id)).toEqual(captured);
  });

  it('applies to replayed answers, too', async () => {
    const { capture } = await captureWith({ kind: 'reset_after', times: 2 }, onceOnly());
    await failureOf(capture());
    expect(await failureOf(capture())).toBeInstanceOf(Stripe.errors.StripeConnectionError);
    expect(replayed(await capture(stripe))).toBe(true);
  });
});

describe('a hang', () => {
  it('before the effect has no effect if the client closes the connection', async () => {
    const { id, capture } = await captureAndLeave({ kind: 'hang_before' });
    await expect.poll(heldRequests).toBe(0);
    expect(await simulator.movements(id)).toEqual(held);
    expect(replayed(await capture(stripe))).toBe(false);
  });

  it('before the effect is executed once it is released', async () => {
    const { id, capture } = await captureWith({ kind: 'hang_before' });
    const call = capture();
    await expect.poll(heldRequests).toBe(1);
    expect(await simulator.movements(id)).toEqual(held);
    expect(await simulator.control('POST', '/release', { paymentIntent: id })).toEqual({ released: 1 });
    expect(await call).toMatchObject({ status: 'succeeded' });
  });

  it('after the effect never answers the capture, and a retry with the key is answered at once', async () => {
    const { id, capture } = await captureAndLeave({ kind: 'hang_after' });
    expect(await simulator.movements(id)).toEqual(captured);
    expect(replayed(await capture(stripe))).toBe(true);
  });

  it('after the effect is answered once its fault is deleted', async () => {
    const { faultId, capture } = await captureWith({ kind: 'hang_after' });
    const call = capture();
    await expect.poll(heldRequests).toBe(1);
    expect(await simulator.control('DELETE', `/faults/${faultId}`)).toEqual({ deleted: 1, released: 1 });
    expect(await call).toMatchObject({ status: 'succeeded' });
  });

  it('does not hold up other requests', async () => {
    const { capture } = await captureWith({ kind: 'hang_before' });
    const call = capture();
    await expect.poll(heldRequests).toBe(1);
    const other = await simulator.authorization();
    expect(await stripe.paymentIntents.capture(other)).toMatchObject({ status: 'succeeded' });
    await simulator.control('POST', '/release');
    await call;
  });

  it('is pending in the request log until it ends', async () => {
    const { client, abort } = abortableClient(simulator.url);
    const { id, faultId, capture } = await captureWith({ kind: 'hang_before' }, client);
    const call = failureOf(capture());
    const logged = () => simulator.requests({ payment_intent: id });
    await expect.poll(logged).toMatchObject([{ outcome: 'pending', fault: faultId, status: null }]);
    abort();
    await call;
    await expect.poll(logged).toMatchObject([{ outcome: 'gone', status: null }]);
  });
});

describe('a slow answer', () => {
  it('comes after the delay, with its effect', async () => {
    const { id, capture } = await captureWith({ kind: 'slow', delayMs: 200 });
    const start = performance.now();
    expect(await capture()).toMatchObject({ status: 'succeeded' });
    expect(performance.now() - start).toBeGreaterThanOrEqual(195);
    expect(await simulator.movements(id)).toEqual(captured);
  });

  it('has its effect even if the client has closed the connection', async () => {
    const { id } = await captureAndLeave({ kind: 'slow', delayMs: 3_600_000 });
    expect(await simulator.movements(id)).toEqual(held);
    await simulator.control('POST', '/release');
    await expect.poll(() => simulator.movements(id)).toEqual(captured);
  });
});

describe('a rate limit', () => {
  it('changes nothing, is not stored, and has a Retry-After header', async () => {
    const { id, capture } = await captureWith({ kind: 'rate_limit', retryAfterSeconds: 2 });
    const error = await failureOf(capture());
    expect(error).toMatchObject({ statusCode: 429, type: 'StripeRateLimitError', code: 'rate_limit' });
    expect(error.headers?.['retry-after']).toBe('2');
    expect(await simulator.movements(id)).toEqual(held);
    expect(replayed(await capture())).toBe(false);
  });

  it('with the code lock_timeout says that another request holds the object', async () => {
    const { capture } = await captureWith({ kind: 'rate_limit', code: 'lock_timeout' });
    expect(await failureOf(capture())).toMatchObject({ statusCode: 429, code: 'lock_timeout' });
  });
});

describe('a fault', () => {
  it('with `times` fires on that many calls and counts them', async () => {
    const { faultId, capture } = await captureWith({ kind: 'error_before', times: 3 });
    for (let round = 0; round < 3; round += 1) await failureOf(capture());
    await capture();
    expect(await fired(faultId)).toBe(3);
  });

  it('fires only on its operation and payment', async () => {
    const { faultId, capture } = await captureWith({ kind: 'error_before' });
    const other = await simulator.authorization();
    await stripe.paymentIntents.retrieve(other);
    await stripe.paymentIntents.capture(other);
    expect(await fired(faultId)).toBe(0);
    await failureOf(capture());
    expect(await fired(faultId)).toBe(1);
  });

  it('of an operation pattern fires on reads, too', async () => {
    const id = await simulator.authorization();
    await simulator.fault({ operation: 'payment_intents.*', kind: 'error_after', times: 1 });
    expect(await failureOf(stripe.paymentIntents.retrieve(id))).toMatchObject({ statusCode: 500 });
    await simulator.fault({ operation: '*', kind: 'error_before', status: 504, times: 1 });
    expect(await failureOf(stripe.refunds.list({ payment_intent: id }))).toMatchObject({ statusCode: 504 });
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({ id });
  });

  it('of a payment fires on its refund, whose path does not name the payment', async () => {
    const id = await simulator.authorization();
    await stripe.paymentIntents.capture(id);
    await simulator.fault({ operation: 'refunds.create', kind: 'error_before', paymentIntent: id, times: 1 });
    expect(await failureOf(stripe.refunds.create({ payment_intent: id }))).toMatchObject({
      statusCode: 500,
    });
  });

  it('with a probability and a seed fires on the same calls in every run', async () => {
    const id = await simulator.authorization();
    const run = async (seed: number): Promise<string> => {
      const fault = { operation: 'payment_intents.retrieve', kind: 'error_before', probability: 0.5, seed };
      const { id: faultId } = await simulator.fault(fault);
      let outcomes = '';
      for (let call = 0; call < 24; call += 1) {
        outcomes += await stripe.paymentIntents.retrieve(id).then(
          () => '.',
          () => 'x',
        );
      }
      await simulator.control('DELETE', `/faults/${faultId}`);
      return outcomes;
    };
    const first = await run(7);
    expect(first).toMatch(/x/);
    expect(first).toMatch(/\./);
    expect(await run(7)).toBe(first);
    expect(await run(8)).not.toBe(first);
  });
});
