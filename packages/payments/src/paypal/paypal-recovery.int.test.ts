import { describe, expect, it } from 'vitest';

import { PaymentNotificationKind, type PaymentNotification } from '../payment-notification.js';
import {
  authorization,
  call,
  capture,
  captureId,
  notFound,
  order,
  orderId,
  refund,
  refusal,
  scriptedPayPal,
} from '../testing/scripted-paypal.js';
import { captureDecisions } from './capture-payment.js';
import { refundDecisions } from './refund-payment.js';

const captured = authorization({ status: 'CAPTURED' });
const notification = (change: Partial<PaymentNotification> = {}): PaymentNotification => ({
  provider: 'paypal',
  eventId: 'WH-1',
  kind: PaymentNotificationKind.Captured,
  reference: call.reference,
  objectId: captureId,
  occurredAt: '2026-11-21T09:00:00.000Z',
  ...change,
});

describe('the capture request', () => {
  it('is a final capture of exactly the amount, under the key of the call', async () => {
    const { provider, requests } = await scriptedPayPal([
      [200, authorization()],
      [201, capture()],
    ]);
    expect(await provider.capture(call)).toMatchObject({ kind: 'done' });
    const sent = requests.at(-1);
    expect(sent?.headers).toMatchObject({
      'paypal-request-id': call.idempotencyKey,
      prefer: 'return=representation',
      authorization: 'Bearer A21AAtoken',
    });
    expect(JSON.parse(sent?.body ?? '')).toEqual({
      amount: { currency_code: 'USD', value: '245.00' },
      final_capture: true,
      invoice_id: 'order-1_3aop_3a1',
    });
  });

  it('refunds the capture that was found, under the key of the call', async () => {
    const { provider, requests, asked } = await scriptedPayPal([
      [200, captured],
      [200, order({ captures: [capture()] })],
      [201, refund()],
    ]);
    expect(await provider.refund(call)).toMatchObject({ kind: 'done' });
    expect(asked()).toEqual([
      `GET authorizations/${call.reference}`,
      `GET orders/${orderId}`,
      `POST captures/${captureId}/refund`,
    ]);
    expect(requests.at(-1)?.headers).toMatchObject({ 'paypal-request-id': call.idempotencyKey });
    expect(JSON.parse(requests.at(-1)?.body ?? '')).toMatchObject({ custom_id: 'order-1_3aop_3a1' });
  });

  it('never captures more than was authorised, although PayPal would accept 115 %', async () => {
    const { provider, asked } = await scriptedPayPal([[200, authorization()]]);
    expect(await provider.capture({ ...call, amountMinor: 24_501 })).toMatchObject({ kind: 'declined' });
    expect(asked()).toHaveLength(1);
  });

  it('is not sent for an amount that PayPal cannot move', async () => {
    const { provider, asked } = await scriptedPayPal([]);
    for (const immovable of [{ amountMinor: 0 }, { amountMinor: 17_950, currency: 'HUF' }]) {
      expect(await provider.capture({ ...call, ...immovable })).toMatchObject({ kind: 'declined' });
      expect(await provider.refund({ ...call, ...immovable })).toMatchObject({ kind: 'declined' });
    }
    expect(asked()).toEqual([]);
  });
});

describe('a captured payment that the PayPal order does not list', () => {
  const gone = authorization({ status: 'CAPTURED', supplementary_data: {} });

  it('is found through a notification, whose capture is read from PayPal', async () => {
    const { provider } = await scriptedPayPal(
      [
        [200, captured],
        [404, notFound],
        [200, capture({ status: 'PARTIALLY_REFUNDED' })],
        [200, refund({ amount: { currency_code: 'USD', value: '45.00' } })],
      ],
      [
        notification(),
        notification({ kind: PaymentNotificationKind.Refunded, objectId: '1JU08902781691411' }),
      ],
    );
    expect(await provider.find(call.reference)).toMatchObject({
      kind: 'done',
      payment: { state: 'captured', capturedMinor: 24_500, refundedMinor: 4_500 },
    });
  });

  it('is the same for notifications in any order, with repetitions', async () => {
    const { provider, asked } = await scriptedPayPal(
      [
        [200, gone],
        [200, capture()],
      ],
      [
        notification({ kind: PaymentNotificationKind.CaptureFailed, eventId: 'WH-2' }),
        notification(),
        notification(),
        notification({ kind: PaymentNotificationKind.Authorized, objectId: 'WH' }),
      ],
    );
    expect(await provider.capture(call)).toMatchObject({ kind: 'done' });
    expect(asked()).toHaveLength(2);
  });

  it('is not captured through a notification about another payment’s capture', async () => {
    const up = { rel: 'up', href: 'https://api.paypal.com/v2/payments/authorizations/7W5147081L658180V' };
    const { provider } = await scriptedPayPal(
      [
        [200, gone],
        [200, capture({ links: [up] })],
      ],
      [notification()],
    );
    expect(await provider.capture(call)).toMatchObject({ kind: 'unknown' });
  });

  it('without a notification stays unknown, and nothing is captured or refunded', async () => {
    const { provider, asked } = await scriptedPayPal([
      [200, gone],
      [200, gone],
      [200, gone],
    ]);
    for (const operation of ['capture', 'refund'] as const) {
      expect(await provider[operation](call)).toMatchObject({
        kind: 'unknown',
        message: expect.stringContaining('neither its order nor a webhook') as string,
      });
    }
    expect(await provider.find(call.reference)).toMatchObject({ kind: 'transient' });
    expect(asked().every((request) => request.startsWith('GET'))).toBe(true);
  });

  it('is not captured by a notification alone', async () => {
    const { provider } = await scriptedPayPal([[200, authorization()]], [notification()]);
    expect(await provider.find(call.reference)).toMatchObject({
      payment: { state: 'authorized', capturedMinor: 0 },
    });
  });
});

