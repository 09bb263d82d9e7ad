import { formatAmountMinor } from '@oms/domain';

import { createProviderMoney, isoDecimalsOf } from '../kit/provider-money.js';

/**
 * Decimals of the currencies of PayPal's REST APIs. HUF, JPY and TWD: "This currency does not support decimals. If you
 * pass a decimal amount, an error occurs."
 *
 * @see https://developer.paypal.com/api/rest/reference/currency-codes/
 */
const payPalDecimals: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    'AUD BRL CAD CHF CNY CZK DKK EUR GBP HKD ILS MXN MYR NOK NZD PHP PLN RUB SEK SGD THB USD'
      .split(' ')
      .map((currency) => [currency, 2]),
  ),
  HUF: 0,
  TWD: 0,
  JPY: 0,
};

export const payPalMoney = createProviderMoney('PayPal', (currency) => {
  const decimals = payPalDecimals[currency];
  return decimals === undefined ? undefined : { decimals };
});

/**
 * Converts ISO 4217 minor units to PayPal's decimal string.
 *
 * @returns undefined for an amount that PayPal cannot move
 */
export function toPayPalValue(amountMinor: number, currency: string): string | undefined {
  const amount = payPalMoney.toProvider(amountMinor, currency);
  return amount === undefined ? undefined : formatAmountMinor(amount, payPalDecimals[currency] ?? 2);
}

/**
 * Converts PayPal's decimal string to ISO 4217 minor units. Accepts fewer decimals than the currency has, and further
 * zeros (PayPal's webhooks can contain `"100.00"` in JPY).
 *
 * @returns undefined for an invalid text, or for more decimals than the currency has
 */
export function fromPayPalValue(value: string, currency: string): number | undefined {
  const match = /^(\d{1,13})(?:\.(\d{1,6}))?$/.exec(value);
  if (payPalDecimals[currency] === undefined || !match) return undefined;
  const [, whole = '', decimals = ''] = match;
  const isoDecimals = isoDecimalsOf(currency);
  if (/[1-9]/.test(decimals.slice(isoDecimals))) return undefined;
  const amountMinor = Number(whole + decimals.slice(0, isoDecimals).padEnd(isoDecimals, '0'));
  return Number.isSafeInteger(amountMinor) ? amountMinor : undefined;
}
