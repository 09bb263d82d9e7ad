/** Replaces secrets in a text by `[redacted]`. */
export type Redact = (text: string) => string;

/**
 * Makes a function that takes secrets out of text that goes into outcomes, and from there into logs, histories and
 * the eyes of people: a foreign server may repeat what it was sent.
 *
 * @param patterns global; for secrets that are not known beforehand but by their form
 */
export function createRedactor(secrets: readonly string[], patterns: readonly RegExp[] = []): Redact {
  // The longest first: one secret may be a part of another.
  const known = secrets
    .filter((secret) => secret.length > 0)
    .toSorted((one, other) => other.length - one.length);
  return (text) =>
    patterns.reduce(
      (safe, pattern) => safe.replace(pattern, '[redacted]'),
      known.reduce((safe, secret) => safe.replaceAll(secret, '[redacted]'), text),
    );
}

/** One line of a foreign text, cut to `length` characters. */
export function excerpt(text: string, length = 300): string {
  const line = text.replace(/\s+/g, ' ').trim();
  // Characters are counted, of one or two code units each: none is cut in half.
  const begin = Array.from(line.slice(0, 2 * (length + 1)));
  return begin.length > length ? `${begin.slice(0, length).join('')}…` : line;
}
