import { describe, expect, it } from 'vitest';

import { orderStatuses } from './order-status.js';
import { isAwaitedBy } from './paying-order.js';
import { PaymentNotificationKind, type PaymentNotification } from '../payments/payment-notification.js';
import { paymentProviderNames, paymentStatuses, type PaymentStatus } from '../payments/payment-status.js';

const said = (change: Partial<PaymentNotification> = {}): PaymentNotification => ({
  ...{ provider: 'stripe', eventId: 'evt_1', kind: 'captured', reference: 'pi_1' },
  occurredAt: '2026-11-21T10:00:00.000Z',
  ...change,
});

describe('a notification of a provider', () => {
  const pending = (paymentStatus: PaymentStatus) => ({ status: 'pending', paymentStatus }) as const;

  it.each(['authorized', 'captured', 'partially_refunded'] as const)(
    'of a capture at Stripe → is not awaited by an order whose payment is %s',
    (paymentStatus) => {
      const status = paymentStatus === 'partially_refunded' ? 'delivered' : 'pending';
      expect(isAwaitedBy({ status, paymentStatus }, said())).toBe(false);
    },
  );

  it.each(['pending', 'unknown'] as const)(
    'of a capture at Stripe → is awaited by a pending order whose payment is %s',
    (paymentStatus) => {
      expect(isAwaitedBy(pending(paymentStatus), said())).toBe(true);
    },
  );

  it('of an authorisation → is awaited by a pending order, but not from Stripe, whose checkouts all send one', () => {
    const awaited = paymentProviderNames.filter((provider) =>
      isAwaitedBy(pending('pending'), said({ kind: 'authorized', provider })),
    );
    expect(awaited).toEqual(['adyen', 'paypal']);
  });

  it.each(['adyen', 'paypal'] as const)(
    'of a capture at %s → is awaited until the capture is recorded',
    (provider) => {
      expect(isAwaitedBy(pending('authorized'), said({ provider }))).toBe(true);
      expect(isAwaitedBy(pending('captured'), said({ provider }))).toBe(false);
    },
  );

  it('→ is not awaited by an order that has ended', () => {
    const kinds = Object.values(PaymentNotificationKind);
    const ended = orderStatuses.filter((status) => status === 'closed' || status === 'cancelled');
    for (const status of ended)
      for (const paymentStatus of paymentStatuses)
        for (const provider of paymentProviderNames)
          for (const kind of kinds)
            expect(isAwaitedBy({ status, paymentStatus }, said({ kind, provider }))).toBe(false);
  });
});
