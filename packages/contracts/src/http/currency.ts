import type { Currency } from '@oms/domain';
import currencyCodes from 'currency-codes';

/**
 * Codes of ISO 4217 that nobody pays with: tests and "no currency", precious metals, bond market and settlement
 * units, and the fund codes.
 */
const notMoney: ReadonlySet<string> = new Set([
  ...['XXX', 'XTS'],
  ...['XAG', 'XAU', 'XPD', 'XPT'],
  ...['XBA', 'XBB', 'XBC', 'XBD', 'XDR', 'XSU', 'XUA'],
  ...['BOV', 'CHE', 'CHW', 'CLF', 'COU', 'MXV', 'USN', 'UYI', 'UYW'],
]);

/** Every currency that an order may be in, by code. */
const currencies: ReadonlyMap<string, Currency> = new Map(
  currencyCodes.data
    .filter(({ code }) => !notMoney.has(code))
    .map(({ code, digits }) => [code, { code, exponent: digits }]),
);

/** The codes of all currencies that an order may be in. */
export const currencyCodesAccepted: readonly string[] = [...currencies.keys()];

/** @param code ISO 4217 in upper case */
export function findCurrency(code: string): Currency | undefined {
  return currencies.get(code);
}
