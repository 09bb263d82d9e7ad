import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { formatAmountMinor, maxAmountMinor, parseAmountMinor } from './money.js';
import { amounts, refusal } from '../testing/amounts.js';

const exponents = fc.integer({ min: 0, max: 4 });

describe('parseAmountMinor and formatAmountMinor', () => {
  it('parse every formatted amount back, for currencies with 0 to 4 decimals', () => {
    fc.assert(
      fc.property(amounts, exponents, (minor, exponent) => {
        expect(parseAmountMinor(formatAmountMinor(minor, exponent), exponent)).toBe(minor);
      }),
      { numRuns: 2_000 },
    );
  });

  it("format amounts with exactly the currency's decimals and the exact value", () => {
    fc.assert(
      fc.property(amounts, fc.boolean(), exponents, (magnitude, isNegative, exponent) => {
        const minor = isNegative && magnitude > 0 ? -magnitude : magnitude;
        const text = formatAmountMinor(minor, exponent);
        expect(text).toMatch(exponent === 0 ? /^-?(0|[1-9]\d*)$/ : /^-?(0|[1-9]\d*)\.\d+$/);
        expect((text.split('.')[1] ?? '').length).toBe(exponent);
        expect(BigInt(text.replace('.', ''))).toBe(BigInt(minor));
      }),
      { numRuns: 2_000 },
    );
  });

  it('parse amounts exactly, with all or fewer decimals, from text or a number', () => {
    const parts = fc.tuple(fc.nat({ max: 99_999_999 }), exponents).chain(([whole, exponent]) =>
      fc.record({
        whole: fc.constant(whole),
        exponent: fc.constant(exponent),
        fraction: fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: exponent }),
        zeros: fc.nat({ max: 3 }),
      }),
    );
    fc.assert(
      fc.property(parts, ({ whole, exponent, fraction, zeros }) => {
        const exact = BigInt(whole) * 10n ** BigInt(exponent) + BigInt(fraction.padEnd(exponent, '0') || '0');
        const text = `${whole}${fraction || zeros ? '.' : ''}${fraction}${'0'.repeat(zeros)}`;
        expect(BigInt(parseAmountMinor(text, exponent))).toBe(exact);
        expect(BigInt(parseAmountMinor(Number(text), exponent))).toBe(exact);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    [89.99, 2, 8_999],
    ['89.99', 2, 8_999],
    ['245', 2, 24_500],
    ['245.5', 2, 24_550],
    ['0', 2, 0],
    [0, 0, 0],
    [-0, 2, 0],
    ['0.0001', 4, 1],
    ['1.50000', 2, 150],
    ['500.00', 0, 500],
    [1.005, 3, 1_005],
    [4.35, 2, 435],
    [9_999_999_999.99, 2, maxAmountMinor],
    ['999999999999', 0, maxAmountMinor],
  ] as const)('parse %j with %i decimals as %i minor units', (amount, exponent, minor) => {
    expect(Object.is(parseAmountMinor(amount, exponent), minor)).toBe(true);
  });

  it('refuse more decimals than the currency has, with the allowed number in the message', () => {
    const tooPrecise = exponents.chain((exponent) =>
      fc.record({
        exponent: fc.constant(exponent),
        whole: fc.nat(),
        digits: fc.string({
          unit: fc.constantFrom(...'0123456789'),
          minLength: exponent,
          maxLength: exponent + 4,
        }),
        last: fc.constantFrom(...'123456789'),
      }),
    );
    fc.assert(
      fc.property(tooPrecise, ({ exponent, whole, digits, last }) => {
        const { message, refusal: made } = refusal(() =>
          parseAmountMinor(`${whole}.${digits}${last}`, exponent),
        );
        expect(made.code).toBe('INVALID_REQUEST');
        expect(message).toContain(exponent === 0 ? 'no decimals' : `at most ${exponent} decimals`);
      }),
    );
    expect(refusal(() => parseAmountMinor(0.1 + 0.2, 2)).refusal.code).toBe('INVALID_REQUEST');
  });

  it.each([
    ...['-1', '-0', -1, -0.01, '+1', '1e3', '1E3', 1e21, 1e-7, NaN, 'NaN', Infinity, -Infinity, 'Infinity'],
    ...['', ' ', ' 1', '1 ', '1\n', '\t1', '1 000', '1,000', '1,5', '.5', '5.', '.', '00', '01', '00.5'],
    ...['0x10', '1_000', '$1', '1.2.3', '١٢', '１', 'null', '1n'],
  ])('refuse %j, with an example of an amount in the message', (amount) => {
    const error = refusal(() => parseAmountMinor(amount, 2));
    expect(error.refusal.code).toBe('INVALID_REQUEST');
    expect(error.message).toContain('"89.99"');
  });

  it('parse only plain decimal numbers', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789.-+e, '), maxLength: 8 }), (text) => {
        const isPlain = /^\d+(\.\d+)?$/.test(text) && !/^0\d/.test(text);
        const isExact = !/\.\d{2}\d*[1-9]/.test(text);
        if (isPlain && isExact) expect(parseAmountMinor(text, 2)).toBeGreaterThanOrEqual(0);
        else expect(refusal(() => parseAmountMinor(text, 2)).refusal.code).toBe('INVALID_REQUEST');
      }),
      { numRuns: 5_000 },
    );
  });

  it('refuse amounts above the largest one, with any number of digits, and name the largest one', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: BigInt(maxAmountMinor) + 1n, max: 10n ** 400n }),
        exponents,
        (minor, exponent) => {
          const digits = String(minor).padStart(exponent + 1, '0');
          const text = exponent === 0 ? digits : `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
          const error = refusal(() => parseAmountMinor(text, exponent));
          expect(error.refusal.code).toBe('INVALID_REQUEST');
          expect(error.message).toBe(`must be at most ${formatAmountMinor(maxAmountMinor, exponent)}`);
        },
      ),
    );
  });
});