describe('a capture that is refused', () => {
  it.each(Object.entries(captureDecisions))('is declined for %s', async (issue, reason) => {
    const { provider } = await scriptedPayPal([
      [200, authorization()],
      [422, refusal(issue)],
      [200, authorization()],
    ]);
    expect(await provider.capture(call)).toMatchObject({ kind: 'declined', reason, declineCode: issue });
  });

  it.each(['AUTHORIZATION_ALREADY_CAPTURED', 'DUPLICATE_INVOICE_ID'])(
    'is done for %s, when the payment shows a capture of this amount',
    async (issue) => {
      const { provider } = await scriptedPayPal([
        [200, authorization()],
        [422, refusal(issue)],
        [200, captured],
        [200, order({ captures: [capture()] })],
      ]);
      expect(await provider.capture(call)).toMatchObject({
        kind: 'done',
        payment: { capturedMinor: 24_500 },
      });
    },
  );

  it.each(['AUTHORIZATION_ALREADY_CAPTURED', 'DUPLICATE_INVOICE_ID'])(
    'is unknown for %s, when the payment does not show it',
    async (issue) => {
      const { provider } = await scriptedPayPal([
        [200, authorization()],
        [422, refusal(issue)],
        [200, authorization()],
      ]);
      expect(await provider.capture(call)).toMatchObject({ kind: 'unknown' });
    },
  );

  it('for a reason outside of the order is transient', async () => {
    const { provider } = await scriptedPayPal([
      [200, authorization()],
      [422, refusal('PAYEE_ACCOUNT_RESTRICTED')],
      [200, authorization()],
    ]);
    expect(await provider.capture(call)).toMatchObject({ kind: 'transient' });
  });

  it('is unknown when a request with the same key is under way', async () => {
    const { provider } = await scriptedPayPal([
      [200, authorization()],
      [409, refusal('PREVIOUS_REQUEST_IN_PROGRESS')],
    ]);
    expect(await provider.capture(call)).toMatchObject({ kind: 'unknown' });
  });
});

describe('a capture whose answer is the latest state of an earlier one', () => {
  it('is done, with the later refunds', async () => {
    const { provider } = await scriptedPayPal([
      [200, authorization()],
      [201, capture({ status: 'PARTIALLY_REFUNDED' })],
      [200, captured],
      [
        200,
        order({
          captures: [capture({ status: 'PARTIALLY_REFUNDED' })],
          refunds: [refund({ amount: { currency_code: 'USD', value: '5.00' } })],
        }),
      ],
    ]);
    expect(await provider.capture(call)).toMatchObject({
      kind: 'done',
      payment: { capturedMinor: 24_500, refundedMinor: 500 },
    });
  });

  it('is unknown when that was of another amount', async () => {
    const other = capture({ amount: { currency_code: 'USD', value: '281.75' } });
    const { provider } = await scriptedPayPal([
      [200, authorization()],
      [201, other],
    ]);
    expect(await provider.capture(call)).toMatchObject({
      kind: 'unknown',
      message: expect.stringMatching(/281\.75 USD.*245\.00 USD/) as string,
    });
  });
});

describe('a refund that is refused', () => {
  const found = [
    [200, captured],
    [200, order({ captures: [capture()] })],
  ] as const;

  it.each(Object.keys(refundDecisions))('is declined for %s', async (issue) => {
    const { provider } = await scriptedPayPal([...found, [422, refusal(issue)], ...found]);
    expect(await provider.refund(call)).toMatchObject({ kind: 'declined', declineCode: issue });
  });

  it.each(['REFUND_FAILED_INSUFFICIENT_FUNDS', 'PAYEE_ACCOUNT_RESTRICTED', 'TRANSACTION_DISPUTED'])(
    'is transient for %s',
    async (issue) => {
      const { provider } = await scriptedPayPal([...found, [422, refusal(issue)], ...found]);
      expect(await provider.refund(call)).toMatchObject({ kind: 'transient' });
    },
  );

  it('that was made meanwhile → is done', async () => {
    const { provider } = await scriptedPayPal([
      ...found,
      [422, refusal('CAPTURE_FULLY_REFUNDED')],
      [200, captured],
      [200, order({ captures: [capture({ status: 'REFUNDED' })], refunds: [refund()] })],
    ]);
    expect(await provider.refund(call)).toMatchObject({ kind: 'done', refundId: '1JU08902781691411' });
  });
});

describe('a payment that was captured in part and then voided', () => {
  it('is captured, not void', async () => {
    const part = capture({ amount: { currency_code: 'USD', value: '100.00' } });
    const voided = authorization({ status: 'VOIDED' });
    const { provider } = await scriptedPayPal([
      [200, voided],
      [200, voided],
      [200, order({ captures: [part] })],
    ]);
    expect(await provider.void(call)).toMatchObject({
      kind: 'declined',
      message: expect.stringContaining('only be refunded') as string,
    });
  });
});
