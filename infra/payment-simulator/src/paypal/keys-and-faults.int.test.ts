import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { newKey } from '../testing/test-simulator.js';
import { startTestPayPal, type TestPayPal } from '../testing/test-paypal.js';

let paypal: TestPayPal;
beforeAll(async () => {
  paypal = await startTestPayPal();
});
afterAll(async () => {
  await paypal.close();
});

describe('a PayPal-Request-Id', () => {
  it('captures once, and a retry shows the latest state of the capture', async () => {
    const [reference, key] = [await paypal.checkout(), newKey()];
    const first = await paypal.capture(reference, '200.00', key);
    const id = String(first.body['id']);
    await paypal.refund(id, '50.00');
    const again = await paypal.capture(reference, '200.00', key);
    expect(again).toMatchObject({ status: 201, body: { id, status: 'PARTIALLY_REFUNDED' } });
    expect(await paypal.movements(reference)).toEqual(['authorize 24500', 'capture 20000', 'refund 5000']);
  });

  it('with another amount captures nothing new, and for another object is rejected', async () => {
    const [reference, key] = [await paypal.checkout(), newKey()];
    const first = await paypal.capture(reference, '200.00', key);
    expect(await paypal.capture(reference, '10.00', key)).toMatchObject({ body: { id: first.body['id'] } });
    expect(await paypal.void(reference, key)).toMatchObject({ issue: 'DUPLICATE_REQUEST_ID' });
  });

  it('does not store a refusal: a retry is executed once its cause is gone', async () => {
    const [reference, key] = [await paypal.checkout({ status: 'PENDING' }), newKey()];
    expect(await paypal.capture(reference, '1.00', key)).toMatchObject({ status: 422 });
    await paypal.control('POST', `/paypal/authorizations/${reference}/complete`, { outcome: 'created' });
    expect(await paypal.capture(reference, '1.00', key)).toMatchObject({ status: 201 });
  });

  it('is kept for 45 days', async () => {
    const [reference, key] = [await paypal.checkout(), newKey()];
    const first = await paypal.capture(reference, '200.00', key);
    await paypal.control('POST', '/clock/advance', { days: 44 });
    expect(await paypal.capture(reference, '200.00', key)).toMatchObject({ body: { id: first.body['id'] } });
    await paypal.control('POST', '/clock/advance', { days: 1 });
    expect(await paypal.capture(reference, '1.00', key)).toMatchObject({ issue: 'AUTHORIZATION_EXPIRED' });
  });

  it('is rejected while the first request with it is in progress', async () => {
    const [reference, key] = [await paypal.checkout(), newKey()];
    const operation = 'paypal.authorizations.capture';
    await paypal.fault({ operation, kind: 'hang_before', times: 1, paymentIntent: reference });
    const first = paypal.capture(reference, '200.00', key);
    await expect
      .poll(async () => (await paypal.requests({ payment_intent: reference })).map(({ fault }) => fault))
      .toEqual([expect.stringMatching(/^fault_/)]);
    expect(await paypal.capture(reference, '200.00', key)).toMatchObject({
      status: 409,
      issue: 'PREVIOUS_REQUEST_IN_PROGRESS',
    });
    await paypal.control('POST', '/release', { paymentIntent: reference });
    expect(await first).toMatchObject({ status: 201 });
  });
});

describe('a fault', () => {
  const operation = 'paypal.authorizations.capture';

  it.each([
    ['error_before', 0],
    ['error_after', 1],
  ])('%s is a 5xx that is not stored, with %d effect', async (kind, effects) => {
    const [paymentIntent, key] = [await paypal.checkout(), newKey()];
    await paypal.fault({ operation, kind, status: 503, times: 1, paymentIntent });
    expect(await paypal.capture(paymentIntent, '245.00', key)).toMatchObject({
      status: 503,
      body: { name: 'SERVICE_UNAVAILABLE' },
    });
    expect(await paypal.movements(paymentIntent)).toHaveLength(1 + effects);
    expect(await paypal.capture(paymentIntent, '245.00', key)).toMatchObject({ status: 201 });
    expect(await paypal.movements(paymentIntent)).toHaveLength(2);
  });

  it.each([
    ['reset_before', 0],
    ['reset_after', 1],
  ])('%s ends the connection, with %d effect', async (kind, effects) => {
    const paymentIntent = await paypal.checkout();
    await paypal.fault({ operation, kind, times: 1, paymentIntent });
    await expect(paypal.capture(paymentIntent)).rejects.toThrow();
    expect(await paypal.movements(paymentIntent)).toHaveLength(1 + effects);
  });

  it('rate_limit is a 429 without effect', async () => {
    const paymentIntent = await paypal.checkout();
    await paypal.fault({ operation, kind: 'rate_limit', times: 1, paymentIntent });
    expect(await paypal.capture(paymentIntent)).toMatchObject({
      status: 429,
      body: { name: 'RATE_LIMIT_REACHED' },
    });
    expect(await paypal.movements(paymentIntent)).toHaveLength(1);
  });

  it('decline with a code in capitals is a 422 with that issue; with another it makes a declined capture', async () => {
    const paymentIntent = await paypal.checkout();
    const decline = { operation, kind: 'decline', times: 1, paymentIntent };
    await paypal.fault({ ...decline, declineCode: 'INSTRUMENT_DECLINED' });
    expect(await paypal.capture(paymentIntent)).toMatchObject({ status: 422, issue: 'INSTRUMENT_DECLINED' });
    await paypal.fault({ ...decline, declineCode: '5120' });
    expect(await paypal.capture(paymentIntent)).toMatchObject({
      status: 201,
      body: { status: 'DECLINED', processor_response: { response_code: '5120' } },
    });
    expect(await paypal.movements(paymentIntent)).toHaveLength(1);
    expect(await paypal.capture(paymentIntent)).toMatchObject({ body: { status: 'COMPLETED' } });
  });

  it.each([
    [{ operation: 'paypal.refunds.create', kind: 'slow', delayMs: 1 }, /operation/],
    [{ operation: 'paypal.captures.get', kind: 'decline' }, /decline/],
  ])('that is invalid is rejected: %o', async (fault, message) => {
    await expect(paypal.fault(fault)).rejects.toThrow(message);
  });
});
