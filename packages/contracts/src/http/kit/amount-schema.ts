import { maxAmountMinor, parseAmountMinor, RefusedError } from '@oms/domain';
import { z } from 'zod';

import { fault } from './parse-request.js';
import { invalidRequest } from './invalid-request.js';

/** Longer than any amount that is accepted, trailing zeros included. */
const longestAmount = 40;
// Documents the most digits that any currency allows. The order's own currency may allow fewer.
const documentedPattern = '^(0|[1-9]\\d{0,11})(\\.\\d{1,3}0*)?$';
const wanted = 'must be a decimal number that is not negative, such as "89.99"';

/**
 * An amount of money as a client writes it, with the decimals of any currency. {@link amountMinor} checks the
 * decimals of the order's own currency.
 */
export const amount = z
  .union(
    [
      z
        .string()
        .max(longestAmount, { error: wanted })
        .regex(/^(0|[1-9]\d*)(\.\d+)?$/, { error: wanted })
        .meta({ pattern: documentedPattern }),
      z.number().min(0, { error: wanted }).meta({ maximum: maxAmountMinor }),
    ],
    { error: fault(wanted) },
  )
  .meta({
    description: 'A decimal string (recommended) or a number, with no more decimals than the currency has.',
  });

/**
 * Converts an amount to minor units of its currency.
 *
 * @param exponent the number of decimals that the currency has
 * @param field the path of the amount in the request
 * @throws RefusedError for an amount that the currency cannot express
 */
export function amountMinor(value: number | string, exponent: number, field: string): number {
  try {
    return parseAmountMinor(value, exponent);
  } catch (error) {
    if (error instanceof RefusedError) throw invalidRequest(`${field} ${error.message}`, field);
    throw error;
  }
}
