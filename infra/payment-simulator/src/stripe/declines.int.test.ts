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

const order = { amount: 24_500, currency: 'usd', allowed_payment_method_types: ['card'], confirm: true };

describe('a test card that declines', () => {
  it.each([
    ['pm_card_visa_chargeDeclined', 'card_declined', 'generic_decline'],
    ['pm_card_visa_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
    ['pm_card_visa_chargeDeclinedLostCard', 'card_declined', 'lost_card'],
    ['pm_card_visa_chargeDeclinedStolenCard', 'card_declined', 'stolen_card'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card', 'expired_card'],
    ['pm_card_visa_chargeDeclinedExpiredCard', 'expired_card', 'expired_card'],
    ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc', 'incorrect_cvc'],
    ['pm_card_chargeDeclinedProcessingError', 'processing_error', 'processing_error'],
    ['pm_card_visa_chargeDeclinedVelocityLimitExceeded', 'card_declined', 'card_velocity_exceeded'],
    ['pm_card_chargeDeclinedFraudulent', 'card_declined', 'fraudulent'],
  ])(
    '%s → the payment waits for another method, and the failed charge is kept',
    async (method, code, decline) => {
      const error = await failureOf(stripe.paymentIntents.create({ ...order, payment_method: method }));
      expect(error).toMatchObject({
        statusCode: 402,
        type: 'StripeCardError',
        rawType: 'card_error',
        code,
        decline_code: decline,
        charge: expect.stringMatching(/^ch_/) as string,
        payment_intent: {
          status: 'requires_payment_method',
          payment_method: null,
          last_payment_error: {
            type: 'card_error',
            code,
            decline_code: decline,
            payment_method: { id: method },
          },
        },
      });
      const intentId = String(error.payment_intent?.id);
      expect(await stripe.paymentIntents.retrieve(intentId, { expand: ['latest_charge'] })).toMatchObject({
        latest_charge: {
          id: error.charge,
          status: 'failed',
          paid: false,
          captured: false,
          failure_code: code,
          outcome: { type: 'issuer_declined', reason: decline },
        },
      });
      expect(await simulator.movements(intentId)).toEqual([]);
    },
  );

  it('can be followed by a successful confirmation with another method', async () => {
    const first = stripe.paymentIntents.create({ ...order, payment_method: 'pm_card_visa_chargeDeclined' });
    const id = String((await failureOf(first)).payment_intent?.id);
    expect(await stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' })).toMatchObject({
      status: 'succeeded',
      last_payment_error: null,
    });
  });
});

describe('an issuer that declines a capture', () => {
  it('leaves the authorisation unchanged, and a retry with the key gets the decline again', async () => {
    const id = await simulator.authorization();
    await simulator.fault({
      operation: 'payment_intents.capture',
      kind: 'decline',
      declineCode: 'insufficient_funds',
      match: { paymentIntent: id },
      times: 1,
    });
    const idempotencyKey = newKey();
    for (const replayed of [undefined, 'true']) {
      const error = await failureOf(stripe.paymentIntents.capture(id, {}, { idempotencyKey }));
      expect(error).toMatchObject({
        statusCode: 402,
        code: 'card_declined',
        decline_code: 'insufficient_funds',
        payment_intent: { id, status: 'requires_capture' },
      });
      expect(error.headers?.['idempotent-replayed']).toBe(replayed);
    }
    expect(await simulator.movements(id)).toEqual(['authorize 24500']);
    expect(await stripe.paymentIntents.capture(id, {}, { idempotencyKey: newKey() })).toMatchObject({
      status: 'succeeded',
    });
  });

  it('is not asked if the capture is rejected anyway, and the fault does not count as fired', async () => {
    const id = await simulator.authorization();
    await stripe.paymentIntents.cancel(id);
    const operation = 'payment_intents.capture';
    const fault = await simulator.fault({ operation, kind: 'decline', paymentIntent: id, times: 1 });
    expect(await failureOf(stripe.paymentIntents.capture(id))).toMatchObject({ statusCode: 400 });
    expect(await simulator.control('GET', `/faults/${fault.id}`)).toMatchObject({ fired: 0, remaining: 1 });
  });
});
