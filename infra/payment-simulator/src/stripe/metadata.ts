import type { Metadata } from './records.js';

/**
 * Metadata after an update: given keys are set, keys with an empty value are unset, null unsets all of them, and what
 * was not given stays.
 *
 * @see https://docs.stripe.com/api/metadata
 */
export function mergeMetadata(current: Metadata, given: Metadata | null | undefined): Metadata {
  if (given === undefined) return current;
  if (given === null) return {};
  return Object.fromEntries(Object.entries({ ...current, ...given }).filter(([, value]) => value !== ''));
}
