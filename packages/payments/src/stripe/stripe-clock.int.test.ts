import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { authorized, callFor, converge } from '../testing/steered-provider.js';
import { steeredStripe } from '../testing/steered-stripe.js';

describe('when time passes at Stripe', () => {
  let stripe: Awaited<ReturnType<typeof steeredStripe>>;
  beforeAll(async () => {
    stripe = await steeredStripe();
  });
  afterAll(() => stripe.close());

  it('repeats nothing under keys that Stripe has forgotten', async () => {
    const reference = await authorized(stripe);
    const capture = callFor(reference);
    const refund = callFor(reference, { amountMinor: 5_000 });
    await stripe.provider.capture(capture);
    await stripe.provider.refund(refund);
    const before = await stripe.movements(reference);
    await stripe.advanceClock(25);
    expect(await stripe.provider.capture(capture)).toMatchObject({ kind: 'done' });
    expect(await stripe.provider.refund(refund)).toMatchObject({ kind: 'done', amountMinor: 5_000 });
    expect(await stripe.movements(reference)).toEqual(before);
  });

  it('completes a capture after a day, when Stripe has failed under every key', async () => {
    const call = callFor(await authorized(stripe));
    await stripe.fault('capture', call.reference, 'stored_error_before', 32);
    for (let attempt = 0; attempt < 33; attempt += 1) {
      expect(await stripe.provider.capture(call)).toMatchObject({ kind: 'unknown' });
    }
    expect(await stripe.movements(call.reference)).toEqual([]);
    await stripe.advanceClock(25);
    await converge(stripe, call.reference, () => stripe.provider.capture(call));
    expect(await stripe.movements(call.reference)).toHaveLength(1);
  }, 60_000);

  it('declines an authorisation that has lapsed, and has nothing left to release', async () => {
    const call = callFor(await authorized(stripe));
    const found = await stripe.provider.find(call.reference);
    expect(found).toMatchObject({ payment: { expiresAt: expect.stringMatching(/^\d{4}-.*Z$/) as string } });
    await stripe.advanceClock(8 * 24);
    for (const outcome of [await stripe.provider.authorize(call), await stripe.provider.capture(call)]) {
      expect(outcome).toMatchObject({ kind: 'declined', reason: 'payment_not_capturable' });
    }
    expect(await stripe.provider.void(callFor(call.reference))).toMatchObject({
      kind: 'done',
      payment: { state: 'voided', capturedMinor: 0, refundedMinor: 0 },
    });
  });
});
