/** Characters that PostgreSQL, its JSON or UTF-8 cannot represent: NUL and lone surrogates. */
const unstorable = /\0|\p{Surrogate}/u;

/** Whether every store can represent a text. */
export function isStorable(text: string): boolean {
  return !unstorable.test(text);
}

/**
 * Replaces each unstorable character of each text by U+FFFD. For data from providers and ERPs, which must be stored in any
 * case.
 *
 * @param data plain data with field names of this system
 */
export function storable<Data>(data: Data): Data {
  return stored(data) as Data; // Only characters inside of texts change, so the type stays the same.
}

function stored(data: unknown): unknown {
  if (typeof data === 'string') return data.replace(new RegExp(unstorable, 'gu'), '\ufffd');
  if (Array.isArray(data)) return data.map(stored);
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, stored(value)]));
}
