import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  disputeOf,
  disputeOperations,
  disputesIn,
  missingEntries,
  type Dispute,
  type DisputeEntry,
} from './dispute.js';

type Said = Parameters<typeof disputeOf>[1][number];

const order = { currency: 'USD', wholeMinor: 10_000 };

/** Words of a provider, as `kind amount`, a minute after each other. Without an amount: of the whole order. */
const said = (...words: readonly string[]): readonly Said[] =>
  words.map((word, minute) => {
    const [kind = '', amount] = word.split(' ');
    return {
      kind: `dispute_${kind}` as Said['kind'],
      occurredAt: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString(),
      currency: 'USD',
      ...(amount === undefined ? {} : { amountMinor: Number(amount) }),
    };
  });

/** Its status, amount and held money. */
const stateOf = (notifications: readonly Said[]) => {
  const { status, amountMinor, heldMinor } = disputeOf('du_1', notifications, order);
  return [status, amountMinor, heldMinor];
};

describe('a dispute of an order over 100.00', () => {
  it.each([
    ['an inquiry', ['opened 10000'], ['open', 10_000, 0]],
    ['that is closed', ['opened 10000', 'won 10000'], ['won', 10_000, 0]],
    ['about a part, for which money was taken', ['opened 3000', 'withdrawn 3000'], ['open', 3_000, 3_000]],
    ['that is lost', ['opened 10000', 'withdrawn 10000', 'lost 10000'], ['lost', 10_000, 10_000]],
    [
      'that is won, before the money is back',
      ['opened 10000', 'withdrawn 10000', 'won 10000'],
      ['won', 10_000, 10_000],
    ],
    [
      'that is won, with the money',
      ['opened 10000', 'withdrawn 10000', 'won 10000', 'reinstated 10000'],
      ['won', 10_000, 0],
    ],
    // Stripe calls it lost, and gives back the 20.00 that had been refunded.
    [
      'that is lost in part',
      ['opened 10000', 'withdrawn 10000', 'lost 10000', 'reinstated 2000'],
      ['lost', 10_000, 8_000],
    ],
    // Adyen has no event of a victory: the money comes back.
    ['that is defended at Adyen', ['withdrawn 10000', 'reinstated 10000'], ['won', 10_000, 0]],
    [
      'that is charged back a second time',
      ['withdrawn 10000', 'reinstated 10000', 'withdrawn 10000', 'lost 10000'],
      ['lost', 10_000, 10_000],
    ],
    ['that is lost, and won by an appeal', ['opened 10000', 'lost 10000', 'won 10000'], ['won', 10_000, 0]],
    ['of which no amount is known', ['opened', 'withdrawn'], ['open', 10_000, 10_000]],
    ['of which only the end is known', ['lost 10000'], ['lost', 10_000, 0]],
  ])('%s', (_, words, expected) => {
    expect(stateOf(said(...words))).toEqual(expected);
  });

  it('in another currency is about the whole order', () => {
    const foreign = said('opened 4000', 'withdrawn 4000').map((each) => ({ ...each, currency: 'EUR' }));
    expect(stateOf(foreign)).toEqual(['open', 10_000, 10_000]);
  });

  it('two decisions at one moment → it is lost', () => {
    const decisions = said('won 10000', 'lost 10000').map((each) => ({
      ...each,
      occurredAt: '2026-01-01T00:00:00.000Z',
    }));
    expect(stateOf(decisions)[0]).toBe('lost');
    expect(stateOf([...decisions].reverse())[0]).toBe('lost');
  });
});

const notification = fc.record({
  kind: fc.constantFrom(...disputeOperations),
  amountMinor: fc.option(fc.integer({ min: 1, max: 10_000 }), { nil: undefined }),
  currency: fc.constantFrom('USD', 'EUR'),
  occurredAt: fc
    .integer({ min: 0, max: 3 })
    .map((minute) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString()),
});
const notifications = fc.array(notification, { minLength: 1, maxLength: 8 }).map((all) =>
  all.map(({ amountMinor, ...each }) => ({
    ...each,
    ...(amountMinor === undefined ? {} : { amountMinor }),
  })),
);

/** The entries of a ledger that hears of the notifications one after the other. */
function ledgerOf(all: readonly Said[]): readonly DisputeEntry[] {
  const ledger: DisputeEntry[] = [];
  for (let heard = 1; heard <= all.length; heard += 1) {
    const now = disputeOf('du_1', all.slice(0, heard), order);
    ledger.push(...missingEntries(disputesIn(ledger)[0], now));
  }
  return ledger;
}

describe('any notifications of a dispute', () => {
  it('come to one state in every sequence', () => {
    fc.assert(
      fc.property(
        notifications.chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
        ),
        ([all, shuffled]) => {
          expect(disputeOf('du_1', shuffled, order)).toEqual(disputeOf('du_1', all, order));
        },
      ),
    );
  });

  it('bring the ledger to that state, whenever it hears of them', () => {
    fc.assert(
      fc.property(notifications, (all) => {
        const now = disputeOf('du_1', all, order);
        const [recorded] = disputesIn(ledgerOf(all));
        expect(recorded).toMatchObject<Partial<Dispute>>({ status: now.status, heldMinor: now.heldMinor });
        expect(missingEntries(recorded, now)).toEqual([]);
      }),
    );
  });

  it('never hold less than nothing nor more than is disputed, and no entry is empty', () => {
    fc.assert(
      fc.property(notifications, (all) => {
        const { heldMinor, amountMinor } = disputeOf('du_1', all, order);
        expect(heldMinor).toBeGreaterThanOrEqual(0);
        expect(heldMinor).toBeLessThanOrEqual(amountMinor);
        for (const entry of ledgerOf(all)) expect(entry.amountMinor).toBeGreaterThan(0);
      }),
    );
  });
});
