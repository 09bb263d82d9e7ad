import { describe, expect, it } from 'vitest';

import { canonicalDecimal, dateOf, decimalOf, decimalSchema } from './tryton-value.js';

describe('decimals to Tryton', () => {
  it.each([
    [24_500, 2, '245.00'],
    [-1, 2, '-0.01'],
    [795, 0, '795'],
    [1, 3, '0.001'],
    [999_999_999_999, 2, '9999999999.99'],
  ])('%i with %i decimals is %s, and never a JSON number', (minor, exponent, decimal) => {
    expect(decimalOf(minor, exponent)).toEqual({ __class__: 'Decimal', decimal });
  });
});

describe('decimals from Tryton', () => {
  it.each([
    ['10.50', '10.5'],
    ['10.5000', '10.5'],
    ['10', '10'],
    ['100', '100'],
    ['1E+2', '100'],
    ['1.5E+3', '1500'],
    ['12E-4', '0.0012'],
    ['0E-8', '0'],
    ['-0.00', '0'],
    ['-7.10', '-7.1'],
    ['007', '7'],
    ['.5', '0.5'],
    ['NaN', 'NaN'],
  ])('%s is %s', (decimal, canonical) => {
    expect(canonicalDecimal(decimal)).toBe(canonical);
    expect(decimalSchema.parse({ __class__: 'Decimal', decimal })).toBe(canonical);
  });

  it('are refused as JSON numbers', () => {
    expect(decimalSchema.safeParse(10.5).success).toBe(false);
  });
});

it('renders the day of a time in UTC', () => {
  expect(dateOf('2026-12-31T23:59:59.999Z')).toEqual({ __class__: 'date', year: 2026, month: 12, day: 31 });
});
