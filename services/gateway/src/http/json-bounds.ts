/** Limits of a JSON text, in addition to its number of bytes. */
export interface JsonBounds {
  /** The deepest nesting of arrays and objects. */
  readonly depth: number;
  /** The most entries of one array or object. */
  readonly entries: number;
  /** The most entries of all arrays and objects together. */
  readonly allEntries: number;
  /** The most bytes of one string, as it is written, escapes included. */
  readonly text: number;
  /** The most bytes of all strings together. */
  readonly allTexts: number;
  /** The most bytes outside of strings: numbers, white space, brackets. */
  readonly beside: number;
}

/**
 * The limits for bodies of requests, above every valid body. The largest order has about 4,600 entries on three
 * levels, 500 of them in one array, and 4 MB of strings if each character is escaped. The longest string is a product
 * description of 5,000 characters. A text within these limits is parsed and checked in a few milliseconds.
 */
export const jsonBounds: JsonBounds = {
  depth: 32,
  entries: 1_000,
  allEntries: 10_000,
  text: 64 * 1024,
  allTexts: 5 * 1024 * 1024,
  beside: 1024 * 1024,
};

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const [openArray, closeArray, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Checks the structure of a JSON text before it is parsed: the time for parsing and checking depends on the number of
 * entries more than on the number of bytes. Leaves bytes that are not JSON to the parser.
 *
 * @returns the fault, beginning with `must`; `undefined` for a text within the limits
 */
export function faultOfStructure(bytes: Buffer, bounds: JsonBounds = jsonBounds): string | undefined {
  const entries = new Int32Array(bounds.depth + 1);
  let [depth, allEntries, allTexts, beside] = [0, 0, 0, 0];
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === quote) {
      const end = endOfText(bytes, at + 1);
      const length = end - at - 1;
      allTexts += length;
      if (length > bounds.text) return `must not have a text of more than ${bounds.text} bytes`;
      if (allTexts > bounds.allTexts)
        return `must not have texts of more than ${bounds.allTexts} bytes in all`;
      at = end;
      continue;
    }
    beside += 1;
    if (beside > bounds.beside) return `must not have more than ${bounds.beside} bytes beside its texts`;
    if (byte === openArray || byte === openObject) {
      depth += 1;
      if (depth > bounds.depth) return `must not be nested more than ${bounds.depth} levels deep`;
      entries[depth] = 0;
    } else if (byte === closeArray || byte === closeObject) {
      depth = Math.max(0, depth - 1);
      continue;
    } else if (byte !== comma) continue;
    // An opening bracket counts as a first entry, also of an empty array or object.
    const count = (entries[depth] ?? 0) + 1;
    entries[depth] = count;
    allEntries += 1;
    if (count > bounds.entries)
      return `must not have an array or object of more than ${bounds.entries} entries`;
    if (allEntries > bounds.allEntries) return `must not have more than ${bounds.allEntries} entries in all`;
  }
  return undefined;
}

/**
 * The number of bytes to scan one by one before searching with `indexOf`. Scanning is faster for short strings and
 * for strings with many escapes.
 */
const stride = 64;

/** The position of the closing quote of the string that begins at `start`, or of the end of the bytes. */
function endOfText(bytes: Buffer, start: number): number {
  let at = start;
  for (;;) {
    for (const stop = Math.min(bytes.length, at + stride); at < stop; at += 1) {
      if (bytes[at] === quote) return at;
      if (bytes[at] === backslash) at += 1;
    }
    const found = bytes.indexOf(quote, at);
    if (found === -1) return bytes.length;
    let first = found;
    while (first > at && bytes[first - 1] === backslash) first -= 1;
    // An odd number of backslashes before a quote escapes the quote.
    if ((found - first) % 2 === 0) return found;
    at = found + 1;
  }
}
