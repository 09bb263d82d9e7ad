import { describe, expect, it } from 'vitest';

import { amountProblem, formatAmount, multipleProblem } from './currencies.js';

const code = (amount: number, currency: string) => amountProblem(amount, currency, 'amount')?.fields.code;

describe('an amount', () => {
  it.each([
    ['usd', 49, 'amount_too_small'],
    ['usd', 50, undefined],
    ['gbp', 29, 'amount_too_small'],
    ['gbp', 30, undefined],
    ['jpy', 49, 'amount_too_small'],
    ['jpy', 50, undefined],
    ['huf', 17_499, 'amount_too_small'],
    ['bhd', 0, 'amount_too_small'],
    ['usd', 99_999_999, undefined],
    ['usd', 100_000_000, 'amount_too_large'],
    ['kwd', 1_005, 'parameter_invalid_integer'],
    ['kwd', 1_010, undefined],
    ['isk', 550, 'parameter_invalid_integer'],
    ['isk', 500, undefined],
  ])('of %s %i is rejected with %s', (currency, amount, expected) => {
    expect(code(amount, currency)).toBe(expected);
  });

  it('of a refund has the same rule of last digits, but no minimum', () => {
    expect(multipleProblem(5, 'kwd', 'amount')).toBeDefined();
    expect(multipleProblem(10, 'kwd', 'amount')).toBeUndefined();
    expect(multipleProblem(1, 'usd', 'amount')).toBeUndefined();
  });

  it.each([
    [2_500, 'usd', '$25.00'],
    [500, 'jpy', '¥500'],
    [5_120, 'kwd', 'KWD\u00a05.120'],
    [500, 'isk', 'ISK\u00a05.00'],
  ])('%i %s is written %s', (amount, currency, expected) => {
    expect(formatAmount(amount, currency)).toBe(expected);
  });
});
