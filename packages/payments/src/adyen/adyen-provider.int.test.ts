import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { authorized, callFor } from '../testing/steered-provider.js';
import { steeredAdyen, type SteeredAdyen } from '../testing/steered-adyen.js';

let adyen: SteeredAdyen;
beforeAll(async () => {
  adyen = await steeredAdyen();
});
afterAll(async () => {
  await adyen.close();
});

const { parse: requestsOf } = z.object({
  requests: z.array(z.object({ idempotency_key: z.string().nullable(), status: z.int().nullable() })),
});
const keysSentFor = async (reference: string): Promise<readonly (string | null)[]> => {
  const { requests } = requestsOf(
    await adyen.simulator.control('GET', `requests?payment_intent=${reference}`),
  );
  return requests.map((request) => request.idempotency_key);
};
/** The simulator's id of the only modification of a payment. */
const modificationOf = async (reference: string): Promise<string> => {
  const modifications = z.object({ modifications: z.tuple([z.object({ id: z.string() })]) });
  const answer = await adyen.simulator.control('GET', `adyen/payments/${reference}`);
  return modifications.parse(answer).modifications[0].id;
};
const complete = (modification: string, body: object): Promise<unknown> =>
  adyen.simulator.control('POST', `adyen/modifications/${modification}/complete`, body);

describe('an authorisation that Adyen has yet to announce', () => {
  it('waits, and nothing is sent for it, until the notification has come', async () => {
    const operation = 'webhooks.AUTHORISATION';
    const fault = { operation, kind: 'delay', delayMs: 3_600_000, times: 1 };
    await adyen.simulator.control('POST', 'faults', fault);
    const made = await adyen.simulator.control('POST', 'adyen/payments', { amount: 24_500 });
    const { pspReferences } = z.object({ pspReferences: z.tuple([z.string()]) }).parse(made);
    const [reference] = pspReferences;
    const { provider } = adyen.later;
    const waits = { kind: 'transient', message: expect.stringContaining('has not arrived') as string };
    expect(await provider.find(reference)).toMatchObject(waits);
    expect(await provider.authorize(callFor(reference))).toMatchObject(waits);
    expect(await provider.capture(callFor(reference))).toMatchObject(waits);
    expect(await provider.refund(callFor(reference))).toMatchObject(waits);
    expect(await keysSentFor(reference)).toEqual([]);

    await adyen.simulator.control('POST', 'adyen/webhooks/flush');
    await adyen.received(reference, 'authorized');
    expect(await provider.authorize(callFor(reference))).toMatchObject({ kind: 'done' });
  });

  it('pays for no order while only what became of it was announced: nobody knows whose it is', async () => {
    const fault = { operation: 'webhooks.AUTHORISATION', kind: 'drop', times: 1 };
    await adyen.simulator.control('POST', 'faults', fault);
    const made = await adyen.simulator.control('POST', 'adyen/payments', { amount: 24_500 });
    const [reference] = z.object({ pspReferences: z.tuple([z.string()]) }).parse(made).pspReferences;
    expect(await adyen.provider.void(callFor(reference))).toMatchObject({ kind: 'done' });
    expect(await adyen.provider.authorize(callFor(reference))).toMatchObject({
      kind: 'transient',
      message: expect.stringContaining('has not arrived') as string,
    });
  });

  it('can be let go all the same, since Adyen says whether there is one', async () => {
    const fault = { operation: 'webhooks.AUTHORISATION', kind: 'drop', times: 1 };
    await adyen.simulator.control('POST', 'faults', fault);
    const made = await adyen.simulator.control('POST', 'adyen/payments', { amount: 24_500 });
    const [reference] = z.object({ pspReferences: z.tuple([z.string()]) }).parse(made).pspReferences;
    expect(await adyen.provider.void(callFor(reference))).toMatchObject({
      kind: 'done',
      payment: { state: 'voided', authorizedMinor: 24_500, currency: 'USD' },
    });
  });
});

