import { describe, expect, it } from 'vitest';

import {
  call,
  captured,
  failure,
  list,
  refund,
  refusal,
  replayed,
  scriptedStripe,
  type Reply,
} from '../testing/scripted-stripe.js';

describe('a refund', () => {
  it('that was made before → is done without a request, even if Stripe has forgotten its key', async () => {
    const { provider, asked } = await scriptedStripe([
      200,
      list(refund('other'), refund(call.idempotencyKey, { id: 're_2' })),
    ]);
    expect(await provider.refund(call)).toEqual({ kind: 'done', refundId: 're_2', amountMinor: 24_500 });
    expect(asked()).toEqual(['GET refunds']);
  });

  it('that was made under this key for another amount is unknown', async () => {
    const { provider, asked } = await scriptedStripe([200, list(refund(call.idempotencyKey, { amount: 1 }))]);
    expect(await provider.refund(call)).toMatchObject({
      kind: 'unknown',
      message: expect.stringMatching(/0\.01 USD.*245\.00 USD/) as string,
    });
    expect(asked()).toEqual(['GET refunds']);
  });

  it('is searched for on every page', async () => {
    const { provider, asked } = await scriptedStripe(
      [200, { object: 'list', data: [refund('other')], has_more: true }],
      [200, list(refund(call.idempotencyKey, { id: 're_2' }))],
    );
    expect(await provider.refund(call)).toMatchObject({ kind: 'done', refundId: 're_2' });
    expect(asked()).toEqual(['GET refunds', 'GET refunds']);
  });

  it('is not requested when the earlier refunds cannot be read', async () => {
    const { provider, asked } = await scriptedStripe([500, failure]);
    expect(await provider.refund(call)).toMatchObject({ kind: 'transient' });
    expect(asked()).toEqual(['GET refunds']);
  });

  it('that met a stored failure is done when the payment shows it', async () => {
    const { provider, asked } = await scriptedStripe(
      [200, list()],
      [500, failure, replayed],
      [200, list(refund(call.idempotencyKey))],
    );
    expect(await provider.refund(call)).toMatchObject({ kind: 'done', refundId: 're_1' });
    expect(asked()).toEqual(['GET refunds', 'POST refunds order-1:op:1', 'GET refunds']);
  });

  it('that met a stored failure is requested under the next key only after another search', async () => {
    const { provider, asked } = await scriptedStripe(
      [200, list()],
      [500, failure, replayed],
      [200, list(refund('other'))],
      [200, refund(call.idempotencyKey)],
    );
    expect(await provider.refund(call)).toMatchObject({ kind: 'done' });
    expect(asked()).toEqual([
      'GET refunds',
      'POST refunds order-1:op:1',
      'GET refunds',
      'POST refunds order-1:op:1:2',
    ]);
  });

  it('is unknown when it met a stored failure and the refunds cannot be read', async () => {
    const { provider } = await scriptedStripe([200, list()], [500, failure, replayed], [503, failure]);
    expect(await provider.refund(call)).toMatchObject({ kind: 'unknown' });
  });

  it('under the key of another request → is unknown', async () => {
    const { provider, asked } = await scriptedStripe(
      [200, list()],
      [400, refusal('', 'idempotency_error')],
      [200, list()],
    );
    expect(await provider.refund(call)).toMatchObject({ kind: 'unknown' });
    expect(asked()).toHaveLength(3);
  });

  it('that is pending is done; a failed one is declined with the reason', async () => {
    const pending = await scriptedStripe(
      [200, list()],
      [200, refund(call.idempotencyKey, { status: 'pending' })],
    );
    expect(await pending.provider.refund(call)).toMatchObject({ kind: 'done' });
    const failed = refund(call.idempotencyKey, {
      status: 'failed',
      failure_reason: 'expired_or_canceled_card',
    });
    const { provider } = await scriptedStripe([200, list(failed)]);
    expect(await provider.refund(call)).toMatchObject({
      kind: 'declined',
      declineCode: 'expired_or_canceled_card',
    });
  });

  it.each([
    ['charge_disputed', 'declined'],
    ['charge_not_refundable', 'declined'],
    ['balance_insufficient', 'transient'],
  ])('that is refused with %s is %s', async (code, kind) => {
    const { provider } = await scriptedStripe(
      [200, list()],
      [400, refusal(code)],
      [200, list()],
      [200, captured],
    );
    expect(await provider.refund(call)).toMatchObject({ kind });
  });

  it('that is refused for another reason than its amount is not reported as too large', async () => {
    const refunded = { ...captured, latest_charge: { ...captured.latest_charge, amount_refunded: 10_000 } };
    const replies: Reply[] = [
      [200, list()],
      [400, refusal('parameter_unknown')],
      [200, list()],
      [200, refunded],
    ];
    const fits = await scriptedStripe(...replies);
    expect(await fits.provider.refund({ ...call, amountMinor: 14_500 })).toMatchObject({ kind: 'transient' });
    const tooLarge = await scriptedStripe(...replies);
    expect(await tooLarge.provider.refund({ ...call, amountMinor: 14_501 })).toMatchObject({
      kind: 'declined',
      message: 'Payment pi_script has 145.00 USD left to refund, which is less than 145.01 USD',
    });
  });
});
