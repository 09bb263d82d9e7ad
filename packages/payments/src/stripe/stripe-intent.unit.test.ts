import { describe, expect, it } from 'vitest';

import { readIntent } from './stripe-intent.js';

const charge = { amount: 37_500, amount_captured: 0, amount_refunded: 0 };
const intent = {
  object: 'payment_intent',
  id: 'pi_1',
  status: 'requires_capture',
  amount: 37_500,
  amount_capturable: 37_500,
  amount_received: 0,
  currency: 'usd',
  latest_charge: charge,
};

describe('a PaymentIntent', () => {
  it('that is authorised has an amount and an expiry', () => {
    const details = { payment_method_details: { card: { capture_before: 1_800_000_000 } } };
    expect(readIntent({ ...intent, latest_charge: { ...charge, ...details } })?.snapshot).toEqual({
      reference: 'pi_1',
      state: 'authorized',
      currency: 'USD',
      authorizedMinor: 37_500,
      capturedMinor: 0,
      refundedMinor: 0,
      owner: { kind: 'unnamed' },
      expiresAt: '2027-01-15T08:00:00.000Z',
    });
  });

  it.each([
    ['requires_payment_method', 'not_authorized'],
    ['requires_confirmation', 'not_authorized'],
    ['requires_action', 'not_authorized'],
    ['processing', 'processing'],
  ])('that is %s has authorised nothing yet', (status, state) => {
    const snapshot = readIntent({ ...intent, status, amount_capturable: 0, latest_charge: null })?.snapshot;
    expect(snapshot).toMatchObject({ state, authorizedMinor: 0, capturedMinor: 0, refundedMinor: 0 });
  });

  it('that is captured in part does not count the released rest as refunded', () => {
    const captured = { ...intent, status: 'succeeded', amount_capturable: 0, amount_received: 30_000 };
    const released = { ...charge, amount_captured: 30_000, amount_refunded: 7_500 };
    expect(readIntent({ ...captured, latest_charge: released })?.snapshot).toMatchObject({
      state: 'captured',
      authorizedMinor: 37_500,
      capturedMinor: 30_000,
      refundedMinor: 0,
    });
    const refunded = { ...released, amount_refunded: 8_500 };
    expect(readIntent({ ...captured, latest_charge: refunded })?.snapshot).toMatchObject({
      refundedMinor: 1_000,
    });
  });

  it('that is canceled counts nothing as refunded', () => {
    const released = { ...charge, amount_refunded: 37_500 };
    const canceled = { ...intent, status: 'canceled', amount_capturable: 0, latest_charge: released };
    expect(readIntent(canceled)?.snapshot).toMatchObject({
      state: 'voided',
      capturedMinor: 0,
      refundedMinor: 0,
    });
  });

  it.each<[string, object]>([
    ['of a status that it does not know', { status: 'requires_magic' }],
    ['without an amount', { amount_received: undefined }],
    ['whose charge was not expanded', { latest_charge: 'ch_1' }],
    ['that is something else', { object: 'charge' }],
    ['with half a króna', { currency: 'isk', amount_capturable: 550 }],
  ])('%s is not understood', (_, change) => {
    expect(readIntent({ ...intent, ...change })).toBeUndefined();
  });
});
