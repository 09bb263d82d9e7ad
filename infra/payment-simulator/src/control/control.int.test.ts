import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { newKey, startTestSimulator, type TestSimulator } from '../testing/test-simulator.js';

let simulator: TestSimulator;
beforeAll(async () => {
  simulator = await startTestSimulator();
});
afterAll(() => simulator.close());

describe('the index', () => {
  it('names every endpoint, every operation and every kind of fault', async () => {
    expect(await simulator.control('GET', '/')).toMatchObject({
      operations: expect.arrayContaining(['payment_intents.capture', 'refunds.create']) as string[],
      fault_kinds: expect.arrayContaining(['decline', 'hang_after']) as string[],
      endpoints: { 'POST /control/faults': expect.any(String) as string },
    });
  });
});

describe('an invalid request', () => {
  it.each([
    [{ operation: 'payment_intents.steal', kind: 'slow' }, /operation: must be \*, webhooks, or one of/],
    [{ operation: '*', kind: 'explode' }, /kind/],
    [{ operation: '*', kind: 'drop' }, /kind: must be one of decline/],
    [{ operation: 'webhooks', kind: 'decline' }, /kind: must be one of duplicate/],
    [{ operation: '*', kind: 'slow' }, /delayMs: is required for slow/],
    [{ operation: 'refunds.list', kind: 'decline' }, /operation: must be one of .* for a decline/],
    [{ operation: '*', kind: 'error_before', status: 200 }, /status/],
    [{ operation: '*', kind: 'error_before', probability: 2 }, /probability/],
    [{ operation: '*', kind: 'error_before', tmies: 1 }, /tmies/],
  ])('is rejected with the reason: %j', async (fault, message) => {
    await expect(simulator.fault(fault)).rejects.toThrow(message);
    expect(await simulator.control('GET', '/faults')).toMatchObject({ faults: [] });
  });

  it('is rejected with all its errors at once', async () => {
    const call = simulator.control('POST', '/payment-intents', { count: 0, amount: 1.5, currency: 'zzz' });
    await expect(call).rejects.toThrow(/400.*count.*amount.*currency/);
  });

  it('with invalid JSON is 400, and for an unknown path or fault 404', async () => {
    const response = await fetch(`${simulator.url}/control/faults`, { method: 'POST', body: '{' });
    expect(response.status).toBe(400);
    await expect(simulator.control('GET', '/unknown')).rejects.toThrow(/404/);
    await expect(simulator.control('DELETE', '/faults/fault_0')).rejects.toThrow(/404/);
  });
});

describe('payments made by the control API', () => {
  it('with a count: as many payments, each with its own id, ready to be captured', async () => {
    const body = { count: 250, amount: 1_999, currency: 'EUR', metadata: { run: 'bench' } };
    const { ids } = await simulator.control<{ ids: string[] }>('POST', '/payment-intents', body);
    expect(new Set(ids).size).toBe(250);
    expect(await simulator.stripe.paymentIntents.retrieve(ids[249] ?? '')).toMatchObject({
      status: 'requires_capture',
      amount: 1_999,
      currency: 'eur',
      metadata: { run: 'bench' },
    });
  });

  it.each([
    'requires_payment_method',
    'requires_confirmation',
    'requires_action',
    'processing',
    'requires_capture',
    'succeeded',
    'canceled',
  ])('with a status: one payment that is %s', async (status) => {
    const body = { amount: 500, status };
    const { ids } = await simulator.control<{ ids: string[] }>('POST', '/payment-intents', body);
    expect(await simulator.stripe.paymentIntents.retrieve(ids[0] ?? '')).toMatchObject({ status });
  });

  it('with a reference: one payment, and the same reference again is rejected', async () => {
    const body = { amount: 500, reference: `pi_${newKey().replaceAll('-', '')}` };
    expect(await simulator.control('POST', '/payment-intents', body)).toEqual({ ids: [body.reference] });
    await expect(simulator.control('POST', '/payment-intents', body)).rejects.toThrow(/409/);
    const many = { ...body, count: 2 };
    await expect(simulator.control('POST', '/payment-intents', many)).rejects.toThrow(/reference/);
  });

  it('with an amount that Stripe rejects: an error', async () => {
    const call = simulator.control('POST', '/payment-intents', { amount: 49 });
    await expect(call).rejects.toThrow(/400.*at least \$0\.50/);
  });

  it('that are not waiting cannot be completed', async () => {
    const id = await simulator.authorization();
    const complete = (path: string) => simulator.control('POST', path, { outcome: 'succeeded' });
    await expect(complete(`/payment-intents/${id}/complete`)).rejects.toThrow(/409/);
    await expect(complete('/payment-intents/pi_unknown/complete')).rejects.toThrow(/404/);
    await expect(complete('/refunds/re_unknown/complete')).rejects.toThrow(/404/);
  });
});

