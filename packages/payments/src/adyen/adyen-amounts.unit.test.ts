import currencyCodes from 'currency-codes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { adyenMoney } from './adyen-amounts.js';

/**
 * Adyen's currencies that are in ISO 4217 today, by their decimals. Written down a second time, from
 * https://docs.adyen.com/development-resources/currency-codes, so that a slip in the table is not a slip in its test.
 */
const adyenDecimals: Readonly<Record<string, readonly string[]>> = {
  0: 'CVE DJF GNF IDR JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF'.split(' '),
  2: (
    'AED ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BWP BYN BZD CAD CHF CLP CNY COP CRC CUP CZK DKK ' +
    'DOP DZD EGP ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF ILS INR ISK JMD KES KGS KHR KYD KZT LAK ' +
    'LBP LKR MAD MDL MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR ' +
    'RON RSD RUB SAR SBD SCR SEK SGD SHP SOS SRD STN SZL THB TOP TRY TTD TWD TZS UAH USD UYU UZS WST XCD YER ZAR ZMW'
  ).split(' '),
  3: 'BHD IQD JOD KWD LYD OMR TND'.split(' '),
};

const listed = Object.entries(adyenDecimals).flatMap(([decimals, currencies]) =>
  currencies.map((currency) => ({ currency, adyenExponent: Number(decimals) })),
);

const isoExponent = (currency: string): number => {
  const record = currencyCodes.code(currency);
  if (!record) throw new Error(`${currency} is not in ISO 4217`);
  return record.digits;
};

const currencies = fc.constantFrom(...listed);
const amounts = fc.integer({ min: 1, max: 999_999_999_999 });

describe('amounts at Adyen', () => {
  it.each([
    ['USD', 24_500, 24_500],
    ['JPY', 500, 500],
    ['CLP', 5_000, 500_000],
    ['ISK', 5, 500],
    ['IDR', 1_500_000, 15_000],
    ['CVE', 1_200, 12],
    ['MRU', 1_234, 1_234],
    ['KWD', 5_124, 5_124],
    ['UGX', 5, 5],
  ])('takes %s %i minor units as the value %i', (currency, minor, value) => {
    expect(adyenMoney.toProvider(minor, currency)).toBe(value);
    expect(adyenMoney.fromProvider(value, currency)).toBe(minor);
  });

  it.each([
    ['IDR', 1_550, 'Adyen cannot move 15.50 IDR: in IDR it knows only whole units'],
    ['CVE', 1, 'Adyen cannot move 0.01 CVE: in CVE it knows only whole units'],
    ['USD', 0, 'Adyen cannot move 0.00 USD: an amount must be more than nothing'],
  ])('refuses nothing, and what it would have to round: %s %i', (currency, minor, message) => {
    expect(adyenMoney.toProvider(minor, currency)).toBeUndefined();
    expect(adyenMoney.describeUnrepresentable(minor, currency)).toBe(message);
  });

  it('refuses an amount from Adyen with a fraction of a minor unit', () => {
    expect(adyenMoney.fromProvider(550, 'CLP')).toBeUndefined();
    expect(adyenMoney.fromProvider(1, 'ISK')).toBeUndefined();
  });

  it('differs from ISO 4217 in the four currencies that Adyen names', () => {
    const different = listed.filter(({ currency, adyenExponent }) => adyenExponent !== isoExponent(currency));
    expect(different.map(({ currency }) => currency).sort()).toEqual(['CLP', 'CVE', 'IDR', 'ISK']);
  });

  it('never changes the value of an amount in any currency that Adyen lists', () => {
    fc.assert(
      fc.property(currencies, amounts, ({ currency, adyenExponent }, minor) => {
        const value = adyenMoney.toProvider(minor, currency);
        if (value === undefined) return;
        // minor / 10^iso = value / 10^adyen, without floating point.
        expect(BigInt(minor) * 10n ** BigInt(adyenExponent)).toBe(
          BigInt(value) * 10n ** BigInt(isoExponent(currency)),
        );
        expect(adyenMoney.fromProvider(value, currency)).toBe(minor);
      }),
    );
  });

  it('expresses every amount of every currency but fractions of CVE and IDR', () => {
    for (const { currency } of listed) {
      const restricted = currency === 'CVE' || currency === 'IDR';
      expect(adyenMoney.toProvider(123_456_789_001, currency) === undefined, currency).toBe(restricted);
      expect(adyenMoney.toProvider(123_456_789_000, currency), currency).toBeDefined();
    }
  });

  it('counts a currency that Adyen does not list as ISO 4217 has it, and shows all as ISO 4217 does', () => {
    expect(adyenMoney.toProvider(500, 'BIF')).toBe(500);
    for (const { currency } of listed) {
      const [, fraction = ''] = adyenMoney.format(123_456, currency).replace(` ${currency}`, '').split('.');
      expect(fraction.length, currency).toBe(isoExponent(currency));
    }
  });
});
