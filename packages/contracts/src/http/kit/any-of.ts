import { z } from 'zod';

/**
 * Parses a query parameter that lists any of some values, repeated or separated by commas.
 *
 * Checks at most one more distinct value than there are valid ones: a longer list must contain an invalid value.
 */
export function anyOf<const Values extends readonly string[]>(values: Values) {
  return z.preprocess((given) => distinct(given).slice(0, values.length + 1), z.array(z.enum(values)));
}

function distinct(given: unknown): readonly unknown[] {
  const all: readonly unknown[] = Array.isArray(given) ? given : [given];
  return [...new Set(all.flatMap((one) => (typeof one === 'string' ? one.split(',') : [one])))];
}