describe('a capture that comes to another end', () => {
  it('is declined, with the reason, when Adyen says that it failed', async () => {
    const capture = callFor(await authorized(adyen));
    expect(await adyen.later.provider.capture(capture)).toMatchObject({ kind: 'pending' });
    await complete(await modificationOf(capture.reference), {
      outcome: 'failed',
      reason: 'Not enough balance',
    });
    await adyen.received(capture.reference, 'capture_failed');
    expect(await adyen.provider.capture(capture)).toMatchObject({
      kind: 'declined',
      reason: 'payment_declined',
      message: expect.stringContaining('Not enough balance') as string,
    });
    expect(await adyen.provider.find(capture.reference)).toMatchObject({ payment: { state: 'authorized' } });
  });

  it('is not done any more when Adyen takes it back, and is when an operator confirms that Adyen captured again', async () => {
    const capture = callFor(await authorized(adyen));
    expect(await adyen.provider.capture(capture)).toMatchObject({ kind: 'done' });
    const modification = await modificationOf(capture.reference);
    await complete(modification, { outcome: 'failed', reason: 'Capture rejected by card scheme' });
    await adyen.received(capture.reference, 'capture_failed');
    expect(await adyen.provider.capture(capture)).toMatchObject({ kind: 'declined' });

    const before = adyen.notifications.all.length;
    await complete(modification, { outcome: 'recaptured' });
    await expect.poll(() => adyen.notifications.all.length).toBe(before + 1);
    expect(await adyen.provider.capture(capture)).toMatchObject({ kind: 'declined' });
    const reportedCapture = { objectId: modification, amountMinor: 24_500 };
    expect(await adyen.provider.find(capture.reference)).toMatchObject({
      payment: { state: 'authorized', capturedMinor: 0, reportedCapture },
    });
    const report = adyen.notifications.all.at(-1);
    if (report) adyen.notifications.keep({ ...report, isConfirmed: true });
    expect(await adyen.provider.capture(capture)).toMatchObject({
      kind: 'done',
      payment: { capturedMinor: 24_500 },
    });
  });

  it('cannot be done when the authorisation has lapsed', async () => {
    const reference = await authorized(adyen);
    await adyen.simulator.control('POST', `adyen/payments/${reference}/expire`);
    await adyen.received(reference, 'authorization_expired');
    expect(await adyen.provider.capture(callFor(reference))).toMatchObject({
      kind: 'declined',
      reason: 'payment_not_capturable',
    });
    expect(await adyen.provider.void(callFor(reference))).toMatchObject({ kind: 'done' });
  });
});

describe('a refund', () => {
  it('is declined when it fails days after it was done, and the money can be given back again', async () => {
    const reference = await authorized(adyen);
    await adyen.provider.capture(callFor(reference));
    const refund = callFor(reference);
    const done = await adyen.provider.refund(refund);
    expect(done).toMatchObject({ kind: 'done', amountMinor: 24_500 });
    await complete(done.kind === 'done' ? done.refundId : '', {
      outcome: 'failed',
      reason: 'Account closed',
    });
    await adyen.received(reference, 'refund_failed');
    expect(await adyen.provider.refund(refund)).toMatchObject({
      kind: 'declined',
      message: expect.stringContaining('Account closed') as string,
    });
    expect(await adyen.provider.refund(callFor(reference))).toMatchObject({ kind: 'done' });
  });
});

describe("Adyen's webhooks", () => {
  it('may come twice, late and in the wrong order', async () => {
    const reference = await authorized(adyen);
    const faults = [
      { operation: 'webhooks.CAPTURE', kind: 'reorder' },
      { operation: 'webhooks.REFUND', kind: 'duplicate', copies: 3 },
    ];
    for (const fault of faults) {
      await adyen.simulator.control('POST', 'faults', {
        ...fault,
        times: 1,
        match: { paymentIntent: reference },
      });
    }
    const { provider } = adyen.later;
    const capture = callFor(reference);
    expect(await provider.capture(capture)).toMatchObject({ kind: 'pending' });
    await adyen.simulator.control('POST', 'adyen/settle', { pspReference: reference });
    // The capture's notification waits until the refund's has gone, which Adyen takes since it knows of the capture.
    const raw = {
      merchantAccount: 'SimulatorECOM',
      amount: { value: 5_000, currency: 'USD' },
      reference: 'by-hand',
    };
    const response = await fetch(`${adyen.simulator.baseUrl}/adyen/v72/payments/${reference}/refunds`, {
      method: 'POST',
      headers: { 'x-api-key': 'any' },
      body: JSON.stringify(raw),
    });
    expect(response.status).toBe(201);
    await adyen.later.comeTrue(reference);
    await adyen.received(reference, 'captured');
    const kinds = adyen.notifications.all
      .filter((notification) => notification.reference === reference)
      .map(({ kind }) => kind);
    expect(kinds.indexOf('refunded')).toBeLessThan(kinds.indexOf('captured'));
    await expect
      .poll(() =>
        adyen.notifications.all.filter(({ kind, reference: r }) => kind === 'refunded' && r === reference),
      )
      .toHaveLength(4);
    expect(await provider.capture(capture)).toMatchObject({
      kind: 'done',
      payment: { capturedMinor: 24_500, refundedMinor: 5_000 },
    });
  });
});

