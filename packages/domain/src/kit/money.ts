import { refused, RefusalCode } from './refusal.js';

/**
 * The largest amount of one order, in minor units. Sums over an order's 500 lines stay below
 * `Number.MAX_SAFE_INTEGER`, so they are exact.
 */
export const maxAmountMinor = 999_999_999_999;

const decimalPattern = /^(0|[1-9]\d*)(?:\.(\d+))?$/;

/**
 * Reads an amount that a client sent, as a number or a decimal string, into minor units.
 *
 * @param amount such as `89.99`, `"89.99"` or `"0"`; never negative, no exponent, no sign, no spaces
 * @param exponent how many decimals the currency has (ISO 4217: USD 2, JPY 0, BHD 3)
 * @throws RefusedError with the allowed form in its message
 */
export function parseAmountMinor(amount: number | string, exponent: number): number {
  const match = decimalPattern.exec(String(amount));
  if (!match) {
    throw refused(
      RefusalCode.InvalidRequest,
      'must be a decimal number that is not negative, such as "89.99"',
    );
  }
  const [, whole = '0', fraction = ''] = match;
  const significant = fraction.replace(/0+$/, '');
  if (significant.length > exponent) {
    throw refused(
      RefusalCode.InvalidRequest,
      exponent === 0
        ? 'must have no decimals in this currency'
        : `must have at most ${exponent} decimals in this currency`,
    );
  }
  const minor = Number(whole + significant.padEnd(exponent, '0'));
  if (minor > maxAmountMinor) {
    throw refused(
      RefusalCode.InvalidRequest,
      `must be at most ${formatAmountMinor(maxAmountMinor, exponent)}`,
    );
  }
  return minor;
}

/**
 * Renders minor units as a decimal string with exactly the currency's decimals: `24500` in USD is `"245.00"`.
 *
 * @param amountMinor a safe integer; negative amounts get a leading minus
 * @param exponent how many decimals the currency has
 */
export function formatAmountMinor(amountMinor: number, exponent: number): string {
  const digits = String(Math.abs(amountMinor)).padStart(exponent + 1, '0');
  const whole = digits.slice(0, digits.length - exponent);
  const fraction = digits.slice(digits.length - exponent);
  return `${amountMinor < 0 ? '-' : ''}${whole}${exponent > 0 ? `.${fraction}` : ''}`;
}

export interface Currency {
  /** ISO 4217, in upper case. */
  readonly code: string;
  /** Decimals of an amount. */
  readonly exponent: number;
}

/** Renders an amount with its currency, for people: `179.98 USD`. */
export function sayAmount(amountMinor: number, currency: Currency): string {
  return `${formatAmountMinor(amountMinor, currency.exponent)} ${currency.code}`;
}
