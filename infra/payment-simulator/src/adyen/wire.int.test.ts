import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { newKey } from '../testing/test-simulator.js';
import { merchantAccount, startTestAdyen, type TestAdyen } from '../testing/test-adyen.js';
import { adyenDefaults } from './adyen-simulation.js';

let adyen: TestAdyen;
beforeAll(async () => {
  adyen = await startTestAdyen();
});
afterAll(async () => {
  await adyen.close();
});

const usd = (value: number): object => ({ amount: { value, currency: 'USD' } });

describe('a modification', () => {
  it('is received with its own reference, and moves no money yet', async () => {
    const payment = await adyen.payment();
    const { status, body } = await adyen.modify(payment, 'captures', {
      ...usd(24_500),
      reference: 'order-1',
    });
    expect(status).toBe(201);
    expect(body).toEqual({
      merchantAccount,
      paymentPspReference: payment,
      pspReference: expect.stringMatching(/^[A-Z0-9]{16}$/) as string,
      reference: 'order-1',
      status: 'received',
      amount: { value: 24_500, currency: 'USD' },
    });
    expect(body['pspReference']).not.toBe(payment);
    expect(await adyen.movements(payment)).toEqual(['authorize 24500']);
  });

  it.each(['captures', 'cancels', 'refunds'])('is served in both API versions: %s', async (path) => {
    const payment = await adyen.payment();
    for (const version of ['v71', 'v72']) {
      const { status } = await adyen.modify(payment, path, usd(100), { version });
      expect(status).toBe(201);
    }
    expect((await adyen.modify(payment, path, usd(100), { version: 'v52' })).status).toBe(404);
  });

  it.each([
    ['an unknown payment', 'captures', usd(1), 422, '167'],
    ['an unknown payment', 'cancels', {}, 422, '167'],
    ['another merchant account', 'cancels', { merchantAccount: 'Other' }, 403, '901'],
    ['no merchant account', 'cancels', { merchantAccount: undefined }, 403, '901'],
    ['no amount', 'captures', {}, 422, '100'],
    ['no money', 'captures', usd(0), 422, '137'],
    ['half a cent', 'refunds', usd(0.5), 422, '137'],
    ['an invalid currency', 'refunds', { amount: { value: 1, currency: 'usd' } }, 422, '137'],
    ['a reference of 81 characters', 'cancels', { reference: 'r'.repeat(81) }, 422, '702'],
  ])('is refused for %s (%s)', async (why, path, change, status, errorCode) => {
    const payment = why === 'an unknown payment' ? 'UNKNOWN000000001' : await adyen.payment();
    const answer = await adyen.modify(payment, path, change);
    expect(answer).toMatchObject({
      status,
      body: {
        status,
        errorCode,
        errorType: status === 403 ? 'security' : 'validation',
        message: expect.any(String) as string,
        pspReference: expect.stringMatching(/^[A-Z0-9]{16}$/) as string,
      },
    });
    expect(answer.headers.get('transient-error')).toBeNull();
  });
});

describe('an API key', () => {
  it('is required, and must be an accepted one if the configuration names some', async () => {
    const strict = await startTestAdyen({
      adyen: { ...adyenDefaults, acceptedKeys: ['AQE-one', 'AQE-two'] },
    });
    try {
      const payment = await strict.payment();
      const status = async (apiKey: string): Promise<number> =>
        (await strict.modify(payment, 'cancels', {}, { apiKey })).status;
      expect(await status('AQE-two')).toBe(201);
      expect(await status('AQE-three')).toBe(401);
      expect(await status('')).toBe(401);
    } finally {
      await strict.close();
    }
  });
});

