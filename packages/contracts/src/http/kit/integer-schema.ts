import { z } from 'zod';

import { fault } from './parse-request.js';

/**
 * A whole number in a query.
 *
 * @param wanted the rest of the error message, after the limits
 */
export function integer(minimum: number, maximum: number, wanted: string) {
  const error = fault(`must be an integer from ${minimum} to ${maximum}${wanted}`);
  return z
    .string()
    .regex(/^\d{1,9}$/, { error })
    .transform(Number)
    .pipe(z.int().min(minimum, { error }).max(maximum, { error }));
}
