import { describe, expect, it } from 'vitest';

import {
  call,
  canceled,
  captured,
  failure,
  open,
  processing,
  refusal,
  replayed,
  scriptedStripe,
  type Reply,
} from '../testing/scripted-stripe.js';

describe('a capture whose answer is a stored failure', () => {
  it('is done when the payment shows the capture', async () => {
    const { provider, asked } = await scriptedStripe([500, failure, replayed], [200, captured]);
    expect(await provider.capture(call)).toMatchObject({ kind: 'done', payment: { capturedMinor: 24_500 } });
    expect(asked()).toEqual(['POST intent/capture order-1:op:1', 'GET intent']);
  });

  it('is requested under the next key only when the payment shows no capture', async () => {
    const { provider, asked } = await scriptedStripe([500, failure, replayed], [200, open], [200, captured]);
    expect(await provider.capture(call)).toMatchObject({ kind: 'done' });
    expect(asked()).toEqual([
      'POST intent/capture order-1:op:1',
      'GET intent',
      'POST intent/capture order-1:op:1:2',
    ]);
  });

  it('is done when the failed request takes effect just before the next one', async () => {
    const { provider } = await scriptedStripe(
      [500, failure, replayed],
      [200, open],
      [400, refusal('payment_intent_unexpected_state')],
      [200, captured],
    );
    expect(await provider.capture(call)).toMatchObject({ kind: 'done' });
  });

  it('spends at most one key in one call', async () => {
    const { provider, asked } = await scriptedStripe([500, failure, replayed], [200, open], [500, failure]);
    expect(await provider.capture(call)).toMatchObject({ kind: 'unknown' });
    expect(asked()).toHaveLength(3);
  });

  it('is unknown, without a further request, when the payment cannot be read', async () => {
    const { provider, asked } = await scriptedStripe([500, failure, replayed], [503, failure]);
    expect(await provider.capture(call)).toMatchObject({ kind: 'unknown' });
    expect(asked()).toHaveLength(2);
  });

  it('is unknown while Stripe is still working on the payment', async () => {
    const { provider } = await scriptedStripe([500, failure, replayed], [200, processing]);
    expect(await provider.capture(call)).toMatchObject({ kind: 'unknown' });
  });

  it('is declined when the payment was canceled', async () => {
    const { provider } = await scriptedStripe([500, failure, replayed], [200, canceled]);
    expect(await provider.capture(call)).toMatchObject({
      kind: 'declined',
      reason: 'payment_not_capturable',
    });
  });
});

describe('a capture that Stripe was still working on', () => {
  it('is decided by the current payment, not by the stored answer', async () => {
    const { provider, asked } = await scriptedStripe(
      [200, processing],
      [200, processing, replayed],
      [200, captured],
    );
    expect(await provider.capture(call)).toMatchObject({ kind: 'unknown' });
    expect(await provider.capture(call)).toMatchObject({ kind: 'done' });
    expect(asked().at(-1)).toBe('GET intent');
  });
});

describe('a capture whose key was used for another request', () => {
  const conflict: Reply = [
    400,
    { error: { type: 'idempotency_error', message: 'Keys for idempotent requests …' } },
  ];

  it.each([
    ['may still be captured', open],
    ['holds too little', { ...open, amount_capturable: 100 }],
    ['was captured for another amount', { ...captured, amount_received: 100 }],
    ['was canceled', canceled],
  ])(
    'is unknown, never declined and never tried under another key, when the payment %s',
    async (_, intent) => {
      const { provider, asked } = await scriptedStripe(conflict, [200, intent]);
      expect(await provider.capture(call)).toMatchObject({
        kind: 'unknown',
        message: expect.stringContaining('Somebody has to look') as string,
      });
      expect(asked()).toHaveLength(2);
    },
  );

  it('is done when exactly this amount was captured', async () => {
    const { provider } = await scriptedStripe(conflict, [200, captured]);
    expect(await provider.capture(call)).toMatchObject({ kind: 'done' });
  });
});

describe('a capture that is refused although the payment may be captured', () => {
  it.each([
    ['charge_expired_for_capture', 'payment_not_capturable'],
    ['capture_charge_authorization_expired', 'payment_not_capturable'],
    ['amount_too_small', 'payment_not_capturable'],
    ['amount_too_large', 'payment_amount_too_small'],
  ])('is declined for %s', async (code, reason) => {
    const { provider } = await scriptedStripe([400, refusal(code)], [200, open]);
    expect(await provider.capture(call)).toMatchObject({ kind: 'declined', reason, declineCode: code });
  });

  it('for a reason outside of the order is transient', async () => {
    const { provider } = await scriptedStripe([400, refusal('parameter_unknown')], [200, open]);
    expect(await provider.capture(call)).toMatchObject({ kind: 'transient' });
  });

  it('continues under the next key when the refusal is stored and its cause is gone', async () => {
    const { provider } = await scriptedStripe(
      [400, refusal('payment_intent_unexpected_state'), replayed],
      [200, open],
      [200, captured],
    );
    expect(await provider.capture(call)).toMatchObject({ kind: 'done' });
  });
});

describe('a void whose answer is a stored failure', () => {
  it('is done or requested under the next key, depending on the payment', async () => {
    const there = await scriptedStripe([500, failure, replayed], [200, canceled]);
    expect(await there.provider.void(call)).toMatchObject({ kind: 'done', payment: { state: 'voided' } });
    const notThere = await scriptedStripe([500, failure, replayed], [200, open], [200, canceled]);
    expect(await notThere.provider.void(call)).toMatchObject({ kind: 'done' });
    expect(notThere.asked().at(-1)).toBe('POST intent/cancel order-1:op:1:2');
  });
});

describe('an authorisation that Stripe is still working on', () => {
  it('is transient, because it may become capturable', async () => {
    const { provider } = await scriptedStripe([200, processing], [200, open]);
    expect(await provider.authorize(call)).toMatchObject({ kind: 'transient' });
    expect(await provider.authorize(call)).toMatchObject({ kind: 'done' });
  });
});

describe('an amount that Stripe cannot move', () => {
  it('is declined before any request', async () => {
    const { provider, asked } = await scriptedStripe();
    const fraction = { ...call, amountMinor: 5_124, currency: 'KWD' };
    const nothing = { ...call, amountMinor: 0 };
    for (const immovable of [fraction, nothing]) {
      const reason = 'payment_not_capturable';
      expect(await provider.capture(immovable)).toMatchObject({ kind: 'declined', reason });
      expect(await provider.refund(immovable)).toMatchObject({ kind: 'declined' });
    }
    expect(asked()).toEqual([]);
  });

  it('is declined when the order is authorised', async () => {
    const { provider } = await scriptedStripe([200, { ...open, currency: 'kwd' }]);
    expect(await provider.authorize({ ...call, amountMinor: 5_124, currency: 'KWD' })).toMatchObject({
      kind: 'declined',
      reason: 'payment_not_capturable',
      message: 'Stripe cannot move 5.124 KWD: in KWD it knows only amounts whose last decimal is 0',
    });
  });
});
