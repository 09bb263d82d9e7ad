import currencyCodes from 'currency-codes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { stripeMoney } from './stripe-amounts.js';

/** The currencies of https://docs.stripe.com/currencies that are in ISO 4217 today. */
const stripeCurrencies = (
  'AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CLP CNY COP ' +
  'CRC CVE CZK DJF DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR ISK JMD JOD ' +
  'JPY KES KGS KHR KMF KRW KWD KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN ' +
  'NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SEK SGD SHP SLE SOS SRD SZL THB TJS ' +
  'TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VND VUV WST XAF XCD XOF XPF YER ZAR ZMW'
).split(' ');

/** Written a second time, from the same page, so that the test finds a mistake in the table. */
const stripeExponent = (currency: string): number => {
  if (/^(BIF|CLP|DJF|GNF|JPY|KMF|KRW|MGA|PYG|RWF|VND|VUV|XAF|XOF|XPF)$/.test(currency)) return 0;
  return /^(BHD|JOD|KWD|OMR|TND)$/.test(currency) ? 3 : 2;
};

const isoExponent = (currency: string): number => {
  const record = currencyCodes.code(currency);
  if (!record) throw new Error(`${currency} is not in ISO 4217`);
  return record.digits;
};

const currencies = fc.constantFrom(...stripeCurrencies);
const amounts = fc.integer({ min: 1, max: 999_999_999_999 });

describe('amounts at Stripe', () => {
  it.each([
    ['USD', 24_500, 24_500],
    ['JPY', 500, 500],
    ['HUF', 1_045, 1_045],
    ['TWD', 80_045, 80_045],
    ['ISK', 5, 500],
    ['UGX', 5, 500],
    ['MGA', 1_200, 12],
    ['KWD', 5_120, 5_120],
  ])('takes %s %i minor units as the amount %i', (currency, minor, amount) => {
    expect(stripeMoney.toProvider(minor, currency)).toBe(amount);
    expect(stripeMoney.fromProvider(amount, currency)).toBe(minor);
  });

  it.each([
    ['MGA', 1_220, 'Stripe cannot move 12.20 MGA: in MGA it knows only whole units'],
    ['KWD', 5_124, 'Stripe cannot move 5.124 KWD: in KWD it knows only amounts whose last decimal is 0'],
    ['USD', 0, 'Stripe cannot move 0.00 USD: an amount must be more than nothing'],
  ])('refuses nothing, and what it would have to round: %s %i', (currency, minor, message) => {
    expect(stripeMoney.toProvider(minor, currency)).toBeUndefined();
    expect(stripeMoney.describeUnrepresentable(minor, currency)).toBe(message);
  });

  it('refuses an amount from Stripe with a fraction of a minor unit', () => {
    expect(stripeMoney.fromProvider(550, 'ISK')).toBeUndefined();
  });

  it('never changes the value of an amount in any currency that Stripe supports', () => {
    fc.assert(
      fc.property(currencies, amounts, (currency, minor) => {
        const amount = stripeMoney.toProvider(minor, currency);
        if (amount === undefined) return;
        // minor / 10^iso = amount / 10^stripe, without floating point.
        expect(BigInt(minor) * 10n ** BigInt(stripeExponent(currency))).toBe(
          BigInt(amount) * 10n ** BigInt(isoExponent(currency)),
        );
      }),
    );
  });

  it('converts back every amount that it can express', () => {
    fc.assert(
      fc.property(currencies, amounts, (currency, minor) => {
        const amount = stripeMoney.toProvider(minor, currency);
        if (amount !== undefined) expect(stripeMoney.fromProvider(amount, currency)).toBe(minor);
      }),
    );
  });

  it('expresses every amount of every currency, except fractions of MGA and thousandths', () => {
    for (const currency of stripeCurrencies) {
      const restricted = currency === 'MGA' || isoExponent(currency) === 3;
      expect(stripeMoney.toProvider(123_456_789_001, currency) === undefined, currency).toBe(restricted);
      expect(stripeMoney.toProvider(123_456_789_000, currency), currency).toBeDefined();
    }
  });

  it('shows an amount with the decimals that ISO 4217 gives its currency', () => {
    for (const currency of stripeCurrencies) {
      const [, fraction = ''] = stripeMoney.format(123_456, currency).replace(` ${currency}`, '').split('.');
      expect(fraction.length, currency).toBe(isoExponent(currency));
    }
  });
});
