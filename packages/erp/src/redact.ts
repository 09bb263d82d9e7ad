/**
 * Makes a function that takes secrets out of text that goes into outcomes, and from there into logs, histories and
 * the eyes of people: what an ERP answers may repeat what it was sent.
 */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const present = secrets.filter((secret) => secret.length > 0);
  return (text) => present.reduce((safe, secret) => safe.replaceAll(secret, '[redacted]'), text);
}

/** What is shown of a text that somebody else wrote: one line, and not more than people read. */
export function excerpt(text: string, length = 300): string {
  const line = text.replace(/\s+/g, ' ').trim();
  // Characters are counted, of one or two code units each: none is cut in half.
  const begin = Array.from(line.slice(0, 2 * (length + 1)));
  return begin.length > length ? `${begin.slice(0, length).join('')}…` : line;
}
