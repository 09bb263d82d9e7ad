import { describe, expect, it } from 'vitest';

import { orderStatuses } from './order-status.js';
import { isAwaitedBy, isFactAbout, isStaleNotification, type PayingOrder } from './paying-order.js';
import { PaymentNotificationKind, type PaymentNotification } from '../payments/payment-notification.js';
import { paymentProviderNames, paymentStatuses } from '../payments/payment-status.js';

const orderId = '5a0c5a4e-7c0c-4c0e-9a83-0d7cbd2d6f52';

function order(change: Partial<PayingOrder> = {}): PayingOrder {
  return { orderId, isOwner: true, status: 'pending', paymentStatus: 'authorized', flags: [], ...change };
}

function said(change: Partial<PaymentNotification> = {}): PaymentNotification {
  const at = '2026-11-21T10:00:00.000Z';
  return {
    provider: 'stripe',
    eventId: 'evt_1',
    kind: 'captured',
    reference: 'pi_1',
    occurredAt: at,
    ...change,
  };
}

describe('a notification of a provider', () => {
  const everyOrder = orderStatuses.flatMap((status) =>
    paymentStatuses.flatMap((paymentStatus) =>
      [true, false].map((isOwner) => order({ status, paymentStatus, isOwner })),
    ),
  );

  it.each([
    ['its capture is being recorded', order()],
    ['its capture is recorded', order({ paymentStatus: 'captured' })],
    ['the order is confirmed', order({ status: 'confirmed', paymentStatus: 'captured' })],
    ['a part was refunded', order({ status: 'delivered', paymentStatus: 'partially_refunded' })],
  ])('of a capture at Stripe is dropped if %s', (_, told) => {
    expect(isStaleNotification(said(), [told])).toBe(true);
    expect(isStaleNotification(said(), [told, told])).toBe(true);
  });

  it.each([
    ['nothing was authorised yet', order({ paymentStatus: 'pending' }), {}],
    ['the capture is in doubt', order({ paymentStatus: 'unknown' }), {}],
    ['the order is cancelled', order({ status: 'cancelled', paymentStatus: 'voided' }), {}],
    [
      'the capture was reversed',
      order({ status: 'processing', paymentStatus: 'failed', flags: ['capture_failed'] }),
      {},
    ],
    [
      'the money came another way',
      order({ status: 'processing', paymentStatus: 'failed', flags: ['settled_elsewhere'] }),
      {},
    ],
    [
      'the notification has a reason',
      order({ status: 'confirmed', paymentStatus: 'captured' }),
      { reason: 'again' },
    ],
    ['another order waits for the payment', order({ isOwner: false, paymentStatus: 'pending' }), {}],
  ])('of a capture at Stripe is kept if %s', (_, told, change) => {
    expect(isStaleNotification(said(change), [told])).toBe(false);
    // An order that knows the capture does not make the notification needless for another order.
    const knows = order({ status: 'confirmed', paymentStatus: 'captured' });
    if (!('reason' in change)) expect(isStaleNotification(said(change), [knows])).toBe(true);
    expect(isStaleNotification(said(change), [knows, told])).toBe(false);
  });

  it('is kept if no order names the payment yet', () => {
    for (const provider of paymentProviderNames)
      expect(isStaleNotification(said({ provider }), [])).toBe(false);
  });

  it('of Adyen or PayPal is always kept', () => {
    for (const provider of ['adyen', 'paypal'] as const)
      for (const told of everyOrder) expect(isStaleNotification(said({ provider }), [told])).toBe(false);
  });

  it('of an expiry, failure or dispute always changes the order that owns the payment', () => {
    const byItself = ['authorization_expired', 'capture_failed', 'refund_failed', 'disputed'] as const;
    for (const kind of byItself)
      for (const told of everyOrder.filter(({ isOwner }) => isOwner)) {
        expect(isFactAbout(told, said({ kind }))).toBe(true);
        expect(isStaleNotification(said({ kind }), [told])).toBe(false);
      }
  });

  it('of a refund changes the owning order unless the order requested the refund', () => {
    const confirmed = order({ status: 'confirmed', paymentStatus: 'captured' });
    const refunded = (operationKey?: string) =>
      said({ kind: 'refunded', ...(operationKey === undefined ? {} : { operationKey }) });
    expect(isFactAbout(confirmed, refunded())).toBe(true);
    expect(isFactAbout(confirmed, refunded('another:refund:1'))).toBe(true);
    expect(isFactAbout(confirmed, refunded(`${orderId}:refund:1`))).toBe(false);
    expect(isFactAbout({ ...confirmed, isOwner: false }, refunded())).toBe(false);
  });

  it('is not awaited by an order that has ended', () => {
    for (const kind of Object.values(PaymentNotificationKind))
      for (const provider of paymentProviderNames)
        for (const told of everyOrder.filter(({ status }) => status === 'closed' || status === 'cancelled'))
          expect(isAwaitedBy(told, said({ kind, provider }))).toBe(false);
  });

  it.each(['adyen', 'paypal'] as const)(
    'of a capture at %s is awaited until the capture is recorded',
    (provider) => {
      expect(isAwaitedBy(order(), said({ provider }))).toBe(true);
      expect(isAwaitedBy(order({ paymentStatus: 'captured' }), said({ provider }))).toBe(false);
    },
  );
});
