/** Characters without a form in PostgreSQL, in its JSON, or in UTF-8: NUL, and halves of a surrogate pair. */
const unstorable = /\0|\p{Surrogate}/u;

/** Whether every store can keep a text. */
export function isStorable(text: string): boolean {
  return !unstorable.test(text);
}

/**
 * Replaces each unstorable character of each text by U+FFFD. For data from providers and ERPs, which must be kept
 * whatever characters it has.
 *
 * @param data plain data with field names of this system
 */
export function storable<Data>(data: Data): Data {
  return stored(data) as Data; // Texts stay texts, and everything else stays what it is.
}

function stored(data: unknown): unknown {
  if (typeof data === 'string') return data.replace(new RegExp(unstorable, 'gu'), '\ufffd');
  if (Array.isArray(data)) return data.map(stored);
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, stored(value)]));
}
