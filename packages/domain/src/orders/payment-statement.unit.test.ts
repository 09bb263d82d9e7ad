import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { decide } from './order-decision.js';
import { factsOfNewOrder } from './order-facts.js';
import type { OrderFlag } from './order-flag.js';
import {
  statementOutcomes,
  type DoubtPhase,
  type PaymentDoubt,
  type PaymentStatement,
  type ProviderSource,
  type ProviderWord,
  type StatementOutcome,
} from '../payments/payment-doubt.js';
import { paymentStatusOf, refusalInPhase, weighStatement } from './payment-statement.js';

const usd = { code: 'USD', exponent: 2 } as const;

const seen = { evidence: 'the dashboard' } as const;
const paying: PaymentDoubt = {
  ...{ phase: 'paying', chargeMinor: 100, authorizedMinor: 120 },
  ...{ capturedMinor: 0, voidedMinor: 0, refundedMinor: 0, currency: usd },
};
const compensating: PaymentDoubt = { ...paying, phase: 'compensating' };
const silent: ProviderSource = { isUnasked: false };
const says = (state: ProviderWord['state'], capturedMinor = 0, refundedMinor = 0): ProviderSource => ({
  isUnasked: false,
  word: { state, capturedMinor, refundedMinor },
});
const unasked = (source: ProviderSource): ProviderSource => ({ ...source, isUnasked: true });
const stated = (outcome: StatementOutcome, amountMinor?: number): PaymentStatement => ({
  ...seen,
  outcome,
  ...(amountMinor === undefined ? {} : { amountMinor, providerObjectId: 'x_1' }),
});
const weigh = (statement: PaymentStatement, doubt = paying, source = silent): string => {
  const result = weighStatement(statement, doubt, source);
  return result.kind === 'refused'
    ? result.code
    : result.entries.map(({ operation, amountMinor }) => `${operation} ${amountMinor}`).join(', ');
};

