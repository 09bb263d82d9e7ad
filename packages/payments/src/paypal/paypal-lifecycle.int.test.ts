import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { authorized, callFor } from '../testing/steered-provider.js';
import { noNotifications, steeredPayPal, type SteeredPayPal } from '../testing/steered-paypal.js';
import { createPayPalClient } from './paypal-client.js';
import { createPayPalProvider } from './paypal-provider.js';

let paypal: SteeredPayPal;
beforeAll(async () => {
  paypal = await steeredPayPal();
});
afterAll(() => paypal.close());

const pendingCapture = async (reference: string): Promise<string> => {
  const [capture] = await paypal.captures(reference);
  return capture?.id ?? '';
};

describe('a capture that PayPal holds as pending', () => {
  it('is pending over any number of calls, and done once PayPal has completed it', async () => {
    const call = callFor(await paypal.checkout({ amount: 24_500, capturesPend: true }));
    for (let round = 0; round < 3; round += 1) {
      expect(await paypal.provider.capture(call)).toMatchObject({
        kind: 'pending',
        message: expect.stringContaining('PENDING_REVIEW') as string,
      });
    }
    expect(await paypal.provider.find(call.reference)).toMatchObject({
      payment: { state: 'processing', capturedMinor: 0 },
    });
    expect(await paypal.provider.void(callFor(call.reference))).toMatchObject({ kind: 'transient' });
    expect(await paypal.provider.refund(callFor(call.reference))).toMatchObject({ kind: 'transient' });
    expect(await paypal.movements(call.reference)).toEqual([]);

    const capture = await pendingCapture(call.reference);
    await paypal.control('POST', `paypal/captures/${capture}/complete`, { outcome: 'completed' });
    expect(await paypal.provider.capture(call)).toMatchObject({
      kind: 'done',
      payment: { state: 'captured' },
    });
    expect(await paypal.movements(call.reference)).toEqual([{ type: 'capture', amountMinor: 24_500 }]);
  });

  it('is declined once PayPal has denied it, and leaves nothing to release', async () => {
    const call = callFor(await paypal.checkout({ amount: 24_500, capturesPend: true }));
    await paypal.provider.capture(call);
    const capture = await pendingCapture(call.reference);
    const denial = { outcome: 'denied', reason: 'BUYER_COMPLAINT' };
    await paypal.control('POST', `paypal/captures/${capture}/complete`, denial);
    expect(await paypal.provider.capture(call)).toMatchObject({
      kind: 'declined',
      reason: 'payment_declined',
      declineCode: 'BUYER_COMPLAINT',
    });
    expect(await paypal.provider.void(callFor(call.reference))).toMatchObject({ kind: 'done' });
    expect(await paypal.movements(call.reference)).toEqual([]);
  });
});

describe('a refund that PayPal holds as pending', () => {
  it.each([
    ['completed', 'done'],
    ['failed', 'declined'],
  ])('is pending, and when it has %s it is %s', async (outcome, kind) => {
    const reference = await paypal.checkout({ amount: 24_500, refundsPend: true });
    await paypal.provider.capture(callFor(reference));
    const refund = callFor(reference, { amountMinor: 20_000 });
    expect(await paypal.provider.refund(refund)).toMatchObject({ kind: 'pending' });
    expect(await paypal.provider.refund(refund)).toMatchObject({ kind: 'pending' });
    // A pending refund is not made a second time.
    expect(await paypal.provider.refund(callFor(reference))).toMatchObject({ kind: 'declined' });

    const message = await paypal.provider.refund(refund);
    const id = 'message' in message ? (/refund ([A-Z0-9]+)/.exec(message.message)?.[1] ?? '') : '';
    await paypal.control('POST', `paypal/refunds/${id}/complete`, { outcome });
    expect(await paypal.provider.refund(refund)).toMatchObject({ kind });
  });
});

describe('an authorisation that PayPal is reviewing', () => {
  it.each([
    ['created', 'done'],
    ['denied', 'declined'],
  ])('waits, and when it was %s it is %s', async (outcome, kind) => {
    const call = callFor(await paypal.checkout({ amount: 24_500, status: 'PENDING' }));
    expect(await paypal.provider.authorize(call)).toMatchObject({ kind: 'transient' });
    expect(await paypal.provider.capture(call)).toMatchObject({ kind: 'transient' });
    await paypal.control('POST', `paypal/authorizations/${call.reference}/complete`, { outcome });
    expect(await paypal.provider.authorize(call)).toMatchObject({ kind });
  });
});

