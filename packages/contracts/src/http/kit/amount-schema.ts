import { maxAmountMinor, parseAmountMinor, RefusedError } from '@oms/domain';
import { z } from 'zod';

import { fault } from './parse-request.js';
import { invalidRequest } from './invalid-request.js';

/** Longer than any amount that is accepted, trailing zeros included. */
const longestAmount = 40;
// For the documentation: as many digits as any currency allows. What the order's own allows may be less.
const documentedPattern = '^(0|[1-9]\\d{0,11})(\\.\\d{1,3}0*)?$';
const wanted = 'must be a decimal number that is not negative, such as "89.99"';

/**
 * An amount of money as a client writes it. Whether it has too many decimals depends on the currency, which
 * {@link amountMinor} knows.
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
 * An amount in minor units of the currency.
 *
 * @param field the amount's path in the request
 * @throws RefusedError when it is no amount of that currency
 */
export function amountMinor(value: number | string, exponent: number, field: string): number {
  try {
    return parseAmountMinor(value, exponent);
  } catch (error) {
    if (error instanceof RefusedError) throw invalidRequest(`${field} ${error.message}`, field);
    throw error;
  }
}
