import { formatAmountMinor } from '@oms/domain';

interface CurrencyRule {
  /** Decimals of the currency in ISO 4217: what this system's minor units are. */
  readonly isoExponent: number;
  /** Decimals that PayPal takes and gives. */
  readonly payPalExponent: number;
}

const twoDecimals: CurrencyRule = { isoExponent: 2, payPalExponent: 2 };
/** ISO 4217 has decimals, PayPal has none: an order with a fraction cannot be paid there. */
const wholeUnitsOnly: CurrencyRule = { isoExponent: 2, payPalExponent: 0 };

/**
 * The currencies of PayPal's REST APIs. HUF, JPY and TWD: "This currency does not support decimals. If you pass a
 * decimal amount, an error occurs."
 *
 * @see https://developer.paypal.com/api/rest/reference/currency-codes/
 */
const rules: Readonly<Record<string, CurrencyRule>> = {
  ...Object.fromEntries(
    'AUD BRL CAD CHF CNY CZK DKK EUR GBP HKD ILS MXN MYR NOK NZD PHP PLN RUB SEK SGD THB USD'
      .split(' ')
      .map((currency) => [currency, twoDecimals]),
  ),
  HUF: wholeUnitsOnly,
  TWD: wholeUnitsOnly,
  JPY: { isoExponent: 0, payPalExponent: 0 },
};

/**
 * Turns ISO 4217 minor units into PayPal's decimal string.
 *
 * @returns undefined when PayPal cannot move that amount: nothing at all, a currency that it does not have, or what
 *   it would have to round
 */
export function toPayPalValue(amountMinor: number, currency: string): string | undefined {
  const rule = rules[currency];
  if (!rule || !Number.isSafeInteger(amountMinor) || amountMinor <= 0) return undefined;
  const { isoExponent, payPalExponent } = rule;
  const amount = amountMinor / 10 ** (isoExponent - payPalExponent);
  return Number.isSafeInteger(amount) ? formatAmountMinor(amount, payPalExponent) : undefined;
}

/**
 * Turns PayPal's decimal string into ISO 4217 minor units. Takes fewer decimals than the currency has, and more where
 * they are zeros (`"100.00"` in JPY, as PayPal's webhooks have been seen to write it).
 *
 * @returns undefined when it is no such amount, or has more decimals than the currency
 */
export function fromPayPalValue(value: string, currency: string): number | undefined {
  const rule = rules[currency];
  const match = /^(\d{1,13})(?:\.(\d{1,6}))?$/.exec(value);
  if (!rule || !match) return undefined;
  const [, whole = '', decimals = ''] = match;
  const { isoExponent } = rule;
  if (/[1-9]/.test(decimals.slice(isoExponent))) return undefined;
  const amountMinor = Number(whole + decimals.slice(0, isoExponent).padEnd(isoExponent, '0'));
  return Number.isSafeInteger(amountMinor) ? amountMinor : undefined;
}

/** Renders an amount for people, such as `245.00 USD`. */
export function formatMoney(amountMinor: number, currency: string): string {
  return `${formatAmountMinor(amountMinor, rules[currency]?.isoExponent ?? 2)} ${currency}`;
}

/** Says in words why PayPal cannot move an amount for which {@link toPayPalValue} has no answer. */
export function describeUnrepresentable(amountMinor: number, currency: string): string {
  if (!rules[currency]) return `PayPal has no payments in ${currency}`;
  const what = `PayPal cannot move ${formatMoney(amountMinor, currency)}`;
  return amountMinor <= 0
    ? `${what}: an amount must be more than nothing`
    : `${what}: in ${currency} it knows only whole units`;
}
