import { formatAmountMinor } from '@oms/domain';

/** ISO 4217 decimals, where they are not two. */
const isoDecimals: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF'
      .split(' ')
      .map((currency) => [currency, 0]),
  ),
  ...Object.fromEntries('BHD IQD JOD KWD LYD OMR TND'.split(' ').map((currency) => [currency, 3])),
};

/** The decimals of a currency in ISO 4217, in which this system counts. */
export function isoDecimalsOf(currency: string): number {
  return isoDecimals[currency] ?? 2;
}

/** How a provider counts a currency. */
export interface CurrencyRule {
  /** Decimals of the provider's unit. */
  readonly decimals: number;
  /** The provider refuses amounts that are not a multiple of this, in its own units. */
  readonly multipleOf?: number;
}

export interface ProviderMoney {
  /** @returns undefined for an amount that the provider would round or cannot move: zero, or an unknown currency */
  toProvider(amountMinor: number, currency: string): number | undefined;
  /** @returns undefined for an amount with a fraction of a minor unit */
  fromProvider(amount: number, currency: string): number | undefined;
  /** The amount of which all amounts that the provider moves are multiples, in ISO 4217 minor units. */
  stepMinor(currency: string): number;
  /** Renders an amount for people, such as `245.00 USD`. */
  format(amountMinor: number, currency: string): string;
  /** The reason why `toProvider` has no answer. */
  describeUnrepresentable(amountMinor: number, currency: string): string;
}

/**
 * Converts between ISO 4217 minor units and the units of a provider.
 *
 * @param ruleOf undefined for a currency that the provider does not have
 */
export function createProviderMoney(
  providerName: string,
  ruleOf: (currency: string) => CurrencyRule | undefined,
): ProviderMoney {
  const format = (amountMinor: number, currency: string): string =>
    `${formatAmountMinor(amountMinor, isoDecimalsOf(currency))} ${currency}`;
  return {
    format,
    toProvider(amountMinor, currency) {
      const rule = ruleOf(currency);
      const amount = rule && shiftDecimals(amountMinor, rule.decimals - isoDecimalsOf(currency));
      return amount !== undefined && amount > 0 && amount % (rule?.multipleOf ?? 1) === 0
        ? amount
        : undefined;
    },
    fromProvider(amount, currency) {
      const rule = ruleOf(currency);
      return rule && shiftDecimals(amount, isoDecimalsOf(currency) - rule.decimals);
    },
    stepMinor(currency) {
      const { decimals = isoDecimalsOf(currency), multipleOf = 1 } = ruleOf(currency) ?? {};
      const missing = isoDecimalsOf(currency) - decimals;
      return missing >= 0 ? multipleOf * 10 ** missing : Math.max(1, multipleOf / 10 ** -missing);
    },
    describeUnrepresentable(amountMinor, currency) {
      const rule = ruleOf(currency);
      if (!rule) return `${providerName} has no payments in ${currency}`;
      const what = `${providerName} cannot move ${format(amountMinor, currency)}`;
      if (amountMinor <= 0) return `${what}: an amount must be more than nothing`;
      const allowed =
        rule.decimals < isoDecimalsOf(currency) ? 'whole units' : 'amounts whose last decimal is 0';
      return `${what}: in ${currency} it knows only ${allowed}`;
    },
  };
}

/** Moves the decimal point of an integer. Undefined where the result would not be an exact integer. */
function shiftDecimals(amount: number, decimals: number): number | undefined {
  const shifted = decimals >= 0 ? amount * 10 ** decimals : amount / 10 ** -decimals;
  return Number.isSafeInteger(shifted) ? shifted : undefined;
}