describe('an idempotency key', () => {
  it('sent several times → one modification and one answer', async () => {
    const payment = await adyen.payment();
    const key = newKey();
    const first = await adyen.capture(payment, 24_500, { key });
    const again = await adyen.capture(payment, 24_500, { key });
    expect(again.body).toEqual(first.body);
    expect(first.headers.get('idempotency-key')).toBe(key);
    expect((await adyen.find(payment)).modifications).toHaveLength(1);
  });

  it('with a different later request → repeats its first answer', async () => {
    const key = newKey();
    const first = await adyen.capture(await adyen.payment(), 20_000, { key });
    expect((await adyen.capture(await adyen.payment(), 24_500, { key })).body).toEqual(first.body);
  });

  it('stores an error, unless the error is transient', async () => {
    const payment = await adyen.payment();
    const fault = {
      operation: 'adyen.payments.capture',
      kind: 'error_before',
      paymentIntent: payment,
      times: 1,
    };
    const [lost, open] = [newKey(), newKey()];
    await adyen.fault({ ...fault, stored: true });
    expect((await adyen.capture(payment, 24_500, { key: lost })).status).toBe(500);
    expect((await adyen.capture(payment, 24_500, { key: lost })).status).toBe(500);
    await adyen.fault({ ...fault, transient: true });
    const transient = await adyen.capture(payment, 24_500, { key: open });
    expect(transient.status).toBe(500);
    expect(transient.headers.get('transient-error')).toBe('true');
    expect((await adyen.capture(payment, 24_500, { key: open })).status).toBe(201);
    expect((await adyen.find(payment)).modifications).toHaveLength(1);
  });

  it('while a request with it is in progress → transient error 704', async () => {
    const payment = await adyen.payment();
    const key = newKey();
    const { id } = await adyen.fault({
      operation: 'adyen.payments.capture',
      kind: 'hang_before',
      paymentIntent: payment,
      times: 1,
    });
    const first = adyen.capture(payment, 24_500, { key });
    const held = () => adyen.control<{ held: number }>('GET', '/faults');
    await expect.poll(held).toMatchObject({ held: 1 });
    const second = await adyen.capture(payment, 24_500, { key });
    expect(second).toMatchObject({ status: 409, body: { errorCode: '704' } });
    expect(second.headers.get('transient-error')).toBe('true');
    await adyen.control('POST', '/release', { faultId: id });
    expect((await first).status).toBe(201);
  });

  it('has at most 64 characters', async () => {
    const payment = await adyen.payment();
    expect((await adyen.capture(payment, 1, { key: 'k'.repeat(65) })).status).toBe(422);
    expect((await adyen.capture(payment, 1, { key: 'k'.repeat(64) })).status).toBe(201);
  });

  it('expires after seven days', async () => {
    const payment = await adyen.payment();
    const key = newKey();
    const first = await adyen.capture(payment, 100, { key });
    await adyen.control('POST', '/clock/advance', { days: 7 });
    expect((await adyen.capture(payment, 100, { key })).body['pspReference']).not.toBe(
      first.body['pspReference'],
    );
  });
});

describe('a fault', () => {
  it.each([
    ['error_before', 0],
    ['error_after', 1],
    ['reset_before', 0],
    ['reset_after', 1],
    ['rate_limit', 0],
  ])('%s acts before or after the effect, as its name says', async (kind, taken) => {
    const payment = await adyen.payment();
    await adyen.fault({ operation: 'adyen.*', kind, paymentIntent: payment, times: 1 });
    const outcome = await adyen.capture(payment).then(
      ({ status }) => status,
      () => 'no answer',
    );
    expect(outcome).toBe(kind.startsWith('reset') ? 'no answer' : kind === 'rate_limit' ? 429 : 500);
    expect((await adyen.find(payment)).modifications).toHaveLength(taken);
  });

  it('of kind decline fails the settlement, not the request', async () => {
    const payment = await adyen.payment();
    await adyen.fault({
      operation: 'adyen.payments.capture',
      kind: 'decline',
      declineCode: 'Refused by issuer',
      paymentIntent: payment,
      times: 1,
    });
    expect((await adyen.capture(payment)).status).toBe(201);
    await adyen.settle(payment);
    await expect.poll(adyen.events).toContain('CAPTURE false Refused by issuer');
    expect(await adyen.movements(payment)).toEqual(['authorize 24500']);
  });

  it('has its operations in the index of the control API, and is shown in the request log', async () => {
    const index = await adyen.control<{ operations: string[]; endpoints: object }>('GET', '');
    expect(index.operations).toContain('adyen.payments.capture');
    expect(Object.keys(index.endpoints)).toContain('POST /control/adyen/payments');
    const payment = await adyen.payment();
    await adyen.capture(payment, 24_500, { key: 'logged' });
    expect(await adyen.requests({ payment_intent: payment })).toMatchObject([
      { operation: 'adyen.payments.capture', idempotency_key: 'logged', status: 201, outcome: 'answered' },
    ]);
  });
});
