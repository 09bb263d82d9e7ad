/** How much there may be of a JSON text, beside its bytes. */
export interface JsonBounds {
  /** How deep arrays and objects may lie in each other. */
  readonly depth: number;
  /** How many entries one array or object may have. */
  readonly entries: number;
  /** How many entries all arrays and objects may have together. */
  readonly allEntries: number;
  /** How many bytes one text may have, as it is written. */
  readonly text: number;
  /** How many bytes all texts may have together. */
  readonly allTexts: number;
  /** How many bytes there may be beside texts: numbers, spaces, brackets. */
  readonly beside: number;
}

/**
 * Above every valid body: the largest order has about 4,600 entries, 500 of them in one array, on three levels, and 4 MB
 * of texts where each character is written as an escape; the longest text is a product's description, of 5,000
 * characters. What is within these bounds is parsed and checked in a few milliseconds.
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
 * Looks over a JSON text before anything is made of it: parsing and checking take time by the number of entries more
 * than by the number of bytes. Bytes that are no JSON are the parser's to refuse.
 *
 * @returns what is wrong, beginning with `must`; undefined where nothing is
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
    // What is opened has its first entry, and an empty one counts as much.
    const count = (entries[depth] ?? 0) + 1;
    entries[depth] = count;
    allEntries += 1;
    if (count > bounds.entries)
      return `must not have an array or object of more than ${bounds.entries} entries`;
    if (allEntries > bounds.allEntries) return `must not have more than ${bounds.allEntries} entries in all`;
  }
  return undefined;
}

/** How far a text is looked at byte by byte, which is faster than a search where texts are short or full of escapes. */
const stride = 64;

/** Where the text ends whose first byte is at `start`: at its quote, or where there is none, at the end. */
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
    // An odd number of backslashes escapes it.
    if ((found - first) % 2 === 0) return found;
    at = found + 1;
  }
}