describe('a process that knows only the reference', () => {
  it('finds the captured amount and its id, and refunds it', async () => {
    const reference = await authorized(paypal);
    await paypal.provider.capture(callFor(reference, { amountMinor: 20_000 }));
    const fresh = createPayPalProvider(paypal.config, { notifications: noNotifications });
    expect(await fresh.find(reference)).toMatchObject({
      payment: { state: 'captured', capturedMinor: 20_000, authorizedMinor: 24_500 },
    });
    expect(await fresh.refund(callFor(reference, { amountMinor: 20_000 }))).toMatchObject({ kind: 'done' });
    expect(await paypal.asked(reference)).not.toContain('captures.get');
  });
});

describe('when time passes at PayPal', () => {
  it('repeats nothing under keys that PayPal has forgotten', async () => {
    const reference = await authorized(paypal);
    const [capture, refund] = [callFor(reference), callFor(reference, { amountMinor: 5_000 })];
    await paypal.provider.capture(capture);
    await paypal.provider.refund(refund);
    const before = await paypal.movements(reference);
    await paypal.advanceClock(46);
    expect(await paypal.provider.capture(capture)).toMatchObject({ kind: 'done' });
    expect(await paypal.provider.refund(refund)).toMatchObject({ kind: 'done', amountMinor: 5_000 });
    expect(await paypal.movements(reference)).toEqual(before);
  });

  it('declines an authorisation that has lapsed, and has nothing left to release', async () => {
    const call = callFor(await authorized(paypal));
    expect(await paypal.provider.find(call.reference)).toMatchObject({
      payment: { expiresAt: expect.stringMatching(/^\d{4}-.*Z$/) as string },
    });
    await paypal.advanceClock(28);
    expect(await paypal.provider.authorize(call)).toMatchObject({ kind: 'done' });
    await paypal.advanceClock(1);
    for (const outcome of [await paypal.provider.authorize(call), await paypal.provider.capture(call)]) {
      expect(outcome).toMatchObject({ kind: 'declined', reason: 'payment_not_capturable' });
    }
    expect(await paypal.provider.void(callFor(call.reference))).toMatchObject({
      kind: 'done',
      payment: { state: 'voided' },
    });
  });

  it("is declined when the payer's funds are gone after the honor period", async () => {
    const call = callFor(await paypal.checkout({ amount: 24_500, fundsLeave: true }));
    await paypal.advanceClock(4);
    expect(await paypal.provider.capture(call)).toMatchObject({
      kind: 'declined',
      reason: 'payment_declined',
      declineCode: 'PAYER_CANNOT_PAY',
    });
  });
});

describe('access tokens', () => {
  it('that are revoked → one call fails without an effect, and then they are replaced', async () => {
    const call = callFor(await authorized(paypal));
    await paypal.provider.find(call.reference);
    await paypal.control('POST', 'paypal/tokens/revoke');
    expect(await paypal.provider.capture(call)).toMatchObject({
      kind: 'transient',
      message: expect.stringContaining('credentials') as string,
    });
    expect(await paypal.provider.capture(call)).toMatchObject({ kind: 'done' });
  });

  it.each(['error_before', 'reset_before', 'reset_after', 'rate_limit'])(
    'that are refused (%s) → nothing was sent, and they are fetched again',
    async (kind) => {
      const provider = createPayPalProvider(paypal.config, { notifications: noNotifications });
      const call = callFor(await authorized(paypal));
      await paypal.control('POST', 'faults', { operation: 'paypal.oauth2.token', kind, times: 1 });
      expect(await provider.capture(call)).toMatchObject({ kind: 'transient' });
      expect(await provider.capture(call)).toMatchObject({ kind: 'done' });
    },
  );
});

describe('a currency without decimals at PayPal', () => {
  it.each([
    ['JPY', 1_800, 1_800],
    ['HUF', 1_800, 180_000],
  ])('%s is captured and given back to the unit', async (currency, amount, amountMinor) => {
    const call = callFor(await paypal.checkout({ amount, currency }), { currency, amountMinor });
    expect(await paypal.provider.authorize(call)).toMatchObject({ kind: 'done' });
    expect(await paypal.provider.capture(call)).toMatchObject({
      kind: 'done',
      payment: { currency, capturedMinor: amountMinor },
    });
    const refund = { ...call, idempotencyKey: randomUUID() };
    expect(await paypal.provider.refund(refund)).toMatchObject({ kind: 'done', amountMinor });
    expect(await paypal.movements(call.reference)).toEqual([
      { type: 'capture', amountMinor: amount },
      { type: 'refund', amountMinor: amount },
    ]);
  });
});

describe('the SDK', () => {
  it('reads refunds by their id', async () => {
    const reference = await authorized(paypal);
    await paypal.provider.capture(callFor(reference));
    const refund = callFor(reference, { amountMinor: 100 });
    const outcome = await paypal.provider.refund(refund);
    const id = outcome.kind === 'done' ? outcome.refundId : '';
    expect(await createPayPalClient(paypal.config).getRefund(id)).toMatchObject({
      ok: true,
      value: { status: 'COMPLETED', amountMinor: 100 },
    });
  });
});
