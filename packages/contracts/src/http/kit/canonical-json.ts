import { createHash } from 'node:crypto';

/**
 * Renders a value as JSON with sorted keys and without whitespace: equal values have equal texts. Omits keys whose
 * value is `undefined`, as `JSON.stringify` does.
 *
 * @param value plain data: objects, arrays, strings, finite numbers, booleans, null
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

/** SHA-256 of the canonical JSON of a value, in hexadecimal. Equal requests have equal hashes. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}