describe('the ledger', () => {
  it('has every movement in order, with its idempotency key, and the totals of each currency', async () => {
    const own = await startTestSimulator({ seedExample: false });
    try {
      const id = await own.authorization(10_000, 'usd');
      const canceled = await own.authorization(500, 'jpy');
      const idempotencyKey = newKey();
      await own.stripe.paymentIntents.capture(id, { amount_to_capture: 9_000 }, { idempotencyKey });
      await own.stripe.refunds.create({ payment_intent: id, amount: 1_000 });
      await own.stripe.paymentIntents.cancel(canceled);
      const ledger = await own.control<{ entries: object[] }>('GET', '/ledger');
      expect(ledger).toMatchObject({
        entries: [
          { sequence: 1, operation: 'authorize', payment_intent: id, amount: 10_000, idempotency_key: null },
          { sequence: 2, operation: 'authorize', payment_intent: canceled, amount: 500, currency: 'jpy' },
          { sequence: 3, operation: 'capture', amount: 9_000, idempotency_key: idempotencyKey },
          {
            sequence: 4,
            operation: 'refund',
            amount: 1_000,
            refund: expect.stringMatching(/^re_/) as string,
          },
          { sequence: 5, operation: 'void', payment_intent: canceled, amount: 500 },
        ],
        totals: {
          usd: { authorized: 10_000, captured: 9_000, voided: 0, refunded: 1_000 },
          jpy: { authorized: 500, captured: 0, voided: 500, refunded: 0 },
        },
        has_more: false,
      });
      expect(await own.control('GET', '/ledger?after=1&limit=2')).toMatchObject({
        entries: [{ sequence: 2 }, { sequence: 3 }],
        has_more: true,
      });
      expect(await own.movements(id)).toEqual(['authorize 10000', 'capture 9000', 'refund 1000']);
    } finally {
      await own.close();
    }
  });
});

describe('the request log', () => {
  it('has each request with its operation, payment, idempotency key and outcome', async () => {
    const id = await simulator.authorization();
    const idempotencyKey = newKey();
    for (let round = 0; round < 2; round += 1) {
      await simulator.stripe.paymentIntents.capture(id, {}, { idempotencyKey });
    }
    const base = {
      operation: 'payment_intents.capture',
      payment_intent: id,
      outcome: 'answered',
      status: 200,
    };
    expect(await simulator.requests({ idempotency_key: idempotencyKey })).toMatchObject([
      { ...base, path: `/v1/payment_intents/${id}/capture`, replayed: false },
      { ...base, replayed: true },
    ]);
    expect(await simulator.requests({ operation: 'payment_intents.cancel', payment_intent: id })).toEqual([]);
  });
});

describe("the simulator's clock", () => {
  it('advances by the given duration', async () => {
    const { now } = await simulator.control<{ now: string }>('GET', '/clock');
    const advance = { days: 1, hours: 1, seconds: 1, ms: 1 };
    const after = await simulator.control<{ now: string }>('POST', '/clock/advance', advance);
    expect(Date.parse(after.now) - Date.parse(now)).toBeGreaterThanOrEqual(90_001_001);
    await expect(simulator.control('POST', '/clock/advance', { days: -1 })).rejects.toThrow(/400/);
  });
});

describe('the probes', () => {
  it('say that the simulator is alive and ready', async () => {
    for (const path of ['/healthz', '/readyz']) {
      expect((await fetch(`${simulator.url}${path}`)).status).toBe(200);
    }
    expect((await fetch(`${simulator.url}/elsewhere`)).status).toBe(404);
  });
});
