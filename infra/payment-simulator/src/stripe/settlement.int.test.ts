import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { failureOf, startTestSimulator, type TestSimulator } from '../testing/test-simulator.js';

let simulator: TestSimulator;
let stripe: Stripe;
beforeAll(async () => {
  simulator = await startTestSimulator();
  ({ stripe } = simulator);
});
afterAll(() => simulator.close());

const withCharge = { expand: ['latest_charge'] };

describe('capturing a payment', () => {
  it('captures held money once', async () => {
    const id = await simulator.authorization();
    expect(await stripe.paymentIntents.capture(id, withCharge)).toMatchObject({
      status: 'succeeded',
      amount_capturable: 0,
      amount_received: 24_500,
      latest_charge: { captured: true, amount_captured: 24_500, amount_refunded: 0 },
    });
    expect(await failureOf(stripe.paymentIntents.capture(id))).toMatchObject({
      statusCode: 400,
      rawType: 'invalid_request_error',
      code: 'payment_intent_unexpected_state',
      message: 'This PaymentIntent could not be captured because it has already been captured.',
      payment_intent: { id, status: 'succeeded' },
    });
    expect(await simulator.movements(id)).toEqual(['authorize 24500', 'capture 24500']);
  });

  it('captures a part and releases the rest, which the charge counts as refunded', async () => {
    const id = await simulator.authorization();
    expect(
      await stripe.paymentIntents.capture(id, { amount_to_capture: 20_000, ...withCharge }),
    ).toMatchObject({
      status: 'succeeded',
      amount: 24_500,
      amount_capturable: 0,
      amount_received: 20_000,
      latest_charge: { amount: 24_500, amount_captured: 20_000, amount_refunded: 4_500 },
    });
    expect(await failureOf(stripe.paymentIntents.capture(id, { amount_to_capture: 4_500 }))).toMatchObject({
      code: 'payment_intent_unexpected_state',
    });
    expect(await simulator.movements(id)).toEqual(['authorize 24500', 'capture 20000']);
  });

  it('captures nothing for an amount above the held one', async () => {
    const id = await simulator.authorization();
    expect(await failureOf(stripe.paymentIntents.capture(id, { amount_to_capture: 24_501 }))).toMatchObject({
      statusCode: 400,
      code: 'amount_too_large',
      param: 'amount_to_capture',
    });
    expect(await simulator.movements(id)).toEqual(['authorize 24500']);
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({ status: 'requires_capture' });
  });

  it.each([0, -5, 49])('rejects %i, which is below the minimum', async (amount) => {
    const id = await simulator.authorization();
    const call = stripe.paymentIntents.capture(id, { amount_to_capture: amount });
    expect(await failureOf(call)).toMatchObject({ statusCode: 400, param: 'amount_to_capture' });
  });

  it('rejects a payment without held money, and says why', async () => {
    const { id } = await stripe.paymentIntents.create({ amount: 1_000, currency: 'usd' });
    expect(await failureOf(stripe.paymentIntents.capture(id))).toMatchObject({
      code: 'payment_intent_unexpected_state',
      message:
        'This PaymentIntent could not be captured because it has a status of requires_payment_method. Only a ' +
        'PaymentIntent with one of the following statuses may be captured: requires_capture.',
    });
  });

  it('succeeds once for many concurrent requests', async () => {
    const id = await simulator.authorization();
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () => stripe.paymentIntents.capture(id)),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await simulator.movements(id)).toEqual(['authorize 24500', 'capture 24500']);
  });
});

describe('cancelling a payment', () => {
  it('releases held money and shows the reason', async () => {
    const id = await simulator.authorization();
    const reason = 'requested_by_customer';
    expect(
      await stripe.paymentIntents.cancel(id, { cancellation_reason: reason, ...withCharge }),
    ).toMatchObject({
      status: 'canceled',
      cancellation_reason: reason,
      canceled_at: expect.any(Number) as number,
      amount_capturable: 0,
      latest_charge: { captured: false, refunded: true, amount_captured: 0, amount_refunded: 24_500 },
    });
    expect(await simulator.movements(id)).toEqual(['authorize 24500', 'void 24500']);
  });

  it('without held money moves no money', async () => {
    const { id } = await stripe.paymentIntents.create({ amount: 1_000, currency: 'usd' });
    expect(await stripe.paymentIntents.cancel(id)).toMatchObject({ status: 'canceled' });
    expect(await simulator.movements(id)).toEqual([]);
  });

  it.each(['succeeded', 'canceled'])('rejects a payment with status %s', async (status) => {
    const id = await simulator.authorization();
    if (status === 'succeeded') await stripe.paymentIntents.capture(id);
    else await stripe.paymentIntents.cancel(id);
    const error = await failureOf(stripe.paymentIntents.cancel(id));
    expect(error).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state' });
    expect(error.message).toContain(`because it has a status of ${status}`);
  });

  it('rejects a reason that is reserved for Stripe', async () => {
    const id = await simulator.authorization();
    const params = { cancellation_reason: 'automatic' } as unknown as Stripe.PaymentIntentCancelParams; // Forbidden.
    expect(await failureOf(stripe.paymentIntents.cancel(id, params))).toMatchObject({
      param: 'cancellation_reason',
    });
  });
});