describe("an operator's statement about a payment", () => {
  it("is refused with amounts in the order's currency", () => {
    const message = (statement: PaymentStatement, doubt: PaymentDoubt, source = silent): string => {
      const result = weighStatement(statement, doubt, source);
      return result.kind === 'refused' ? result.message : 'it is accepted';
    };
    expect(message(stated('captured', 90), paying)).toContain('the order costs 1.00 USD, not 0.90 USD');
    expect(message(stated('captured', 121), compensating)).toBe(
      '1.21 USD cannot have been captured of an authorisation of 1.20 USD',
    );
    expect(message(stated('captured', 100), paying, says('captured', 90, 10))).toBe(
      'the provider says that it has captured 0.90 USD and given 0.10 USD of it back',
    );
    const refunding = { ...paying, phase: 'refunding', capturedMinor: 100, refundMinor: 30 } as const;
    expect(message(stated('refunded', 31), refunding)).toBe(
      'what is to be given back is 0.30 USD, not 0.31 USD',
    );
  });

  it('is accepted only for an unknown payment, and needs amount and id of a capture', () => {
    const totals = { subtotalMinor: 100, discountMinor: 0, taxMinor: 0, shippingMinor: 0, totalMinor: 100 };
    const facts = factsOfNewOrder('pending', totals, [], usd);
    const command = {
      type: 'resolve_payment',
      by: 'ada',
      reason: 'outage',
      ...stated('captured', 100),
    } as const;
    expect(decide(facts, command)).toMatchObject({ code: 'PAYMENT_NOT_UNKNOWN' });
    const inDoubt = { ...facts, paymentStatus: 'unknown' } as const;
    expect(decide(inDoubt, command)).toMatchObject({ kind: 'accepted' });
    const { providerObjectId: _, ...bare } = command;
    expect(decide(inDoubt, bare)).toMatchObject({ code: 'MALFORMED' });
    expect(decide(inDoubt, { ...command, outcome: 'not_captured' })).toMatchObject({ code: 'MALFORMED' });
  });

  it.each([
    ['paying', ['captured', 'not_captured']],
    ['compensating', ['captured', 'not_captured', 'voided', 'not_voided', 'refunded', 'not_refunded']],
    ['refunding', ['refunded', 'not_refunded']],
    ['taken_back', ['captured', 'settled_elsewhere']],
  ] as const)('allows only outcomes of the phase %s', (phase: DoubtPhase, allowed) => {
    const possible = statementOutcomes.filter((outcome) => refusalInPhase(outcome, phase) === undefined);
    expect(possible).toEqual(allowed);
  });

  it.each([
    ['a capture of another amount than the order costs', stated('captured', 99), paying],
    ['a capture above the authorised amount', stated('captured', 121), compensating],
    [
      'a capture that the ledger already has',
      stated('captured', 100),
      { ...compensating, capturedMinor: 100 },
    ],
    ['a refund of less than is due', stated('refunded', 99), { ...compensating, capturedMinor: 100 }],
  ])('of %s is refused', (_, statement, doubt) => {
    expect(weigh(statement, doubt)).toBe('STATEMENT_NOT_POSSIBLE');
  });

  it('after a reversed capture can be settled_elsewhere and no other outcome', () => {
    const totals = { subtotalMinor: 100, discountMinor: 0, taxMinor: 0, shippingMinor: 0, totalMinor: 100 };
    const sound = factsOfNewOrder('processing', totals, [], usd);
    const reversedCapture = { ...sound, paymentStatus: 'failed', flags: ['capture_failed'] } as const;
    const command = (outcome: StatementOutcome) =>
      ({ type: 'resolve_payment', by: 'ada', reason: 'a transfer', ...stated(outcome) }) as const;
    const other = statementOutcomes.filter((outcome) => outcome !== 'settled_elsewhere');
    expect(decide(reversedCapture, command('settled_elsewhere'))).toMatchObject({ kind: 'accepted' });
    for (const outcome of other) {
      expect(decide(reversedCapture, command(outcome))).toMatchObject({ code: 'STATEMENT_NOT_POSSIBLE' });
    }
    for (const facts of [
      sound,
      { ...reversedCapture, flags: ['settled_elsewhere'] } as const,
      { ...reversedCapture, status: 'cancelled' } as const,
    ]) {
      expect(decide(facts, command('settled_elsewhere'))).toMatchObject({ code: 'PAYMENT_NOT_UNKNOWN' });
    }
    const doubt = { ...paying, phase: 'taken_back' } as const;
    expect(weigh(stated('settled_elsewhere'), doubt, unasked(says('authorized')))).toBe('');
    expect(weigh(stated('settled_elsewhere'), doubt, says('captured', 100))).toBe('CONTRADICTS_PROVIDER');
    expect(weigh(stated('settled_elsewhere'), { ...doubt, capturedMinor: 100 })).toBe(
      'STATEMENT_NOT_POSSIBLE',
    );
  });

  it("of a second capture needs the provider's report, its id and the amount of the reversed capture", () => {
    const totals = { subtotalMinor: 100, discountMinor: 0, taxMinor: 0, shippingMinor: 0, totalMinor: 100 };
    const reversedCapture = {
      ...factsOfNewOrder('processing', totals, [], usd),
      paymentStatus: 'failed',
    } as const;
    const decided = (outcome: StatementOutcome, ...flags: readonly OrderFlag[]): string => {
      const amountMinor = outcome === 'captured' ? 100 : undefined;
      const by = { type: 'resolve_payment', by: 'ada', reason: 'the dashboard' } as const;
      const result = decide({ ...reversedCapture, flags }, { ...by, ...stated(outcome, amountMinor) });
      return result.kind === 'refused' ? result.code : result.kind;
    };
    expect(decided('captured', 'capture_failed')).toBe('STATEMENT_NOT_POSSIBLE');
    expect(decided('captured', 'capture_failed', 'recapture_reported')).toBe('accepted');
    expect(decided('settled_elsewhere', 'capture_failed', 'recapture_reported')).toBe('accepted');
    expect(decided('captured', 'settled_elsewhere', 'recapture_reported')).toBe('accepted');
    expect(decided('settled_elsewhere', 'settled_elsewhere', 'recapture_reported')).toBe(
      'STATEMENT_NOT_POSSIBLE',
    );

    // 100 were captured and 30 refunded before the provider reversed the remaining 70.
    const doubt: PaymentDoubt = {
      ...{ ...paying, phase: 'taken_back', capturedMinor: 30, refundedMinor: 30 },
      reversedCapture: { amountMinor: 70, reportedId: 'x_1' },
    };
    for (const word of [
      silent,
      unasked(says('authorized')),
      unasked(says('voided')),
      says('captured', 100),
    ]) {
      expect(weigh(stated('captured', 100), doubt, word)).toBe('capture 70');
    }
    expect(weigh(stated('captured', 70), doubt)).toBe('STATEMENT_NOT_POSSIBLE');
    expect(weigh({ ...stated('captured', 100), providerObjectId: 'x_2' }, doubt)).toBe(
      'STATEMENT_NOT_POSSIBLE',
    );
    expect(weigh(stated('captured', 100), { ...doubt, reversedCapture: { amountMinor: 70 } })).toBe(
      'STATEMENT_NOT_POSSIBLE',
    );
    expect(weigh(stated('captured', 100), doubt, says('authorized'))).toBe('CONTRADICTS_PROVIDER');
  });

  it('adds the stated operations to the ledger, and nothing for a negative outcome', () => {
    expect(weigh(stated('captured', 100))).toBe('capture 100');
    expect(weigh(stated('not_captured'))).toBe('');
    expect(weigh(stated('voided'), compensating)).toBe('void 120');
    expect(weigh(stated('refunded', 80), compensating)).toBe('capture 80, refund 80');
    const partly = { ...compensating, capturedMinor: 100, refundedMinor: 30 };
    expect(weigh(stated('refunded', 70), partly)).toBe('refund 70');
    expect(weigh(stated('refunded', 20), { ...partly, phase: 'refunding', refundMinor: 20 })).toBe(
      'refund 20',
    );
  });

  it.each([
    [stated('not_captured'), says('captured', 100)],
    [stated('captured', 100), says('authorized')],
    [stated('captured', 100), says('voided')],
    [stated('captured', 100), says('captured', 90)],
    [stated('captured', 100), says('processing')],
    [stated('not_captured'), says('processing')],
    [stated('captured', 100), unasked(says('voided'))],
    [stated('not_captured'), unasked(says('captured', 100))],
  ])('is refused if it contradicts the provider: %j, %j', (statement, source) => {
    expect(weigh(statement, paying, source)).toBe('CONTRADICTS_PROVIDER');
  });

  it('of a capture is accepted if the provider cannot be queried and its notifications lack the capture', () => {
    expect(weigh(stated('captured', 100), paying, unasked(says('authorized')))).toBe('capture 100');
  });

  it('of not_captured is refused if two captures fit and the provider cannot be queried', () => {
    const wide = { ...paying, authorizedMinor: 200 };
    for (const source of [silent, says('authorized')]) {
      expect(weigh(stated('not_captured'), wide, unasked(source))).toBe('STATEMENT_NOT_POSSIBLE');
      expect(weigh(stated('not_captured'), wide, source)).toBe('');
      expect(weigh(stated('not_captured'), paying, unasked(source))).toBe('');
    }
  });

  it('keeps the ledger in bounds: captured + voided ≤ authorised, refunded ≤ captured', () => {
    const amounts = fc.nat({ max: 60 });
    const doubts = fc
      .record({
        phase: fc.constantFrom<DoubtPhase>('paying', 'compensating', 'refunding'),
        chargeMinor: amounts,
        slack: amounts,
        isTaken: fc.boolean(),
        given: amounts,
        asked: amounts,
      })
      .map(({ phase, chargeMinor, slack, isTaken, given, asked }): PaymentDoubt => {
        const isCaptured = isTaken || phase === 'refunding';
        const refundedMinor = isCaptured ? Math.min(given, chargeMinor) : 0;
        return {
          ...{ phase, chargeMinor, authorizedMinor: chargeMinor + slack, voidedMinor: 0, refundedMinor },
          capturedMinor: isCaptured ? chargeMinor : 0,
          currency: paying.currency,
          ...(phase === 'refunding' ? { refundMinor: Math.min(asked, chargeMinor - refundedMinor) } : {}),
        };
      });
    const sources = fc.constantFrom(silent, unasked(silent), says('authorized'), says('captured', 30));
    let accepted = 0;
    fc.assert(
      fc.property(
        doubts,
        fc.constantFrom(...statementOutcomes),
        amounts,
        sources,
        (doubt, outcome, amount, source) => {
          const result = weighStatement(stated(outcome, amount), doubt, source);
          if (result.kind === 'refused') return;
          accepted += 1;
          const after: { -readonly [Sum in keyof PaymentDoubt]: PaymentDoubt[Sum] } = { ...doubt };
          for (const { operation, amountMinor } of result.entries) {
            if (operation === 'capture') after.capturedMinor += amountMinor;
            if (operation === 'void') after.voidedMinor += amountMinor;
            if (operation === 'refund') after.refundedMinor += amountMinor;
          }
          expect(after.capturedMinor + after.voidedMinor).toBeLessThanOrEqual(after.authorizedMinor);
          expect(after.refundedMinor).toBeLessThanOrEqual(after.capturedMinor);
          expect(paymentStatusOf(after)).not.toBe('unknown');
        },
      ),
      { numRuns: 2_000 },
    );
    expect(accepted).toBeGreaterThan(100);
  });
});
