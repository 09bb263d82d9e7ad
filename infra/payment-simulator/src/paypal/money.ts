import { z } from 'zod';

import { invalidRequest, unprocessable } from './paypal-error.js';

/** @see https://developer.paypal.com/api/rest/reference/currency-codes/ */
const currencies: ReadonlySet<string> = new Set(
  'AUD BRL CAD CNY CZK DKK EUR HKD HUF ILS JPY MYR MXN TWD NZD NOK PHP PLN GBP RUB SGD SEK CHF THB USD'.split(
    ' ',
  ),
);

/** "This currency does not support decimals." */
const withoutDecimals: ReadonlySet<string> = new Set(['HUF', 'JPY', 'TWD']);

/** Money in PayPal's smallest units of a currency. */
export interface Amount {
  readonly amount: number;
  readonly currency: string;
}

export const moneyShape = z.object({ currency_code: z.string(), value: z.string() });

export function isCurrency(currency: string): boolean {
  return currencies.has(currency);
}

function decimalsOf(currency: string): 0 | 2 {
  return withoutDecimals.has(currency) ? 0 : 2;
}

/** @throws PayPalError for an amount that PayPal rejects */
export function parseMoney({ currency_code: currency, value }: z.infer<typeof moneyShape>): Amount {
  if (!isCurrency(currency)) throw unprocessable('INVALID_CURRENCY_CODE');
  const match = /^(-?)(\d{1,13})(?:\.(\d+))?$/.exec(value);
  if (!match) {
    throw invalidRequest('INVALID_PARAMETER_SYNTAX', 'The value of a field does not conform to its format.');
  }
  const [, sign = '', whole = '', decimals = ''] = match;
  const places = decimalsOf(currency);
  if (decimals.length > places) {
    throw unprocessable(places === 0 ? 'DECIMALS_NOT_SUPPORTED' : 'DECIMAL_PRECISION');
  }
  const amount = Number(whole + decimals.padEnd(places, '0'));
  if (sign !== '' || amount === 0) throw unprocessable('CANNOT_BE_ZERO_OR_NEGATIVE');
  return { amount, currency };
}

export function renderMoney({ amount, currency }: Amount): z.infer<typeof moneyShape> {
  const places = decimalsOf(currency);
  const digits = String(amount).padStart(places + 1, '0');
  const value = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
  return { currency_code: currency, value };
}
