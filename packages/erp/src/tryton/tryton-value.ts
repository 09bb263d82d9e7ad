import { formatAmountMinor } from '@oms/domain';
import { z } from 'zod';

/** The form of Tryton's JSON-RPC for values without a JSON type. */
export type TrytonValue =
  | TrytonDecimal
  | { readonly __class__: 'date'; readonly year: number; readonly month: number; readonly day: number };

export interface TrytonDecimal {
  readonly __class__: 'Decimal';
  readonly decimal: string;
}

/** An amount as an exact decimal. A JSON number would become a binary fraction in Python. */
export function decimalOf(amountMinor: number, exponent: number): TrytonDecimal {
  return { __class__: 'Decimal', decimal: formatAmountMinor(amountMinor, exponent) };
}

/** The day of a time, in UTC. */
export function dateOf(time: string): TrytonValue {
  const date = new Date(time);
  return {
    __class__: 'date',
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
  };
}

export const decimalSchema = z
  .object({ __class__: z.literal('Decimal'), decimal: z.string() })
  .transform(({ decimal }) => canonicalDecimal(decimal));

/**
 * Converts a number to its canonical form, so that decimals can be compared as text. Python writes `10.50`,
 * `10.5000`, `1E+2` or `-0` for `10.5`, `10.5`, `100` and `0`. Text that is not a finite number stays unchanged.
 */
export function canonicalDecimal(decimal: string): string {
  const match = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d{1,3}))?$/.exec(decimal);
  if (!match) return decimal;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const shift = whole.length + Number(exponent);
  const digits = (whole + fraction)
    .padEnd(shift, '0')
    .padStart((whole + fraction).length - Math.min(shift, 0), '0');
  const point = Math.max(shift, 0);
  const integer = digits.slice(0, point).replace(/^0+(?=\d)/, '') || '0';
  const decimals = digits.slice(point).replace(/0+$/, '');
  const text = decimals ? `${integer}.${decimals}` : integer;
  return sign === '-' && text !== '0' ? `-${text}` : text;
}
