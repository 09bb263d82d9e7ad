import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { RefusedError } from '../kit/refusal.js';
import { decideIssue, decidePayment, decideVoid, type InvoiceFacts, type ReceivedMoney } from './invoice.js';
import { invoiceStatuses, invoiceTransitions } from './invoice-status.js';

const invoice: InvoiceFacts = {
  ...{
    id: 'i1',
    status: 'issued',
    currency: 'USD',
    totalMinor: 25_998,
    paidMinor: 0,
    cancelledMinor: 0,
    payments: [],
  },
};
const payment: ReceivedMoney = {
  currency: 'USD',
  amountMinor: 25_998,
  method: 'bank_transfer',
  reference: 'TXN-1',
};

/** The result of a decision; `undefined` where it is a refusal. */
function accepted<Result>(decide: () => Result): Result | undefined {
  try {
    return decide();
  } catch (error) {
    expect(error).toBeInstanceOf(RefusedError);
    return undefined;
  }
}

describe('a payment of an invoice', () => {
  it('is taken in part or exactly, and issues a draft first', () => {
    expect(decidePayment(invoice, payment)).toMatchObject({ kind: 'new', issuesFirst: false });
    expect(decidePayment({ ...invoice, status: 'draft' }, payment)).toMatchObject({
      ...{ kind: 'new', issuesFirst: true },
    });
  });

  it('is never taken beyond the amount due', () => {
    fc.assert(
      fc.property(fc.nat(1_000), fc.nat(1_000), fc.integer({ min: 1, max: 2_000 }), (paid, due, amount) => {
        const facts = { ...invoice, totalMinor: paid + due, paidMinor: paid };
        const decided = accepted(() => decidePayment(facts, { ...payment, amountMinor: amount }));
        expect(decided !== undefined).toBe(amount <= due);
      }),
    );
  });

  it('is one payment under one reference, and another amount under it is refused', () => {
    const paid = { status: 'paid', paidMinor: 25_998, payments: [{ ...payment, id: 'p1' }] } as const;
    const facts = { ...invoice, ...paid };
    expect(decidePayment(facts, payment)).toEqual({ kind: 'recorded_before', paymentId: 'p1' });
    expect(accepted(() => decidePayment(facts, { ...payment, amountMinor: 1 }))).toBeUndefined();
  });

  it('is a second payment where neither has a reference', () => {
    const { reference: _, ...anonymous } = { ...payment, amountMinor: 100 };
    const facts = { ...invoice, paidMinor: 100, payments: [{ ...anonymous, id: 'p1' }] };
    expect(decidePayment(facts, anonymous)).toMatchObject({ kind: 'new' });
  });

  it.each([
    ['another currency', invoice, { ...payment, currency: 'EUR' }],
    ['nothing', invoice, { ...payment, amountMinor: 0 }],
    ['half a cent', invoice, { ...payment, amountMinor: 0.5 }],
    ['a paid invoice', { ...invoice, status: 'paid', paidMinor: 25_998 }, { ...payment, amountMinor: 1 }],
    ['a void invoice', { ...invoice, status: 'void' }, payment],
  ] as const)('is refused: %s', (_, facts, money) => {
    expect(accepted(() => decidePayment(facts, money))).toBeUndefined();
  });
});

describe('an invoice', () => {
  it('is issued from draft only, and voided only while nothing was paid', () => {
    const those = (decide: (facts: InvoiceFacts) => unknown) =>
      invoiceStatuses.filter((status) => accepted(() => decide({ ...invoice, status })) !== undefined);
    expect(those(decideIssue)).toEqual(['draft']);
    expect(those(decideVoid)).toEqual(['draft', 'issued']);
    expect(accepted(() => decideVoid({ ...invoice, paidMinor: 1 }))).toBeUndefined();
  });

  it.each(invoiceStatuses)('that is %s → moves only where the transition table allows it', (status) => {
    for (const facts of [invoice, { ...invoice, totalMinor: 0 }, { ...invoice, paidMinor: 1 }]) {
      for (const decide of [decideIssue, decideVoid]) {
        const decided = accepted(() => decide({ ...facts, status }));
        if (decided) expect(invoiceTransitions[status]).toContain(decided.to);
      }
    }
  });

  it('over nothing is paid when it is issued', () => {
    expect(decideIssue({ ...invoice, status: 'draft', totalMinor: 0 })).toMatchObject({ to: 'paid' });
  });
});
