import { describe, expect, it } from 'vitest';

import { dueDateOf } from './seller.js';

const issuedAt = '2026-02-27T23:59:59.999Z';

describe('the due date of an invoice', () => {
  it.each([
    [0, '2026-02-27'],
    [2, '2026-03-01'],
    [365, '2027-02-27'],
  ])('%i days after the issue → %s', (paymentDueDays, date) => {
    expect(dueDateOf({ issuedAt, seller: { paymentDueDays } })).toBe(date);
  });

  it('a draft, no seller, no days → no due date', () => {
    expect(dueDateOf({ seller: { paymentDueDays: 14 } })).toBeUndefined();
    expect(dueDateOf({ issuedAt })).toBeUndefined();
    expect(dueDateOf({ issuedAt, seller: {} })).toBeUndefined();
  });
});
