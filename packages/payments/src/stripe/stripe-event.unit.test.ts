import { describe, expect, it } from 'vitest';

import { readNotification } from './stripe-event.js';

/** An event about a dispute of 100.00 USD. */
const eventOf = (type: string, changes: object = {}) => ({
  ...{ id: 'evt_1', type: `charge.dispute.${type}`, created: 1_767_225_600 },
  data: {
    object: {
      ...{ id: 'du_1', payment_intent: 'pi_1', amount: 10_000, currency: 'usd' },
      ...{ status: 'needs_response', reason: 'fraudulent', balance_transactions: [] },
      ...changes,
    },
  },
});
const taken = { amount: -10_000, currency: 'usd' };

describe('an event of a dispute at Stripe', () => {
  it.each([
    ['created', {}, 'dispute_opened', 10_000],
    ['created', { status: 'warning_needs_response' }, 'dispute_opened', 10_000],
    ['funds_withdrawn', { balance_transactions: [taken] }, 'dispute_withdrawn', 10_000],
    // 20.00 had been refunded before, and come back to the merchant.
    [
      'funds_reinstated',
      { status: 'lost', balance_transactions: [taken, { amount: 2_000, currency: 'usd' }] },
      'dispute_reinstated',
      2_000,
    ],
    // The account is in EUR: what moved there says nothing in USD.
    [
      'funds_reinstated',
      { status: 'won', balance_transactions: [{ amount: 9_200, currency: 'eur' }] },
      'dispute_reinstated',
      10_000,
    ],
    ['funds_withdrawn', { balance_transactions: null }, 'dispute_withdrawn', 10_000],
    ['closed', { status: 'won' }, 'dispute_won', 10_000],
    ['closed', { status: 'lost' }, 'dispute_lost', 10_000],
    ['closed', { status: 'warning_closed' }, 'dispute_won', 10_000],
  ])('%s with %j is %s of %i', (type, changes, kind, amountMinor) => {
    expect(readNotification(eventOf(type, changes))).toEqual({
      ...{ provider: 'stripe', eventId: 'evt_1', occurredAt: '2026-01-01T00:00:00.000Z' },
      ...{ kind, reference: 'pi_1', objectId: 'du_1', amountMinor, currency: 'USD', reason: 'fraudulent' },
    });
  });

  it('new evidence, or a charge without a payment → no notification', () => {
    expect(readNotification(eventOf('updated'))).toBeUndefined();
    expect(readNotification(eventOf('created', { payment_intent: null }))).toBeUndefined();
  });
});
