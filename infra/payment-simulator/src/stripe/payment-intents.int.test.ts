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

const order = { amount: 24_500, currency: 'usd', allowed_payment_method_types: ['card'] };

describe('the payment of the documented example order', () => {
  it('exists, authorised and ready to be captured', async () => {
    expect(await stripe.paymentIntents.retrieve('pi_3Pqr4RLkdIwHu7ix0pQvA1bC')).toMatchObject({
      object: 'payment_intent',
      status: 'requires_capture',
      capture_method: 'manual',
      amount: 17_998,
      amount_capturable: 17_998,
      amount_received: 0,
      currency: 'usd',
    });
  });
});

describe('creating a payment intent', () => {
  it('without a payment method → it waits for one', async () => {
    const intent = await stripe.paymentIntents.create({
      ...order,
      metadata: { order: '1' },
    });
    expect(intent).toMatchObject({
      status: 'requires_payment_method',
      amount: 24_500,
      amount_capturable: 0,
      capture_method: 'automatic_async',
      latest_charge: null,
      livemode: false,
      metadata: { order: '1' },
      payment_method: null,
    });
    expect(intent.id).toMatch(/^pi_\w{24}$/);
    expect(intent.client_secret).toContain(intent.id);
  });

  it('with a payment method → it waits for confirmation', async () => {
    const intent = await stripe.paymentIntents.create({ ...order, payment_method: 'pm_card_visa' });
    expect(intent).toMatchObject({ status: 'requires_confirmation', payment_method: 'pm_card_visa' });
  });

  it('confirmed, with manual capture → the money is held', async () => {
    const intent = await stripe.paymentIntents.create({
      ...order,
      capture_method: 'manual',
      confirm: true,
      payment_method: 'pm_card_visa',
    });
    expect(intent).toMatchObject({
      status: 'requires_capture',
      amount_capturable: 24_500,
      amount_received: 0,
    });
    expect(await simulator.movements(intent.id)).toEqual(['authorize 24500']);
  });

  it('confirmed, with automatic capture → the money is captured', async () => {
    const intent = await stripe.paymentIntents.create({
      ...order,
      confirm: true,
      payment_method: 'pm_card_mastercard',
    });
    expect(intent).toMatchObject({ status: 'succeeded', amount_capturable: 0, amount_received: 24_500 });
    expect(await simulator.movements(intent.id)).toEqual(['authorize 24500', 'capture 24500']);
  });

  const refusals: readonly [string, Stripe.PaymentIntentCreateParams, object][] = [
    ['too small an amount', { ...order, amount: 49 }, { code: 'amount_too_small', param: 'amount' }],
    ['too large an amount', { ...order, amount: 100_000_000 }, { code: 'amount_too_large', param: 'amount' }],
    ['a fraction', { ...order, amount: 10.5 }, { code: 'parameter_invalid_integer', param: 'amount' }],
    ['an unknown currency', { ...order, currency: 'zzz' }, { param: 'currency' }],
    [
      'three decimals that do not end in 0',
      { ...order, currency: 'kwd', amount: 1_005 },
      { param: 'amount' },
    ],
    ['an unknown payment method', { ...order, payment_method: 'pm_unknown' }, { code: 'resource_missing' }],
    ['confirmation without a payment method', { ...order, confirm: true }, { param: 'payment_method' }],
  ];
  it.each(refusals)('rejects %s', async (_, params, expected) => {
    const error = await failureOf(stripe.paymentIntents.create(params));
    expect(error).toMatchObject({ rawType: 'invalid_request_error', ...expected });
  });

  it('with a missing or an unknown parameter → the error names it', async () => {
    const incomplete = { currency: 'usd' } as Stripe.PaymentIntentCreateParams; // The types forbid it; the API must reject it.
    expect(await failureOf(stripe.paymentIntents.create(incomplete))).toMatchObject({
      statusCode: 400,
      code: 'parameter_missing',
      param: 'amount',
      message: 'Missing required param: amount.',
    });
    const unknown = { ...order, colour: 'red' } as Stripe.PaymentIntentCreateParams; // Also forbidden.
    expect(await failureOf(stripe.paymentIntents.create(unknown))).toMatchObject({
      code: 'parameter_unknown',
      param: 'colour',
    });
  });

  it.each([
    ['jpy', 50],
    ['kwd', 1_010],
    ['gbp', 30],
    ['isk', 500],
  ])("accepts %s in Stripe's units", async (currency, amount) => {
    expect(await stripe.paymentIntents.create({ ...order, currency, amount })).toMatchObject({
      amount,
      currency,
    });
  });
});

