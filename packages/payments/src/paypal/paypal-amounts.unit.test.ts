import { describe, expect, it } from 'vitest';

import { fromPayPalValue, payPalMoney, toPayPalValue } from './paypal-amounts.js';

describe('amounts for PayPal', () => {
  it.each([
    [24_500, 'USD', '245.00'],
    [1, 'EUR', '0.01'],
    [500, 'JPY', '500'],
    [179_900, 'HUF', '1799'],
    [50_000, 'TWD', '500'],
    [999_999_999_999, 'USD', '9999999999.99'],
  ])('writes %d minor units of %s as %s, and reads them back', (amountMinor, currency, value) => {
    expect(toPayPalValue(amountMinor, currency)).toBe(value);
    expect(fromPayPalValue(value, currency)).toBe(amountMinor);
  });

  it.each([
    [179_950, 'HUF', 'PayPal cannot move 1799.50 HUF: in HUF it knows only whole units'],
    [50_001, 'TWD', 'PayPal cannot move 500.01 TWD: in TWD it knows only whole units'],
    [0, 'USD', 'PayPal cannot move 0.00 USD: an amount must be more than nothing'],
    [-5, 'USD', 'PayPal cannot move -0.05 USD: an amount must be more than nothing'],
    [5_124, 'KWD', 'PayPal has no payments in KWD'],
  ])('cannot move %d of %s, and says why', (amountMinor, currency, message) => {
    expect(toPayPalValue(amountMinor, currency)).toBeUndefined();
    expect(payPalMoney.describeUnrepresentable(amountMinor, currency)).toBe(message);
  });

  it.each([
    ['245', 'USD', 24_500],
    ['245.5', 'USD', 24_550],
    ['100.00', 'JPY', 100],
    ['0.00', 'USD', 0],
  ])('reads %s %s as %d', (value, currency, amountMinor) => {
    expect(fromPayPalValue(value, currency)).toBe(amountMinor);
  });

  it.each([
    ['245.005', 'USD'],
    ['100.50', 'JPY'],
    ['-1.00', 'USD'],
    ['1e3', 'USD'],
    ['', 'USD'],
    ['1.00', 'XXX'],
    ['99999999999999999.00', 'USD'],
  ])('does not guess what %j in %s may be', (value, currency) => {
    expect(fromPayPalValue(value, currency)).toBeUndefined();
  });
});
