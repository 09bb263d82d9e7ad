import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { failureOf, newKey, startTestSimulator, type TestSimulator } from '../testing/test-simulator.js';

let simulator: TestSimulator;
let stripe: Stripe;
beforeAll(async () => {
  simulator = await startTestSimulator();
  ({ stripe } = simulator);
});
afterAll(() => simulator.close());

const order = { amount: 24_500, currency: 'usd', metadata: { order: '1', shop: '2' } };

describe('the same key with the same request', () => {
  it('executes once and is answered with the same body, marked as replayed', async () => {
    const idempotencyKey = newKey();
    const first = await stripe.paymentIntents.create(order, { idempotencyKey });
    // The same parameters in another order.
    const again = { metadata: { shop: '2', order: '1' }, currency: 'usd', amount: 24_500 };
    const second = await stripe.paymentIntents.create(again, { idempotencyKey });
    expect({ ...second }).toEqual({ ...first });
    expect(first.lastResponse.headers['idempotent-replayed']).toBeUndefined();
    expect(second.lastResponse.headers).toMatchObject({
      'idempotent-replayed': 'true',
      'original-request': first.lastResponse.requestId,
      'idempotency-key': idempotencyKey,
    });
    expect(second.lastResponse.requestId).not.toBe(first.lastResponse.requestId);
  });

  it('is answered with the state at the first request, not the current one', async () => {
    const idempotencyKey = newKey();
    const create = () => stripe.paymentIntents.create(order, { idempotencyKey });
    const { id } = await create();
    await stripe.paymentIntents.cancel(id);
    expect(await create()).toMatchObject({ id, status: 'requires_payment_method' });
  });

  it('refunds once for many concurrent requests', async () => {
    const id = await simulator.authorization();
    await stripe.paymentIntents.capture(id);
    const idempotencyKey = newKey();
    const refunds = await Promise.all(
      Array.from({ length: 20 }, () =>
        stripe.refunds.create({ payment_intent: id, amount: 100 }, { idempotencyKey }),
      ),
    );
    expect(new Set(refunds.map((refund) => refund.id)).size).toBe(1);
    expect((await simulator.movements(id)).slice(2)).toEqual(['refund 100']);
  });

  it.each([
    ['a declined card', 402, { ...order, confirm: true, payment_method: 'pm_card_visa_chargeDeclined' }],
    ['an unknown payment method', 404, { ...order, payment_method: 'pm_unknown' }],
  ])('replays %s: the execution had begun', async (_, statusCode, params) => {
    const idempotencyKey = newKey();
    const first = await failureOf(stripe.paymentIntents.create(params, { idempotencyKey }));
    const second = await failureOf(stripe.paymentIntents.create(params, { idempotencyKey }));
    expect(second).toMatchObject({ statusCode, message: first.message, charge: first.charge });
    expect(second.headers?.['idempotent-replayed']).toBe('true');
  });

  it('replays a refusal even if the payment has changed since', async () => {
    const { id } = await stripe.paymentIntents.create({ ...order, capture_method: 'manual' });
    const idempotencyKey = newKey();
    const capture = () => failureOf(stripe.paymentIntents.capture(id, {}, { idempotencyKey }));
    expect(await capture()).toMatchObject({ code: 'payment_intent_unexpected_state' });
    await stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' });
    const second = await capture();
    expect(second).toMatchObject({ code: 'payment_intent_unexpected_state' });
    expect(second.headers?.['idempotent-replayed']).toBe('true');
  });

  it('does not store a validation error: no execution had begun', async () => {
    const idempotencyKey = newKey();
    await failureOf(stripe.paymentIntents.create({ ...order, amount: 1 }, { idempotencyKey }));
    expect(await stripe.paymentIntents.create(order, { idempotencyKey })).toMatchObject({ amount: 24_500 });
  });

  it('is replayed for 24 hours and executed again afterwards', async () => {
    const own = await startTestSimulator();
    try {
      const idempotencyKey = newKey();
      const create = () => own.stripe.paymentIntents.create(order, { idempotencyKey });
      const first = await create();
      await own.control('POST', '/clock/advance', { hours: 23, seconds: 3_590 });
      expect((await create()).id).toBe(first.id);
      await own.control('POST', '/clock/advance', { seconds: 10 });
      expect((await create()).id).not.toBe(first.id);
    } finally {
      await own.close();
    }
  });

  it('has no effect on reading', async () => {
    const id = await simulator.authorization();
    const read = (key: string) =>
      fetch(`${simulator.url}/v1/payment_intents/${id}`, {
        headers: { authorization: 'Bearer sk_test_1', 'idempotency-key': key },
      });
    const key = newKey();
    await read(key);
    await stripe.paymentIntents.capture(id);
    expect(await (await read(key)).json()).toMatchObject({ status: 'succeeded' });
  });
});