describe('refunding a payment', () => {
  const captured = async (amount = 24_500): Promise<string> => {
    const id = await simulator.authorization();
    await stripe.paymentIntents.capture(id, { amount_to_capture: amount });
    return id;
  };

  it('without an amount refunds all of it', async () => {
    const id = await captured();
    expect(await stripe.refunds.create({ payment_intent: id })).toMatchObject({
      object: 'refund',
      amount: 24_500,
      currency: 'usd',
      payment_intent: id,
      status: 'succeeded',
    });
    expect(await failureOf(stripe.refunds.create({ payment_intent: id }))).toMatchObject({
      statusCode: 400,
      code: 'charge_already_refunded',
    });
  });

  it('in parts refunds at most the captured amount', async () => {
    const id = await captured(20_000);
    await stripe.refunds.create({ payment_intent: id, amount: 5_000, reason: 'duplicate' });
    await stripe.refunds.create({ payment_intent: id, amount: 5_000, metadata: { line: '2' } });
    const tooMuch = await failureOf(stripe.refunds.create({ payment_intent: id, amount: 10_001 }));
    expect(tooMuch).toMatchObject({
      statusCode: 400,
      message: 'Refund amount ($100.01) is greater than unrefunded amount on charge ($100.00)',
    });
    await stripe.refunds.create({ payment_intent: id, amount: 10_000 });
    expect(await simulator.movements(id)).toEqual([
      'authorize 24500',
      'capture 20000',
      'refund 5000',
      'refund 5000',
      'refund 10000',
    ]);
    const intent = await stripe.paymentIntents.retrieve(id, withCharge);
    expect(intent).toMatchObject({
      status: 'succeeded',
      amount_received: 20_000,
      latest_charge: { amount_refunded: 24_500, refunded: true },
    });
  });

  it('refunds at most the rest for many concurrent requests', async () => {
    const id = await captured();
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, () => stripe.refunds.create({ payment_intent: id, amount: 10_000 })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
  });

  it('rejects an uncaptured payment, an unknown payment and an amount of 0', async () => {
    const held = await simulator.authorization();
    const refund = (params: Stripe.RefundCreateParams) => failureOf(stripe.refunds.create(params));
    expect(await refund({ payment_intent: held })).toMatchObject({
      statusCode: 400,
      message: `This PaymentIntent (${held}) does not have a successful charge to refund.`,
    });
    expect(await refund({ payment_intent: 'pi_unknown' })).toMatchObject({ statusCode: 404 });
    expect(await refund({ payment_intent: await captured(), amount: 0 })).toMatchObject({ param: 'amount' });
    expect(await refund({})).toMatchObject({ code: 'parameter_missing' });
  });

  it('makes a failed refund, not an error, if the bank does not accept the money', async () => {
    const id = await captured();
    await simulator.fault({
      operation: 'refunds.create',
      kind: 'decline',
      declineCode: 'expired_card',
      match: { paymentIntent: id },
      times: 1,
    });
    const refund = await stripe.refunds.create({ payment_intent: id, amount: 5_000 });
    expect(refund).toMatchObject({ status: 'failed', failure_reason: 'expired_or_canceled_card' });
    expect(await stripe.refunds.create({ payment_intent: id })).toMatchObject({ amount: 24_500 });
    expect((await simulator.movements(id)).slice(2)).toEqual([
      'refund 5000',
      'refund_failed 5000',
      'refund 24500',
    ]);
  });

  it('to a method with pending refunds succeeds or fails later', async () => {
    const refundOf = async (): Promise<Stripe.Refund> => {
      const { id } = await stripe.paymentIntents.create({
        amount: 24_500,
        currency: 'usd',
        confirm: true,
        payment_method: 'pm_card_pendingRefund',
      });
      return stripe.refunds.create({ payment_intent: id });
    };
    const [good, bad] = [await refundOf(), await refundOf()];
    expect(good.status).toBe('pending');
    await simulator.control('POST', `/refunds/${good.id}/complete`, { outcome: 'succeeded' });
    await simulator.control('POST', `/refunds/${bad.id}/complete`, {
      outcome: 'failed',
      failureReason: 'lost_or_stolen_card',
    });
    const storedRefund = async ({ payment_intent: intent }: Stripe.Refund) => {
      const { data } = await stripe.refunds.list({ payment_intent: intent as string }); // Unexpanded, it is an id.
      return data[0];
    };
    expect(await storedRefund(good)).toMatchObject({ id: good.id, status: 'succeeded' });
    expect(await storedRefund(bad)).toMatchObject({
      id: bad.id,
      status: 'failed',
      failure_reason: 'lost_or_stolen_card',
    });
  });
});

describe('an authorisation', () => {
  it('expires after seven days and is then canceled with the reason automatic', async () => {
    const own = await startTestSimulator({ seedExample: false });
    try {
      const id = await own.authorization();
      await own.control('POST', '/clock/advance', { days: 6, hours: 23 });
      expect(await own.stripe.paymentIntents.retrieve(id)).toMatchObject({ status: 'requires_capture' });
      const late = await own.authorization();
      await own.control('POST', '/clock/advance', { hours: 1 });
      expect(await own.stripe.paymentIntents.retrieve(id)).toMatchObject({
        status: 'canceled',
        cancellation_reason: 'automatic',
        amount_capturable: 0,
      });
      expect(await own.movements(id)).toEqual(['authorize 24500', 'void 24500']);
      expect(await own.stripe.paymentIntents.retrieve(late)).toMatchObject({ status: 'requires_capture' });
    } finally {
      await own.close();
    }
  });
});
