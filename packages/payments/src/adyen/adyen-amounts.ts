import { formatAmountMinor } from '@oms/domain';

import { shiftDecimals } from '../shift-decimals.js';

interface CurrencyRule {
  /** Decimals of the currency in ISO 4217: what this system's minor units are. */
  readonly isoExponent: number;
  /** Decimals of the currency in Adyen's `value`. */
  readonly adyenExponent: number;
}

const twoDecimals: CurrencyRule = { isoExponent: 2, adyenExponent: 2 };
const zeroDecimals: CurrencyRule = { isoExponent: 0, adyenExponent: 0 };
const threeDecimals: CurrencyRule = { isoExponent: 3, adyenExponent: 3 };

/**
 * How Adyen counts money where it differs from two decimals.
 *
 * Source: https://docs.adyen.com/development-resources/currency-codes. Its table is ISO 4217's but for four currencies,
 * which it marks as "differs from standard": CLP and ISK have two decimals there and none in ISO 4217, CVE and IDR
 * have none there and two in ISO 4217. (MRU has two in both.) Currencies that are not in Adyen's table, such as BIF,
 * are counted as ISO 4217 has them.
 */
const rules: Readonly<Record<string, CurrencyRule>> = {
  CLP: { isoExponent: 0, adyenExponent: 2 },
  ISK: { isoExponent: 0, adyenExponent: 2 },
  CVE: { isoExponent: 2, adyenExponent: 0 },
  IDR: { isoExponent: 2, adyenExponent: 0 },
  BIF: zeroDecimals,
  DJF: zeroDecimals,
  GNF: zeroDecimals,
  JPY: zeroDecimals,
  KMF: zeroDecimals,
  KRW: zeroDecimals,
  PYG: zeroDecimals,
  RWF: zeroDecimals,
  UGX: zeroDecimals,
  VND: zeroDecimals,
  VUV: zeroDecimals,
  XAF: zeroDecimals,
  XOF: zeroDecimals,
  XPF: zeroDecimals,
  BHD: threeDecimals,
  IQD: threeDecimals,
  JOD: threeDecimals,
  KWD: threeDecimals,
  LYD: threeDecimals,
  OMR: threeDecimals,
  TND: threeDecimals,
};

function ruleOf(currency: string): CurrencyRule {
  return rules[currency] ?? twoDecimals;
}

/**
 * Turns ISO 4217 minor units into Adyen's `value`.
 *
 * @returns undefined when Adyen cannot move that amount: nothing at all, or what it would have to round
 */
export function toAdyenValue(amountMinor: number, currency: string): number | undefined {
  const { isoExponent, adyenExponent } = ruleOf(currency);
  const value = shiftDecimals(amountMinor, adyenExponent - isoExponent);
  return value !== undefined && value > 0 ? value : undefined;
}

/**
 * Turns Adyen's `value` into ISO 4217 minor units.
 *
 * @returns undefined when it is no whole number of minor units, such as half a peso of Chile
 */
export function fromAdyenValue(value: number, currency: string): number | undefined {
  const { isoExponent, adyenExponent } = ruleOf(currency);
  return shiftDecimals(value, isoExponent - adyenExponent);
}

/** Renders an amount for people, such as `245.00 USD`. */
export function formatMoney(amountMinor: number, currency: string): string {
  return `${formatAmountMinor(amountMinor, ruleOf(currency).isoExponent)} ${currency}`;
}

/** Says in words why Adyen cannot move an amount for which {@link toAdyenValue} has no answer. */
export function describeUnrepresentable(amountMinor: number, currency: string): string {
  const what = `Adyen cannot move ${formatMoney(amountMinor, currency)}`;
  return amountMinor <= 0
    ? `${what}: an amount must be more than nothing`
    : `${what}: in ${currency} it knows only whole units`;
}
