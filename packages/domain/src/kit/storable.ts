/** What PostgreSQL, JSON in it, and UTF-8 have no form for: NUL, and halves of a character. */
const unstorable = /\0|\p{Surrogate}/u;

/** Whether every store can keep a text. */
export function isStorable(text: string): boolean {
  return !unstorable.test(text);
}

/**
 * What others have said, with all of its texts as every store can keep them: each character that no store has a form
 * for becomes U+FFFD. What a provider or an ERP says is kept, and never a reason for which keeping it fails.
 *
 * @param data plain data; the names of its fields are ours
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
