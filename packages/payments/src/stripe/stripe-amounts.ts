import { formatAmountMinor } from '@oms/domain';

import { shiftDecimals } from '../shift-decimals.js';

interface CurrencyRule {
  /** Decimals of the currency in ISO 4217: what this system's minor units are. */
  readonly isoExponent: number;
  /** Decimals of the currency in Stripe's `amount`. */
  readonly stripeExponent: number;
  /** Stripe refuses amounts that are not a multiple of this, in its own units. */
  readonly multipleOf: number;
}

const twoDecimals: CurrencyRule = { isoExponent: 2, stripeExponent: 2, multipleOf: 1 };
const zeroDecimals: CurrencyRule = { isoExponent: 0, stripeExponent: 0, multipleOf: 1 };
const wholeUnitsInHundredths: CurrencyRule = { isoExponent: 0, stripeExponent: 2, multipleOf: 100 };
const threeDecimalsLastZero: CurrencyRule = { isoExponent: 3, stripeExponent: 3, multipleOf: 10 };

/**
 * How Stripe counts money where it differs from two decimals. "Currencies are two-decimal currencies unless
 * otherwise specified."
 *
 * Source: https://docs.stripe.com/currencies, sections "Zero-decimal currencies" and "Special cases".
 *
 * - Zero-decimal list: BIF, CLP, DJF, GNF, JPY, KMF, KRW, MGA, PYG, RWF, UGX, VND, VUV, XAF, XOF, XPF.
 * - MGA is on that list although ISO 4217 gives the ariary two decimals (it has fifths), so an order in ariary
 *   can be paid through Stripe in whole ariary only.
 * - UGX is on that list and also in the special cases, which say how the API wants it: as ISK, "as a two-decimal
 *   value, where the decimal amount is always 00. To charge 5 UGX, provide an amount value of 500". The special
 *   case is the one about API amounts, so it wins. A checkout that was built on the other reading authorises a
 *   hundredth of the total, and the order is refused as too small: it never charges too much.
 * - HUF and TWD are in the special cases for payouts only; charges have two decimals.
 * - BHD, JOD, KWD, OMR and TND have three decimals of which the last must be 0. The current page no longer spells
 *   this out; it is in the page of 2022 (https://web.archive.org/web/20221231002856/https://stripe.com/docs/currencies).
 */
const rules: Readonly<Record<string, CurrencyRule>> = {
  BIF: zeroDecimals,
  CLP: zeroDecimals,
  DJF: zeroDecimals,
  GNF: zeroDecimals,
  JPY: zeroDecimals,
  KMF: zeroDecimals,
  KRW: zeroDecimals,
  PYG: zeroDecimals,
  RWF: zeroDecimals,
  VND: zeroDecimals,
  VUV: zeroDecimals,
  XAF: zeroDecimals,
  XOF: zeroDecimals,
  XPF: zeroDecimals,
  MGA: { isoExponent: 2, stripeExponent: 0, multipleOf: 1 },
  ISK: wholeUnitsInHundredths,
  UGX: wholeUnitsInHundredths,
  BHD: threeDecimalsLastZero,
  JOD: threeDecimalsLastZero,
  KWD: threeDecimalsLastZero,
  OMR: threeDecimalsLastZero,
  TND: threeDecimalsLastZero,
};

function ruleOf(currency: string): CurrencyRule {
  return rules[currency] ?? twoDecimals;
}

/**
 * Turns ISO 4217 minor units into Stripe's `amount`.
 *
 * @returns undefined when Stripe cannot move that amount: nothing at all, or what it would have to round
 */
export function toStripeAmount(amountMinor: number, currency: string): number | undefined {
  const { isoExponent, stripeExponent, multipleOf } = ruleOf(currency);
  const amount = shiftDecimals(amountMinor, stripeExponent - isoExponent);
  return amount !== undefined && amount > 0 && amount % multipleOf === 0 ? amount : undefined;
}

/**
 * Turns Stripe's `amount` into ISO 4217 minor units.
 *
 * @returns undefined when the amount is no whole number of minor units, which Stripe says cannot be
 */
export function fromStripeAmount(amount: number, currency: string): number | undefined {
  const { isoExponent, stripeExponent } = ruleOf(currency);
  return shiftDecimals(amount, isoExponent - stripeExponent);
}

/** Renders an amount for people, such as `245.00 USD`. */
export function formatMoney(amountMinor: number, currency: string): string {
  return `${formatAmountMinor(amountMinor, ruleOf(currency).isoExponent)} ${currency}`;
}

/** Says in words why Stripe cannot move an amount for which {@link toStripeAmount} has no answer. */
export function describeUnrepresentable(amountMinor: number, currency: string): string {
  const { isoExponent, stripeExponent } = ruleOf(currency);
  const what = `Stripe cannot move ${formatMoney(amountMinor, currency)}`;
  if (amountMinor <= 0) {
    return `${what}: an amount must be more than nothing`;
  }
  const allowed = stripeExponent < isoExponent ? 'whole units' : 'amounts whose last decimal is 0';
  return `${what}: in ${currency} it knows only ${allowed}`;
}
