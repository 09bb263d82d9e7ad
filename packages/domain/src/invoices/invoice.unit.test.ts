import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  decideIssue,
  decidePayment,
  decideVoid,
  type InvoiceFacts,
  type InvoicePaymentFacts,
} from './invoice.js';
import { invoiceStatuses, invoiceTransitions } from './invoice-status.js';

const invoice: InvoiceFacts = { status: 'issued', currency: 'USD', totalMinor: 25_998, paidMinor: 0 };
const payment: InvoicePaymentFacts = {
  currency: 'USD',
  amountMinor: 25_998,
  method: 'bank_transfer',
  reference: 'TXN-1',
};

describe('a payment of an invoice', () => {
  it('is taken in part or exactly, and issues a draft first', () => {
    expect(decidePayment(invoice, payment, undefined)).toMatchObject({ effect: { issuesFirst: false } });
    expect(decidePayment({ ...invoice, status: 'draft' }, payment, undefined)).toMatchObject({
      effect: { kind: 'new', issuesFirst: true },
    });
  });

  it('is never taken beyond what is due', () => {
    fc.assert(
      fc.property(fc.nat(1_000), fc.nat(1_000), fc.integer({ min: 1, max: 2_000 }), (paid, due, amount) => {
        const facts = { ...invoice, totalMinor: paid + due, paidMinor: paid };
        const { kind } = decidePayment(facts, { ...payment, amountMinor: amount }, undefined);
        expect(kind).toBe(amount <= due ? 'accepted' : 'refused');
      }),
    );
  });

  it('is one payment under one reference, and another amount under it is refused', () => {
    const earlier = { ...payment, id: 'p1' };
    const paid = { ...invoice, status: 'paid', paidMinor: 25_998 } as const;
    expect(decidePayment(paid, payment, earlier)).toEqual({
      kind: 'accepted',
      effect: { kind: 'recorded_before', paymentId: 'p1' },
    });
    expect(decidePayment(paid, { ...payment, amountMinor: 1 }, earlier)).toMatchObject({ kind: 'refused' });
  });

  it.each([
    ['another currency', invoice, { ...payment, currency: 'EUR' }],
    ['nothing', invoice, { ...payment, amountMinor: 0 }],
    ['half a cent', invoice, { ...payment, amountMinor: 0.5 }],
    ['a paid invoice', { ...invoice, status: 'paid', paidMinor: 25_998 }, { ...payment, amountMinor: 1 }],
    ['a void invoice', { ...invoice, status: 'void' }, payment],
  ] as const)('is refused: %s', (_, facts, money) => {
    expect(decidePayment(facts, money, undefined)).toMatchObject({ kind: 'refused' });
  });
});

describe('an invoice', () => {
  it('is issued from draft only, and voided only while nothing was paid', () => {
    const issuable = invoiceStatuses.filter(
      (status) => decideIssue({ ...invoice, status }).kind === 'accepted',
    );
    expect(issuable).toEqual(['draft']);
    const voidable = invoiceStatuses.filter(
      (status) => decideVoid({ ...invoice, status }).kind === 'accepted',
    );
    expect(voidable).toEqual(['draft', 'issued']);
    expect(decideVoid({ ...invoice, paidMinor: 1 })).toMatchObject({ kind: 'refused' });
  });

  it.each(invoiceStatuses)('that is %s → is only moved where the transition table lets it go', (status) => {
    for (const facts of [invoice, { ...invoice, totalMinor: 0 }, { ...invoice, paidMinor: 1 }]) {
      for (const decision of [decideIssue({ ...facts, status }), decideVoid({ ...facts, status })]) {
        if (decision.kind === 'accepted') expect(invoiceTransitions[status]).toContain(decision.effect);
      }
    }
  });

  it('over nothing is paid when it is issued', () => {
    expect(decideIssue({ ...invoice, status: 'draft', totalMinor: 0 })).toMatchObject({ effect: 'paid' });
  });
});
