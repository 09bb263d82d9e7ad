import { createProviderMoney, isoDecimalsOf, type CurrencyRule } from '../kit/provider-money.js';

const wholeUnitsInHundredths: CurrencyRule = { decimals: 2, multipleOf: 100 };
const threeDecimalsLastZero: CurrencyRule = { decimals: 3, multipleOf: 10 };

/**
 * Stripe's decimals of currencies, where they differ from ISO 4217.
 *
 * Source: https://docs.stripe.com/currencies, sections "Zero-decimal currencies" and "Special cases".
 * - MGA is on the zero-decimal list, although ISO 4217 gives the ariary two decimals (it has fifths). An order in
 *   ariary can therefore be paid through Stripe only in whole ariary.
 * - UGX is on that list and also in the special cases. The special case wins, because it is about amounts in the API:
 *   as ISK, "as a two-decimal value, where the decimal amount is always 00. To charge 5 UGX, provide an amount value
 *   of 500". A checkout that follows the list instead authorises a hundredth of the total, and the order is refused
 *   as too small; it is never charged too much.
 * - HUF and TWD are special cases for payouts only; charges have two decimals.
 * - BHD, JOD, KWD, OMR and TND have three decimals, of which the last must be 0. The current page no longer says so;
 *   the page of 2022 does (https://web.archive.org/web/20221231002856/https://stripe.com/docs/currencies).
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
