import type { Currency } from '@oms/domain';
import currencyCodes from 'currency-codes';

/**
 * ISO 4217 codes that are not used for payments: tests and "no currency", precious metals, bond market, settlement
 * and accounting units, and fund codes.
 */
export const notMoney: ReadonlySet<string> = new Set([
  ...['XXX', 'XTS'],
  ...['XAG', 'XAU', 'XPD', 'XPT'],
  ...['XAD', 'XBA', 'XBB', 'XBC', 'XBD', 'XDR', 'XSU', 'XUA'],
  ...['BOV', 'CHE', 'CHW', 'CLF', 'COU', 'MXV', 'USN', 'UYI', 'UYW'],
]);

/**
 * Amendments of ISO 4217 that the `currency-codes` package does not have yet: 176 (the Caribbean guilder replaces the
 * Antillean one), 178 (the convertible peso of Cuba is withdrawn), 180 (Bulgaria adopts the euro).
 *
 * @see https://www.six-group.com/en/products-services/financial-information/data-standards.html
 */
const added: readonly Currency[] = [{ code: 'XCG', exponent: 2 }];
const withdrawn: ReadonlySet<string> = new Set(['ANG', 'BGN', 'CUC']);

const listed = currencyCodes.data.map(({ code, digits }): Currency => ({ code, exponent: digits }));

/** Every currency that an order may be in, by code. */
const currencies: ReadonlyMap<string, Currency> = new Map(
  [...listed, ...added]
    .filter(({ code }) => !notMoney.has(code) && !withdrawn.has(code))
    .sort((left, right) => (left.code < right.code ? -1 : 1))
    .map((currency) => [currency.code, currency]),
);

/** The codes of all currencies that an order may be in. */
export const currencyCodesAccepted: readonly string[] = [...currencies.keys()];

/** @param code ISO 4217 in upper case */
export function findCurrency(code: string): Currency | undefined {
  return currencies.get(code);
}