describe('the same key with another request', () => {
  it('with other parameters is rejected and changes nothing', async () => {
    const id = await simulator.authorization();
    await stripe.paymentIntents.capture(id);
    const idempotencyKey = newKey();
    await stripe.refunds.create({ payment_intent: id, amount: 100 }, { idempotencyKey });
    const other = stripe.refunds.create({ payment_intent: id, amount: 200 }, { idempotencyKey });
    expect(await failureOf(other)).toMatchObject({
      statusCode: 400,
      type: 'StripeIdempotencyError',
      rawType: 'idempotency_error',
      message: expect.stringContaining(`Try using a key other than '${idempotencyKey}'`) as string,
    });
    expect((await simulator.movements(id)).slice(2)).toEqual(['refund 100']);
  });

  it('for another endpoint or another payment is rejected', async () => {
    const [one, two] = [await simulator.authorization(), await simulator.authorization()];
    const idempotencyKey = newKey();
    await stripe.paymentIntents.capture(one, {}, { idempotencyKey });
    for (const call of [
      stripe.paymentIntents.cancel(one, {}, { idempotencyKey }),
      stripe.paymentIntents.capture(two, {}, { idempotencyKey }),
    ]) {
      const error = await failureOf(call);
      expect(error).toMatchObject({ statusCode: 400, rawType: 'idempotency_error' });
      expect(error.message).toContain('can only be used for the same endpoint');
    }
    expect(await simulator.movements(two)).toEqual(['authorize 24500']);
  });

  it('is still replayed for its first request after others were rejected', async () => {
    const idempotencyKey = newKey();
    const first = await stripe.paymentIntents.create(order, { idempotencyKey });
    await failureOf(stripe.paymentIntents.create({ ...order, amount: 100 }, { idempotencyKey }));
    expect((await stripe.paymentIntents.create(order, { idempotencyKey })).id).toBe(first.id);
  });
});

describe('a key', () => {
  it('conflicts while a request with it is in progress, and the conflict is not stored', async () => {
    const id = await simulator.authorization();
    const fault = await simulator.fault({
      operation: 'payment_intents.capture',
      kind: 'hang_before',
      paymentIntent: id,
      times: 1,
    });
    const idempotencyKey = newKey();
    const capture = () => stripe.paymentIntents.capture(id, {}, { idempotencyKey });
    const first = capture();
    await expect.poll(() => simulator.control('GET', '/faults')).toMatchObject({ held: 1 });
    expect(await failureOf(capture())).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' });
    await simulator.control('POST', '/release', { faultId: fault.id });
    expect(await first).toMatchObject({ status: 'succeeded' });
    const replayed = await capture();
    expect(replayed.lastResponse.headers['idempotent-replayed']).toBe('true');
    expect(await simulator.movements(id)).toEqual(['authorize 24500', 'capture 24500']);
  });

  it('has up to 255 characters', async () => {
    const prefix = newKey();
    const create = (length: number) =>
      stripe.paymentIntents.create(order, { idempotencyKey: prefix.padEnd(length, 'k') });
    expect(await create(255)).toMatchObject({ amount: 24_500 });
    expect(await failureOf(create(256))).toMatchObject({ statusCode: 400 });
  });
});
