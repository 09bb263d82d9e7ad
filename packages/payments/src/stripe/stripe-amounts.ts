import { createProviderMoney, isoDecimalsOf, type CurrencyRule } from '../kit/provider-money.js';

const wholeUnitsInHundredths: CurrencyRule = { decimals: 2, multipleOf: 100 };
const threeDecimalsLastZero: CurrencyRule = { decimals: 3, multipleOf: 10 };

/**
 * How Stripe counts money where it differs from ISO 4217.
 *
 * Source: https://docs.stripe.com/currencies, sections "Zero-decimal currencies" and "Special cases".
 *
 * - MGA is on the zero-decimal list although ISO 4217 gives the ariary two decimals (it has fifths), so an order in
 *   ariary can be paid through Stripe in whole ariary only.
 * - UGX is on that list and also in the special cases, which say how the API wants it: as ISK, "as a two-decimal
 *   value, where the decimal amount is always 00. To charge 5 UGX, provide an amount value of 500". The special
 *   case is the one about API amounts, so it wins. A checkout that was built on the other reading authorises a
 *   hundredth of the total, and the order is refused as too small: it never charges too much.
 * - HUF and TWD are in the special cases for payouts only; charges have two decimals.
 * - BHD, JOD, KWD, OMR and TND have three decimals of which the last must be 0. The current page no longer spells
 *   this out; it is in the page of 2022 (https://web.archive.org/web/20221231002856/https://stripe.com/docs/currencies).
 */
const differing: Readonly<Record<string, CurrencyRule>> = {
  MGA: { decimals: 0 },
  ISK: wholeUnitsInHundredths,
  UGX: wholeUnitsInHundredths,
  BHD: threeDecimalsLastZero,
  JOD: threeDecimalsLastZero,
  KWD: threeDecimalsLastZero,
  OMR: threeDecimalsLastZero,
  TND: threeDecimalsLastZero,
};

export const stripeMoney = createProviderMoney(
  'Stripe',
  (currency) => differing[currency] ?? { decimals: isoDecimalsOf(currency) },
);
