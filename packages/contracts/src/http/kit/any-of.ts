import { z } from 'zod';

/**
 * Any of some values, in a query: repeated, or separated by commas.
 *
 * Of the values that are given, each is looked at once, and no more of them than there can be and one: among so many is
 * one that is none of them.
 */
export function anyOf<const Values extends readonly string[]>(values: Values) {
  return z.preprocess((given) => distinct(given).slice(0, values.length + 1), z.array(z.enum(values)));
}

function distinct(given: unknown): readonly unknown[] {
  const all: readonly unknown[] = Array.isArray(given) ? given : [given];
  return [...new Set(all.flatMap((one) => (typeof one === 'string' ? one.split(',') : [one])))];
}