describe('the key of an operation', () => {
  it('is one and the same at every try, and has at most 64 characters', async () => {
    const reference = await authorized(adyen);
    const capture = { ...callFor(reference), idempotencyKey: `order-${'9'.repeat(100)}:capture:1` };
    await adyen.fault('capture', reference, 'error_before', 2);
    for (const kind of ['unknown', 'unknown', 'pending', 'pending']) {
      expect(await adyen.later.provider.capture(capture)).toMatchObject({ kind });
    }
    const keys = await keysSentFor(reference);
    expect(keys).toHaveLength(4);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]?.length).toBeLessThanOrEqual(64);
    await adyen.later.comeTrue(reference);
    expect(await adyen.provider.capture(capture)).toMatchObject({ kind: 'done' });
    expect(await adyen.movements(reference)).toHaveLength(1);
  });

  it('is unknown, not pending, when it is used for another amount before Adyen has said anything', async () => {
    const first = callFor(await authorized(adyen), { amountMinor: 20_000 });
    expect(await adyen.later.provider.capture(first)).toMatchObject({ kind: 'pending' });
    expect(await adyen.later.provider.capture({ ...first, amountMinor: 24_500 })).toMatchObject({
      kind: 'unknown',
      message: expect.stringMatching(/200\.00 USD.*245\.00 USD/) as string,
    });
  });

  it('is refused where Adyen could not take it', async () => {
    const reference = await authorized(adyen);
    for (const idempotencyKey of ['', 'with space', 'ü', 'k'.repeat(251)]) {
      await expect(adyen.provider.capture({ ...callFor(reference), idempotencyKey })).rejects.toThrow(
        TypeError,
      );
    }
  });
});

describe('an error that Adyen calls transient', () => {
  it('is transient, and the same call comes true when it is over', async () => {
    const capture = callFor(await authorized(adyen));
    const fault = { operation: 'adyen.payments.capture', kind: 'error_before', transient: true, times: 1 };
    await adyen.simulator.control('POST', 'faults', {
      ...fault,
      match: { paymentIntent: capture.reference },
    });
    expect(await adyen.provider.capture(capture)).toMatchObject({ kind: 'transient' });
    expect(await adyen.provider.capture(capture)).toMatchObject({ kind: 'done' });
  });
});

describe('money', () => {
  it.each([
    ['CLP', 5_000, 500_000],
    ['IDR', 1_500_000, 15_000],
    ['KWD', 5_124, 5_124],
  ])('in %s moves by its value, not by its digits', async (currency, amountMinor, value) => {
    // The simulator knows Adyen's minor units only.
    const reference = await adyen.authorization({ amountMinor: value, currency });
    const money = { amountMinor, currency };
    expect(await adyen.provider.authorize(callFor(reference, money))).toMatchObject({
      kind: 'done',
      payment: { authorizedMinor: amountMinor },
    });
    expect(await adyen.provider.capture(callFor(reference, money))).toMatchObject({
      kind: 'done',
      payment: { capturedMinor: amountMinor },
    });
    expect(await adyen.movements(reference)).toEqual([{ type: 'capture', amountMinor: value }]);
  });

  it('that Adyen cannot move is declined before anything is asked', async () => {
    const reference = await adyen.authorization({ amountMinor: 15_000, currency: 'IDR' });
    const odd = { amountMinor: 1_550, currency: 'IDR' };
    expect(await adyen.provider.authorize(callFor(reference, odd))).toMatchObject({ kind: 'declined' });
    expect(await adyen.provider.capture(callFor(reference, odd))).toMatchObject({ kind: 'declined' });
    expect(await adyen.provider.refund(callFor(reference, odd))).toMatchObject({ kind: 'declined' });
    expect(await keysSentFor(reference)).toEqual([]);
  });
});

describe('credentials that Adyen refuses', () => {
  it('leave the order waiting, and are not shown', async () => {
    const capture = callFor(await authorized(adyen));
    const outcome = await adyen.connect({ merchantAccount: 'AnotherECOM' }).capture(capture);
    expect(outcome).toMatchObject({
      kind: 'transient',
      message: expect.stringMatching(/credentials.*Invalid Merchant Account.*403, 901/) as string,
    });
    expect(await adyen.provider.capture(capture)).toMatchObject({ kind: 'done' });
  });
});

describe('a reference in another form than Adyen’s', () => {
  it('→ is neither sent nor shown', async () => {
    for (const reference of ['', '4111 1111 1111 1111', '../payments', 'pi_3Pqr4RLkdIwHu7ix0pQvA1bC']) {
      expect(await adyen.provider.find(reference)).toEqual({ kind: 'done' });
      for (const operation of ['authorize', 'capture', 'void', 'refund'] as const) {
        const outcome = await adyen.provider[operation](callFor(reference));
        expect(outcome).toMatchObject({ kind: 'declined', reason: 'payment_reference_not_found' });
        if (reference !== '') expect(JSON.stringify(outcome)).not.toContain(reference);
      }
    }
  });
});
