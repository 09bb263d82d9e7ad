import { createProviderMoney, isoDecimalsOf } from '../kit/provider-money.js';

/**
 * Decimals of Adyen's `value` where they differ from ISO 4217.
 *
 * Source: https://docs.adyen.com/development-resources/currency-codes, whose table marks these four as "differs from
 * standard". Currencies that are not in that table, such as BIF, are counted as ISO 4217 has them.
 */
const differing: Readonly<Record<string, number>> = { CLP: 2, ISK: 2, CVE: 0, IDR: 0 };

export const adyenMoney = createProviderMoney('Adyen', (currency) => ({
  decimals: differing[currency] ?? isoDecimalsOf(currency),
}));
