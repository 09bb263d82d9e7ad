import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { PaymentOwner } from './payment-owner.js';
import { actOnUnusedPayment, type UnusedPaymentState } from './unused-payment.js';

const order = { tenantId: 'tenant', orgId: 'org', mustBeNamed: false };
const own: PaymentOwner = { kind: 'named', tenantId: 'tenant', orgId: 'org' };
const held: UnusedPaymentState = {
  ...{ state: 'authorized', owner: own, capturedMinor: 0, refundedElsewhereMinor: 0 },
};
const captured: UnusedPaymentState = { ...held, state: 'captured', capturedMinor: 500 };

describe('the payment of an order that does not take it', () => {
  it.each<[string, UnusedPaymentState, string]>([
    ['held', held, 'void'],
    ['captured', captured, 'refund'],
    ['captured and refunded in part', { ...captured, refundedElsewhereMinor: 1 }, 'keep'],
    ['captured and refunded', { ...captured, refundedElsewhereMinor: 500 }, 'leave'],
    ['not authorised yet', { ...held, state: 'not_authorized' }, 'leave'],
    ['being worked on', { ...held, state: 'processing' }, 'leave'],
    ['released', { ...held, state: 'voided' }, 'leave'],
  ])('%s → %s', (_, payment, act) => {
    expect(actOnUnusedPayment(payment, order)).toBe(act);
  });

  it('without an owner → is returned, unless the tenant requires an owner', () => {
    const unnamed: UnusedPaymentState = { ...held, owner: { kind: 'unnamed' } };
    expect(actOnUnusedPayment(unnamed, order)).toBe('void');
    expect(actOnUnusedPayment(unnamed, { ...order, mustBeNamed: true })).toBe('leave');
  });

  it('of another owner, or of one that is not known yet → is left in every state', () => {
    const owners = fc.constantFrom<PaymentOwner | undefined>(
      { kind: 'named', tenantId: 'other', orgId: 'org' },
      { kind: 'named', tenantId: 'tenant', orgId: 'other' },
      { kind: 'unreadable' },
      undefined,
    );
    const states = fc.constantFrom<UnusedPaymentState['state']>(
      ...(['not_authorized', 'processing', 'authorized', 'captured', 'voided'] as const),
    );
    fc.assert(
      fc.property(owners, states, fc.nat(9), fc.nat(9), (owner, state, capturedMinor, refunded) => {
        const { owner: _, ...rest } = { ...held, state, capturedMinor, refundedElsewhereMinor: refunded };
        expect(actOnUnusedPayment(owner ? { ...rest, owner } : rest, order)).toBe('leave');
      }),
    );
  });
});