describe('retrieving a payment intent', () => {
  it('expands the charge', async () => {
    const id = await simulator.authorization();
    await stripe.paymentIntents.capture(id);
    await stripe.refunds.create({ payment_intent: id, amount: 500 });
    const intent = await stripe.paymentIntents.retrieve(id, { expand: ['latest_charge'] });
    expect(intent).toMatchObject({
      payment_method: 'pm_card_visa',
      latest_charge: {
        object: 'charge',
        amount: 24_500,
        amount_captured: 24_500,
        amount_refunded: 500,
        captured: true,
        refunded: false,
        payment_intent: id,
        payment_method_details: { card: { brand: 'visa', last4: '4242' } },
      },
    });
  });

  it('shows when an authorisation expires', async () => {
    const id = await simulator.authorization();
    const intent = await stripe.paymentIntents.retrieve(id, { expand: ['latest_charge'] });
    expect(intent).toMatchObject({
      latest_charge: { payment_method_details: { card: { capture_before: intent.created + 7 * 86_400 } } },
    });
  });

  it('rejects the expansion of a field without a reference', async () => {
    const id = await simulator.authorization();
    expect(await failureOf(stripe.paymentIntents.retrieve(id, { expand: ['amount'] }))).toMatchObject({
      statusCode: 400,
      message: 'This property cannot be expanded (amount).',
    });
  });

  it('for an unknown id → 404', async () => {
    for (const call of [
      stripe.paymentIntents.retrieve('pi_unknown'),
      stripe.paymentIntents.capture('pi_unknown'),
      stripe.refunds.list({ payment_intent: 'pi_unknown' }),
    ]) {
      expect(await failureOf(call)).toMatchObject({ statusCode: 404, code: 'resource_missing' });
    }
  });
});

describe('confirming a payment intent', () => {
  it('holds or captures the money, by the capture method', async () => {
    const manual = await stripe.paymentIntents.create({ ...order, capture_method: 'manual' });
    expect(await stripe.paymentIntents.confirm(manual.id, { payment_method: 'pm_card_visa' })).toMatchObject({
      status: 'requires_capture',
    });
    const automatic = await stripe.paymentIntents.create({ ...order, payment_method: 'pm_card_visa' });
    expect(await stripe.paymentIntents.confirm(automatic.id)).toMatchObject({ status: 'succeeded' });
  });

  it('without a payment method, or a second time → an error', async () => {
    const { id } = await stripe.paymentIntents.create(order);
    expect(await failureOf(stripe.paymentIntents.confirm(id))).toMatchObject({
      statusCode: 400,
      code: 'payment_intent_unexpected_state',
    });
    await stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' });
    expect(await failureOf(stripe.paymentIntents.confirm(id))).toMatchObject({
      code: 'payment_intent_unexpected_state',
      message:
        'You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.',
    });
  });

  it('of a card that needs authentication waits until the control API ends it', async () => {
    const create = (): Promise<Stripe.PaymentIntent> =>
      stripe.paymentIntents.create({
        ...order,
        capture_method: 'manual',
        confirm: true,
        payment_method: 'pm_card_authenticationRequired',
        return_url: 'https://shop.example/back',
      });
    const [kept, lost] = [await create(), await create()];
    expect(kept).toMatchObject({
      status: 'requires_action',
      next_action: { type: 'redirect_to_url', redirect_to_url: { return_url: 'https://shop.example/back' } },
    });
    await simulator.control('POST', `/payment-intents/${kept.id}/complete`, { outcome: 'succeeded' });
    await simulator.control('POST', `/payment-intents/${lost.id}/complete`, { outcome: 'failed' });
    expect(await stripe.paymentIntents.retrieve(kept.id)).toMatchObject({
      status: 'requires_capture',
      next_action: null,
    });
    expect(await stripe.paymentIntents.retrieve(lost.id)).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'payment_intent_authentication_failure' },
    });
  });

  it('of a bank debit is processing until the control API ends it', async () => {
    const { id, status } = await stripe.paymentIntents.create({
      ...order,
      allowed_payment_method_types: ['us_bank_account'],
      confirm: true,
      payment_method: 'pm_usBankAccount_processing',
    });
    expect(status).toBe('processing');
    await simulator.control('POST', `/payment-intents/${id}/complete`, { outcome: 'succeeded' });
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({
      status: 'succeeded',
      amount_received: 24_500,
    });
  });
});
